/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pipeline against a kernel in memory: a backend of this file applies steps to a ruleset of the test language, and
 * misbehaves as the test wishes. It stands in for the backend and kernel rooms at link time.
 */
#include "cmocka_all.h"

#include "build.h"

#include "fwport/change.h"
#include "fwport/confirm.h"
#include "fwport/files.h"
#include "fwport/generation.h"
#include "fwport/host_read.h"
#include "fwport/journal.h"
#include "timer_unit.h"
#include "watchdog.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the kernel ---- */

static struct {
	struct build build;
	struct ruleset *now;
	unsigned stale;     /* so many commits find the ruleset changed */
	unsigned restless;  /* after the first commit so many readings and then commits find it changed */
	unsigned blind;     /* so many readings do not see the legacy tables of IPv4 */
	unsigned busy;      /* so many readings find no moment of rest */
	bool fails;         /* commits are refused */
	unsigned mute;      /* so many commits are done, but the answer is lost */
	bool ignores_rules; /* commits drop guest rules on the floor: the proof must notice */
	bool ignores_drops; /* likewise the last rule of a policy */
	int interrupts;     /* a signal that comes during the commit */
	unsigned commits;
	uint64_t handle;
} kernel;

static struct connections session;

static int fake_read(const struct ruleset *before, const struct steps *touched, struct pool *pool,
		     struct ruleset **out, struct error *err)
{
	(void)before;
	(void)touched;
	(void)pool;
	kernel.now->legacy_tables[FAMILY_IPV4] = kernel.blind ? "filter" : "";
	kernel.blind -= kernel.blind > 0;
	*out = kernel.now;
	if (!kernel.busy)
		return 0;
	kernel.busy--;
	return error_set(err, ERROR_BUSY, "never the same twice");
}

static void give_handles(void)
{
	for (size_t i = 0; i < kernel.now->table_count; i++)
		for (size_t j = 0; j < kernel.now->tables[i]->chain_count; j++)
			for (size_t k = 0; k < kernel.now->tables[i]->chains[j]->rule_count; k++) {
				struct rule *rule = kernel.now->tables[i]->chains[j]->rules[k];

				if (!rule->handle)
					rule->handle = ++kernel.handle;
			}
}

static bool is_guest(const struct step *step)
{
	return step->object == STEP_RULE && !step->remove && !table_is_home(step->table);
}

static bool is_drop(const struct step *step)
{
	return step->object == STEP_RULE && !step->remove && rule_is_policy_drop(step->rule);
}

static int fake_commit(const struct ruleset *planned_on, const struct steps *steps,
		       const struct commit_log *log, struct pool *pool, enum commit_result *result,
		       struct error *err)
{
	struct step *list = pool_copy(&kernel.build.pool, steps->list, steps->count * sizeof(*list));
	struct steps done = {.list = list};

	(void)planned_on;
	(void)pool;
	if (kernel.fails)
		return error_set(err, ERROR_SYSTEM, "the kernel said no");
	if (kernel.stale) {
		kernel.stale--;
		*result = COMMIT_STALE;
		return 0;
	}
	for (size_t i = 0; i < steps->count; i++)
		if (!(kernel.ignores_rules && is_guest(&steps->list[i])) &&
		    !(kernel.ignores_drops && is_drop(&steps->list[i])))
			list[done.count++] = steps->list[i];
	assert_int_equal(steps_apply(kernel.now, &done, &kernel.build.pool, &kernel.now, err), 0);
	kernel.now->number++;
	kernel.commits++;
	kernel.busy = kernel.stale = kernel.restless;
	kernel.restless = 0;
	give_handles();
	if (kernel.interrupts)
		raise(kernel.interrupts);
	if (log && log->taken(PART_NFT, log->context, err) < 0) {
		*result = COMMIT_UNKNOWN;
		return -1;
	}
	*result = kernel.mute ? COMMIT_UNKNOWN : COMMIT_DONE;
	kernel.mute -= kernel.mute > 0;
	return 0;
}

static const struct backend fake = {"fake", HOME_NFT, fake_read, fake_commit};

int backend_choose(const char *name, const struct backend **out, struct error *err)
{
	(void)name;
	(void)err;
	*out = &fake;
	return 0;
}

int host_read(struct pool *pool, struct host *out, struct error *err)
{
	(void)pool;
	(void)err;
	*out = kernel.build.host;
	return 0;
}

int host_read_sockets(const struct ruleset *ruleset, struct pool *pool, struct host *host, struct error *err)
{
	(void)ruleset;
	(void)pool;
	(void)host;
	(void)err;
	return 0;
}

int session_connections(struct pool *pool, struct connections *out, struct error *err)
{
	(void)pool;
	if (session.count && !session.evidence)
		return error_set(err, ERROR_SYSTEM, "no sockets today");
	*out = session;
	return 0;
}

int connections_read(struct pool *pool, struct connections *out, struct error *err)
{
	(void)pool;
	(void)err;
	*out = (struct connections){0};
	return 0;
}

void connections_track(struct connections *connections)
{
	for (size_t i = 0; i < connections->count; i++)
		connections->list[i].tracking = (struct tracking){.known = TRACKING_ENTRY, .answered = true};
}

int connections_count(enum protocol protocol, struct port_range ports, bool inbound, size_t *out,
		      struct error *err)
{
	(void)protocol;
	(void)ports;
	(void)inbound;
	(void)err;
	*out = 2;
	return 0;
}

int listeners_read(enum protocol protocol, uint16_t port, bool owners, struct pool *pool,
		   struct listeners *out, struct error *err)
{
	(void)protocol;
	(void)port;
	(void)owners;
	(void)pool;
	(void)err;
	*out = (struct listeners){0};
	return 0;
}

/* ---- the watchdog ---- */

static struct {
	bool fails;
	unsigned armed, called_off;
} guard;

int watchdog_arm(struct watchdog *watchdog, const struct pending *pending, const struct actor *actor,
		 struct error *err)
{
	(void)actor;
	assert_int_equal(kernel.commits, 0);
	if (guard.fails)
		return error_set(err, ERROR_SYSTEM, "the watchdog did not start");
	watchdog->pending = *pending;
	guard.armed++;
	return 0;
}

void watchdog_call_off(struct watchdog *watchdog)
{
	guard.called_off += watchdog->pending.generation != 0;
}

void watchdog_leave(struct watchdog *watchdog)
{
	(void)watchdog;
}

/* ---- timers of systemd ---- */

static int64_t collecting; /* when, 0: never */

void timer_unit_stop(uint32_t generation)
{
	(void)generation;
}

bool timer_unit_may_collect(void)
{
	return true;
}

bool timer_unit_collect(int64_t moment)
{
	collecting = moment;
	return true;
}

/* ---- the world ---- */

static char directory[64];

static int world_start(void **state)
{
	struct chain *input;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	session = (struct connections){0};
	memset(&guard, 0, sizeof(guard));
	collecting = 0;
	kernel.handle = 1000;
	strcpy(directory, "/tmp/fwport-test-XXXXXX");
	if (!mkdtemp(directory) || setenv("FWPORT_STATE_DIR", directory, 1) < 0)
		return -1;
	build_start(&kernel.build);
	build_host(&kernel.build);
	input = build_input(&kernel.build, true);
	build_rule(&kernel.build, input, "ct state established accept");
	kernel.now = &kernel.build.ruleset;
	return 0;
}

static int world_end(void **state)
{
	char command[192];

	(void)state;
	sigprocmask(SIG_SETMASK, &(sigset_t){0}, NULL);
	build_end(&kernel.build);
	snprintf(command, sizeof(command), "chmod 700 '%s' && rm -rf '%s'", directory, directory);
	return system(command);
}

static struct opening https = {.port = {PROTOCOL_TCP, {443, 443}}, .scope = {.families = FAMILIES_BOTH}};

static int request(enum change_kind kind, bool dry_run, struct change_report *report, struct error *err)
{
	const struct change_request wish = {
		.kind = kind, .openings = {&https, 1}, .dry_run = dry_run, .now = 5};

	return change_run(&wish, &kernel.build.pool, report, err);
}

static void expect(enum change_kind kind, enum change_outcome outcome, bool changed)
{
	struct change_report report;
	struct error err = {0};

	assert_int_equal(request(kind, false, &report, &err), 0);
	assert_int_equal(report.outcome, outcome);
	assert_int_equal(report.changed, changed);
}

static size_t tables_now(void)
{
	return kernel.now->table_count;
}

static size_t rules_now(void)
{
	return kernel.now->tables[0]->chains[0]->rule_count;
}

static size_t recorded(void)
{
	struct state state;
	struct error err = {0};

	assert_int_equal(store_peek(&state, &kernel.build.pool, &err), 0);
	return state.openings.count;
}

static struct state state_now(void)
{
	struct state state;
	struct error err = {0};

	assert_int_equal(store_peek(&state, &kernel.build.pool, &err), 0);
	return state;
}

/* ---- the claims ---- */

static void test_open_proves_and_records(void **state)
{
	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(tables_now(), 2);
	assert_int_equal(rules_now(), 2);
	assert_int_equal(recorded(), 1);
}

static void test_second_open_sends_nothing(void **state)
{
	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	expect(CHANGE_OPEN, OUTCOME_NOTHING, false);
	assert_int_equal(kernel.commits, 1);
}

static void test_close_leaves_the_ruleset_as_it_was(void **state)
{
	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	expect(CHANGE_CLOSE, OUTCOME_DONE, true);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(recorded(), 0);
	expect(CHANGE_CLOSE, OUTCOME_NOT_OURS, false);
}

static void test_dry_run_plans_and_touches_nothing(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(request(CHANGE_OPEN, true, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_PLANNED);
	assert_true(report.steps.count > 0);
	assert_int_equal(kernel.commits, 0);
	assert_int_equal(recorded(), 0);
}

static void test_a_promise_the_kernel_does_not_keep_is_undone(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.ignores_rules = true;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_BLOCKED);
	assert_true(report.undone);
	assert_false(report.changed);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void announced(const struct change_report *report, void *context)
{
	assert_int_equal(kernel.commits, 0);
	assert_int_equal(report->policy.drop[DIRECTION_IN], true);
	(*(unsigned *)context)++;
}

static struct change_report policy_drop(bool force, unsigned *announcements)
{
	const struct change_request wish = {
		.kind = CHANGE_POLICY,
		.policy = {.named = {true, false}, .policy = {{true, false}}},
		.force = force,
		.announce = announced,
		.context = announcements,
	};
	struct change_report report;
	struct error err = {0};

	assert_int_equal(change_run(&wish, &kernel.build.pool, &report, &err), 0);
	return report;
}

static struct policy policy_recorded(void)
{
	struct state state;
	struct error err = {0};

	assert_int_equal(store_peek(&state, &kernel.build.pool, &err), 0);
	return state.policy;
}

static void test_a_policy_beside_somebody_elses_is_refused(void **state)
{
	unsigned announcements = 0;
	const struct change_report report = policy_drop(false, &announcements);

	(void)state;
	assert_int_equal(report.outcome, OUTCOME_LOCKOUT);
	assert_string_equal(
		report.lockout,
		"what comes in is filtered by somebody else already: a port that nobody opened is "
		"blocked by the policy of inet filter input; a drop of fwport's would stop what is let "
		"through there, or have nothing left to stop");
	assert_int_equal(kernel.commits + announcements, 0);
	assert_false(policy_drops(policy_recorded()));
}

static void test_a_policy_is_announced_proved_and_recorded(void **state)
{
	unsigned announcements = 0;
	const struct change_report report = policy_drop(true, &announcements);

	(void)state;
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(announcements, 1);
	assert_true(policy_of(kernel.now).drop[DIRECTION_IN]);
	assert_true(policy_recorded().drop[DIRECTION_IN]);
	assert_false(policy_recorded().drop[DIRECTION_OUT]);
}

static void test_a_policy_that_does_not_drop_is_undone(void **state)
{
	unsigned announcements = 0;
	struct change_report report;

	(void)state;
	kernel.ignores_drops = true;
	report = policy_drop(true, &announcements);
	assert_int_equal(report.outcome, OUTCOME_BLOCKED);
	assert_string_equal(report.unproved,
			    "the rules of the policy do not stand in the ruleset as they were planned");
	assert_true(report.undone);
	assert_int_equal(tables_now(), 1);
	assert_false(policy_drops(policy_recorded()));
}

static void test_a_signal_waits_until_the_change_is_told(void **state)
{
	sigset_t waiting;

	(void)state;
	kernel.interrupts = SIGTERM;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(recorded(), 1);
	sigpending(&waiting);
	assert_true(sigismember(&waiting, SIGTERM));
	signal(SIGTERM, SIG_IGN); /* drops it */
	signal(SIGTERM, SIG_DFL);
}

static void test_between_attempts_signals_are_not_held(void **state)
{
	struct change_report report;
	struct error err = {0};
	sigset_t held;

	(void)state;
	kernel.stale = 5;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), -1);
	sigprocmask(SIG_SETMASK, NULL, &held);
	assert_false(sigismember(&held, SIGTERM));
}

static void test_a_ruleset_that_changes_is_planned_again(void **state)
{
	(void)state;
	kernel.stale = 4;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(kernel.commits, 1);
}

static void test_a_ruleset_that_never_rests_is_busy(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.stale = 1000;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_string_equal(err.text, "the ruleset changed under each of 5 attempts; nothing was changed");
	assert_int_equal(recorded(), 0);
}

static void test_a_lost_answer_is_taken_back_and_planned_again(void **state)
{
	(void)state;
	kernel.mute = 1;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(kernel.commits, 3); /* done and unheard, taken back, done */
	assert_int_equal(rules_now(), 2);
	assert_int_equal(recorded(), 1);
}

static void test_a_kernel_that_never_answers_leaves_nothing_behind(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.mute = 9; /* of five attempts, each with its undo, only the last undo is heard */
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_nothing_is_closed_where_tables_cannot_be_read(void **state)
{
	const struct change_request blindly = {
		.kind = CHANGE_CLOSE, .openings = {&https, 1}, .accept.unknown = true, .now = 5};
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	kernel.now->legacy_tables[FAMILY_IPV6] = "filter nat";
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_string_equal(err.text,
			    "legacy tables of IPv6 could not be read (filter nat), and rules of fwport may "
			    "stand there; nothing was changed");
	assert_int_equal(rules_now(), 2);
	assert_int_equal(recorded(), 1);
	assert_int_equal(change_run(&blindly, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_a_refused_commit_is_an_error_and_nothing_is_recorded(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.fails = true;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), -1);
	assert_string_equal(err.text, "the kernel said no");
	assert_int_equal(recorded(), 0);
}

static void block_the_record(void)
{
	char path[128];
	struct error err = {0};

	snprintf(path, sizeof(path), "%s/state.json.new", directory);
	assert_int_equal(directory_make(path, 0700, &err), 0);
}

static void test_a_record_that_cannot_be_written_undoes_the_change(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	block_the_record();
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "nothing was changed: cannot record the openings"));
	assert_int_equal(kernel.commits, 2);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
}

/* With the generation that it could be taken from. */
static void lose_the_record(void)
{
	struct error err = {0};
	char path[128];

	snprintf(path, sizeof(path), "%s/state.json", directory);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/generations/1.json", directory);
	assert_int_equal(file_write(path, "lost", 4, 0600, &err), 0);
}

static void restore(struct change_report *report)
{
	const struct change_request wish = {.kind = CHANGE_RESTORE, .accept.blocked = true, .now = 5};
	struct error err = {0};

	assert_int_equal(change_run(&wish, &kernel.build.pool, report, &err), 0);
}

static void test_what_a_lost_record_spoke_of_is_adopted(void **state)
{
	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	lose_the_record();
	https.port.ports = (struct port_range){8443, 8443};
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.port.ports = (struct port_range){443, 443};
	assert_int_equal(recorded(), 2);
	assert_int_equal(rules_now(), 3);
	assert_int_equal(kernel.now->tables[0]->chains[0]->rules[2]->tag, 2); /* no id is given twice */
	expect(CHANGE_CLOSE, OUTCOME_DONE, true);
	assert_int_equal(rules_now(), 2);
}

static void test_a_rule_that_cannot_be_read_back_stays(void **state)
{
	struct rule *rule = build_rule(&kernel.build, kernel.now->tables[0]->chains[0],
				       "tcp dport 8080 meta mark 5 accept");
	const struct change_request anyway = {
		.kind = CHANGE_OPEN, .openings = {&https, 1}, .accept.unknown = true, .now = 5};
	struct change_report report;
	struct error err = {0};

	(void)state;
	rule->tag = 77;
	rule->comment = "fwport:77";
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_BLOCKED);
	assert_non_null(strstr(err.text, "bears our tag and cannot be read back; nothing was changed"));
	assert_int_equal(kernel.commits, 0);
	assert_int_equal(change_run(&anyway, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.leftovers, 1);
	assert_int_equal(rules_now(), 2);
}

static void test_restoring_adopts_once(void **state)
{
	struct change_report report;

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	lose_the_record();
	restore(&report);
	assert_int_equal(report.adopted, 1);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(report.generation, 2); /* the first is kept, and not written over */
	restore(&report);
	assert_int_equal(report.adopted, 0);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
	assert_int_equal(kernel.commits, 1);
}

static void test_restoring_removes_rules_that_belong_to_no_opening(void **state)
{
	struct rule *rule;
	struct change_report report;

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	rule = build_rule(&kernel.build, kernel.now->tables[0]->chains[0], "tcp dport 8080 accept");
	rule->tag = 77;
	rule->comment = "fwport:77";
	restore(&report);
	assert_int_equal(report.leftovers, 1);
	assert_true(report.mended);
	assert_int_equal(rules_now(), 2);
	assert_int_equal(recorded(), 1);
}

static void test_restoring_puts_back_what_was_flushed(void **state)
{
	struct change_report report;

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	kernel.now = &kernel.build.ruleset;
	restore(&report);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(rules_now(), 2);
	assert_int_equal(change_exit_status(&report), 0);
}

static void test_restoring_keeps_what_can_be_opened(void **state)
{
	struct change_report report;

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.port.ports = (struct port_range){8443, 8443};
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.port.ports = (struct port_range){443, 443};
	kernel.build.ruleset.table_count = 0;
	build_rule(&kernel.build, build_input(&kernel.build, true), "tcp dport 443 drop");
	kernel.now = &kernel.build.ruleset;
	restore(&report);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(report.items[0].results[0].answer->verdict, ANSWER_BLOCKED);
	assert_int_equal(report.items[1].results[0].answer->verdict, ANSWER_OPEN);
	assert_int_equal(change_exit_status(&report), 1);
	assert_int_equal(recorded(), 2);
}

static void test_at_boot_rules_are_put_where_no_address_is_yet(void **state)
{
	const struct change_request boot = {
		.kind = CHANGE_RESTORE, .accept.blocked = true, .boot = true, .force = true, .now = 5};
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	kernel.now = &kernel.build.ruleset;
	kernel.build.host.address_count = 0;
	kernel.build.host.route_count = 0;
	restore(&report);
	assert_int_equal(rules_now(), 1); /* nothing shows that a guest is needed */
	assert_int_equal(change_run(&boot, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(rules_now(), 2);
	assert_int_equal(change_exit_status(&report), 0);
}

static void test_saving_touches_no_rule(void **state)
{
	const struct change_request open = {
		.kind = CHANGE_OPEN, .openings = {&https, 1}, .runtime = true, .now = 5};
	const struct change_request save = {.kind = CHANGE_SAVE, .now = 6};
	struct change_report report;
	struct error err = {0};
	struct state kept;

	(void)state;
	assert_int_equal(change_run(&open, &kernel.build.pool, &report, &err), 0);
	kernel.now = &kernel.build.ruleset;
	assert_int_equal(change_run(&save, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(store_peek(&kept, &kernel.build.pool, &err), 0);
	assert_false(kept.openings.list[0].runtime);
	assert_int_equal(change_run(&save, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
}

static void test_a_proof_waits_for_a_moment_of_rest(void **state)
{
	(void)state;
	kernel.restless = 8;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(kernel.commits, 1);
	assert_int_equal(recorded(), 1);
}

static void test_an_undo_waits_for_a_moment_of_rest(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.ignores_rules = true;
	kernel.restless = 8;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_BLOCKED);
	assert_true(report.undone);
	assert_int_equal(tables_now(), 1);
}

/* The opening to all served the narrower one, too, which by now would get no rule of its own. */
static void test_closing_what_another_opening_lives_on_is_refused(void **state)
{
	static const struct prefix lan = {{FAMILY_IPV4, {192, 0, 2, 0}}, 24};
	struct chain *input = kernel.now->tables[0]->chains[0];
	struct change_report report;
	struct error err = {0};

	(void)state;
	build_rule(&kernel.build, input, "tcp dport 1-1023 drop");
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.scope = (struct scope){.families = FAMILY_BIT(FAMILY_IPV4), .from = &lan, .from_count = 1};
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.scope = (struct scope){.families = FAMILIES_BOTH};
	build_rule(&kernel.build, kernel.now->tables[0]->chains[0], "ip saddr 192.0.2.66 drop");
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_HARMS);
	assert_int_equal(report.harmed->opening->scope.from_count, 1);
	assert_int_equal(recorded(), 2);
}

static void ssh_on_https(void)
{
	static struct connection ssh = {.local = {FAMILY_IPV4, {192, 0, 2, 10}},
					.peer = {FAMILY_IPV4, {192, 0, 2, 7}},
					.local_port = 443,
					.peer_port = 40000};

	session = (struct connections){.list = &ssh, .count = 1, .evidence = "sshd (pid 1)"};
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
}

static void test_closing_the_administrators_own_port_is_refused(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	ssh_on_https();
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_LOCKOUT);
	assert_non_null(strstr(report.lockout, "a new connection from 192.0.2.7 to port 443"));
	assert_null(report.forced);
	assert_int_equal(rules_now(), 2);
	assert_int_equal(recorded(), 1);
}

static void force_close(struct change_report *report)
{
	const struct change_request wish = {
		.kind = CHANGE_CLOSE, .openings = {&https, 1}, .force = true, .now = 5};
	struct error err = {0};

	assert_int_equal(change_run(&wish, &kernel.build.pool, report, &err), 0);
	assert_int_equal(report->outcome, OUTCOME_DONE);
	assert_null(report->lockout);
}

static void test_what_is_forced_past_is_told_and_recorded(void **state)
{
	static const char past[] = "a new connection from 192.0.2.7 to port 443";
	struct generation generation;
	struct change_report report;
	struct error err = {0};

	(void)state;
	ssh_on_https();
	force_close(&report);
	assert_non_null(strstr(report.forced, past));
	assert_int_equal(generation_read(2, &kernel.build.pool, &generation, &err), 0);
	assert_non_null(strstr(generation.forced, past));
}

static void test_force_that_was_not_needed_is_not_told(void **state)
{
	struct generation generation;
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	force_close(&report);
	assert_null(report.forced);
	assert_int_equal(generation_read(2, &kernel.build.pool, &generation, &err), 0);
	assert_null(generation.forced);
}

/* The guard that fails must not stand in the way of who goes past it. */
static void test_force_goes_past_a_guard_that_knows_nothing(void **state)
{
	struct change_report report;

	(void)state;
	ssh_on_https();
	session.evidence = NULL;
	force_close(&report);
	assert_string_equal(report.forced, "who would be cut off is not known: no sockets today");
}

/* As if the change that made generation 1 had been killed when it had come so far. */
static void interrupt(enum journal_event event)
{
	struct journal_entry entry = {.event = event, .generation = 1, .time = 5};
	char path[96];
	struct error err = {0};

	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(boot_id_read(entry.boot, &err), 0);
	assert_int_equal(journal_append(&entry, &err), 0);
	snprintf(path, sizeof(path), "%s/state.json", directory);
	assert_int_equal(unlink(path), 0);
}

/* The whole state directory is lost, and the change that adopts what is left is killed behind its commit. */
static void test_what_an_interrupted_change_adopted_stays(void **state)
{
	struct change_report report;
	char command[160];

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	snprintf(command, sizeof(command), "rm -rf '%s'/*", directory);
	assert_int_equal(system(command), 0);
	https.port.ports = (struct port_range){8443, 8443};
	interrupt(JOURNAL_COMMITTED);
	https.port.ports = (struct port_range){443, 443};
	restore(&report);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(recorded(), 1);
	assert_int_equal(rules_now(), 2);
	expect(CHANGE_OPEN, OUTCOME_NOTHING, false);
}

static int open_until(int64_t expires, uint16_t port, struct change_report *report)
{
	struct opening opening = https;
	const struct change_request wish = {.kind = CHANGE_OPEN,
					    .openings = {&opening, 1},
					    .lifetime = expires - kernel.build.host.now,
					    .now = kernel.build.host.now};
	struct error err = {0};

	opening.port.ports = (struct port_range){port, port};
	return change_run(&wish, &kernel.build.pool, report, &err);
}

static void test_a_timer_collects_what_ends_first(void **state)
{
	struct change_report report;
	const int64_t now = kernel.build.host.now = 1000;

	(void)state;
	assert_int_equal(open_until(now + 50, 443, &report), 0);
	assert_true(report.collected);
	assert_int_equal(collecting, now + 51);
	collecting = 0;
	assert_int_equal(open_until(now + 90, 8443, &report), 0);
	assert_true(report.collected);
	assert_int_equal(collecting, 0); /* whoever collects the first arms it for the next */
	assert_int_equal(open_until(now + 20, 80, &report), 0);
	assert_int_equal(collecting, now + 21);
	kernel.build.host.now = now + 30;
	expect(CHANGE_EXPIRE, OUTCOME_DONE, true);
	assert_int_equal(collecting, now + 51);
	assert_int_equal(recorded(), 2);
	collecting = 0;
	expect(CHANGE_RESTORE, OUTCOME_NOTHING, false);
	assert_int_equal(collecting, now + 51); /* a boot may have come between */
}

static void test_an_interrupted_change_is_undone_first(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	interrupt(JOURNAL_COMMITTED);
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(report.outcome, OUTCOME_NOT_OURS);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_NONE);
}

static void test_an_interrupted_change_is_looked_for_where_it_was_to_be_made(void **state)
{
	struct journal_entry entry = {.event = JOURNAL_BEGUN, .generation = 2, .time = 5};
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	memcpy(entry.boot, state_now().boot, sizeof(entry.boot));
	entry.parts = PART_BIT(PART_LEGACY_IPV4);
	assert_int_equal(journal_append(&entry, &err), 0);
	kernel.blind = 3;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(kernel.blind, 0);
	entry.parts = PART_BIT(PART_NFT);
	assert_int_equal(journal_append(&entry, &err), 0);
	kernel.blind = 3;
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(kernel.blind, 1); /* one reading to recover, one to plan */
}

/* The record is lost with the second change, which was killed behind its commit: the first one stays. */
static void test_an_interrupted_change_does_not_take_the_record_with_it(void **state)
{
	struct change_report report;

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.port.ports = (struct port_range){8443, 8443};
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.port.ports = (struct port_range){443, 443};
	{
		struct journal_entry entry = {
			.event = JOURNAL_COMMITTED, .generation = 2, .time = 5, .parts = PART_BIT(PART_NFT)};
		struct error err = {0};
		char path[96];

		memcpy(entry.boot, state_now().boot, sizeof(entry.boot));
		assert_int_equal(journal_append(&entry, &err), 0);
		snprintf(path, sizeof(path), "%s/state.json", directory);
		assert_int_equal(unlink(path), 0);
	}
	restore(&report);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(report.adopted, 0);
	assert_int_equal(recorded(), 1);
	assert_int_equal(state_now().generation, 1);
	assert_int_equal(rules_now(), 2);
}

static void test_an_interrupted_change_that_was_proved_is_recorded(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	interrupt(JOURNAL_VERIFIED);
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_FINISHED);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
	assert_int_equal(kernel.commits, 1);
	assert_int_equal(recorded(), 1);
}

static void test_a_change_of_an_earlier_boot_left_nothing(void **state)
{
	struct journal_entry entry = {.event = JOURNAL_COMMITTED, .generation = 1, .boot = "another"};
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(journal_append(&entry, &err), 0);
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(kernel.commits, 0);
}

/* As if the last change, which made this generation, had been killed when it had come so far; `then` was recorded before it. */
static void interrupt_after(const char *then, uint32_t generation, enum journal_event event)
{
	struct journal_entry entry = {.event = event, .generation = generation, .time = 5};
	char path[96];
	struct error err = {0};

	assert_int_equal(boot_id_read(entry.boot, &err), 0);
	assert_int_equal(journal_append(&entry, &err), 0);
	snprintf(path, sizeof(path), "%s/state.json", directory);
	if (then)
		assert_int_equal(file_replace(path, then, strlen(then), 0600, &err), 0);
}

static char *record_now(struct text *out)
{
	char path[96];
	struct error err = {0};

	snprintf(path, sizeof(path), "%s/state.json", directory);
	assert_int_equal(file_read(path, 1 << 20, out, &err), 0);
	return out->bytes;
}

static bool is_kept(uint32_t id)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct generation generation;
	struct error err = {0};

	return generation_read(id, &pool, &generation, &err) == 0;
}

static void test_a_change_that_was_recorded_but_not_marked_so_is_kept(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	interrupt_after(NULL, 1, JOURNAL_VERIFIED);
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_FINISHED);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
	assert_true(is_kept(1));
}

static void test_a_mend_that_was_interrupted_takes_no_generation_with_it(void **state)
{
	struct ruleset *before = kernel.now;
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	kernel.now = before;
	interrupt_after(NULL, 1, JOURNAL_BEGUN);
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_FINISHED);
	assert_int_equal(rules_now(), 2);
	assert_true(is_kept(1));
}

/* A rule that went would come back somewhere else: behind that of the other opening. */
static void test_a_close_that_reached_the_kernel_is_brought_to_its_end(void **state)
{
	CLEANUP(text_free) struct text record = {0};
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	https.port.ports = (struct port_range){80, 80};
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	record_now(&record);
	https.port.ports = (struct port_range){443, 443};
	expect(CHANGE_CLOSE, OUTCOME_DONE, true);
	interrupt_after(text_string(&record), 3, JOURNAL_BEGUN);
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_FINISHED);
	assert_int_equal(report.outcome, OUTCOME_NOT_OURS);
	assert_int_equal(rules_now(), 2);
	assert_int_equal(recorded(), 1);
	assert_true(is_kept(3));
}

/* The administrator may sit on it by now. */
static void test_a_close_that_would_lock_out_is_taken_back(void **state)
{
	static struct connection ssh = {.local = {FAMILY_IPV4, {192, 0, 2, 10}},
					.peer = {FAMILY_IPV4, {192, 0, 2, 7}},
					.local_port = 443,
					.peer_port = 40000};
	CLEANUP(text_free) struct text record = {0};
	struct ruleset *opened;
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	opened = kernel.now;
	record_now(&record);
	expect(CHANGE_CLOSE, OUTCOME_DONE, true);
	kernel.now = opened;
	opened->table_count = 1; /* the home went, the guest is there */
	session = (struct connections){.list = &ssh, .count = 1, .evidence = "sshd (pid 1)"};
	interrupt_after(text_string(&record), 2, JOURNAL_BEGUN);
	assert_int_equal(request(CHANGE_OPEN, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(tables_now(), 2);
	assert_int_equal(recorded(), 1);
	assert_false(is_kept(2));
}

static void test_a_proved_change_that_is_no_more_in_the_kernel_is_not_recorded(void **state)
{
	struct ruleset *before = kernel.now;
	struct change_report report;
	struct error err = {0};

	(void)state;
	interrupt(JOURNAL_VERIFIED);
	kernel.now = before; /* it was being undone */
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.recovery, RECOVERY_UNDONE);
	assert_int_equal(report.outcome, OUTCOME_NOT_OURS);
	assert_false(is_kept(1));
}

static void test_rollback_goes_back_to_the_record(void **state)
{
	const struct change_request back = {
		.kind = CHANGE_ROLLBACK, .rollback = {.named = true, .generation = 0}, .now = 6};
	struct change_report report;
	struct state then;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(change_run(&back, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(report.generation, 2);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(store_peek(&then, &kernel.build.pool, &err), 0);
	assert_int_equal(then.openings.count, 0);
	assert_int_equal(then.next_id, 2);
}

static void test_everything_is_closed_at_once(void **state)
{
	const struct change_request all = {.kind = CHANGE_CLOSE, .all = true, .now = 6};
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(change_run(&all, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_true(report.changed && report.empty);
	assert_int_equal(report.item_count, 1);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_where_nothing_is_open_there_is_nothing_to_close(void **state)
{
	const struct change_request all = {.kind = CHANGE_CLOSE, .all = true, .now = 6};
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(change_run(&all, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
	assert_int_equal(change_exit_status(&report), 0);
}

static void test_restore_brings_back_what_somebody_flushed(void **state)
{
	const struct change_request again = {.kind = CHANGE_RESTORE, .now = 6};
	struct ruleset *before = kernel.now;
	struct change_report report;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	kernel.now = before;
	assert_int_equal(change_run(&again, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_true(report.changed);
	assert_int_equal(report.generation, 1);
	assert_int_equal(tables_now(), 2);
	assert_int_equal(rules_now(), 2);
}

static void test_closed_until_the_next_boot(void **state)
{
	const struct change_request until_boot = {
		.kind = CHANGE_CLOSE, .openings = {&https, 1}, .runtime = true, .now = 6};
	struct change_report report;
	struct state then;
	struct error err = {0};

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(change_run(&until_boot, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(store_peek(&then, &kernel.build.pool, &err), 0);
	assert_int_equal(then.openings.count, 0);
	assert_int_equal(then.dormant.count, 1);
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	assert_int_equal(store_peek(&then, &kernel.build.pool, &err), 0);
	assert_int_equal(then.dormant.count, 0);
	assert_int_equal(then.openings.list[0].id, 1);
	assert_false(then.openings.list[0].runtime);
}

/* Opens 443 at second 1000, for a minute. */
static int open_for_a_minute(struct change_report *report, struct error *err)
{
	const struct change_request wish = {
		.kind = CHANGE_OPEN, .openings = {&https, 1}, .now = 1000, .lifetime = 60};

	kernel.build.host.now = 1000;
	return change_run(&wish, &kernel.build.pool, report, err);
}

static void test_what_has_ended_goes_with_any_change(void **state)
{
	struct opening other = {.port = {PROTOCOL_TCP, {80, 80}}, .scope = {.families = FAMILIES_BOTH}};
	const struct change_request close = {.kind = CHANGE_CLOSE, .openings = {&other, 1}, .now = 1060};
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(open_for_a_minute(&report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(report.items[0].opening.expires, 1060);
	assert_false(report.items[0].outlived);
	assert_int_equal(tables_now(), 2);
	kernel.build.host.now = 1060;
	assert_int_equal(change_run(&close, &kernel.build.pool, &report, &err), 0);
	assert_true(report.changed);
	assert_int_equal(report.expired, 1);
	assert_int_equal(change_exit_status(&report), 1);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_what_is_undone_leaves_no_element_that_expires(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.ignores_rules = true;
	assert_int_equal(open_for_a_minute(&report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_BLOCKED);
	assert_true(report.undone);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_a_port_that_others_open_too_outlives_its_opening(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	build_rule(&kernel.build, kernel.now->tables[0]->chains[0], "tcp dport 443 accept");
	assert_int_equal(open_for_a_minute(&report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_true(report.items[0].outlived);
}

/* ---- awaiting confirmation ---- */

static int request_awaited(enum change_kind kind, struct change_report *report, struct error *err)
{
	const struct change_request wish = {
		.kind = kind, .openings = {&https, 1}, .confirm.when = CONFIRM_ALWAYS, .now = 5};

	return change_run(&wish, &kernel.build.pool, report, err);
}

static void open_awaited(void)
{
	struct change_report report;
	struct error err = {0};

	assert_int_equal(request_awaited(CHANGE_OPEN, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(report.pending.generation, 1);
	assert_int_equal(guard.armed, 1);
	assert_int_equal(guard.called_off, 0);
}

/* As if the minute had gone by, and the watchdog with it. */
static void let_time_pass(void)
{
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct state overdue;
	struct error err = {0};

	assert_int_equal(store_open(&store, 0, &kernel.build.pool, &err), 0);
	overdue = store.state;
	overdue.pending.deadline = 1;
	assert_int_equal(store_amend(&store, &overdue, &err), 0);
}

static void confirm(enum confirm_outcome outcome, uint32_t generation)
{
	struct confirm_report report;
	struct error err = {0};

	assert_int_equal(confirm_run(NULL, 9, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, outcome);
	assert_int_equal(report.generation, generation);
}

static void test_what_awaits_confirmation_is_not_saved(void **state)
{
	struct state then;

	(void)state;
	open_awaited();
	then = state_now();
	assert_int_equal(then.pending.generation, 1);
	assert_true(then.openings.list[0].runtime);
	assert_int_equal(tables_now(), 2);
}

static void test_confirming_saves_it_under_its_generation(void **state)
{
	struct state then;

	(void)state;
	open_awaited();
	confirm(CONFIRM_DONE, 1);
	then = state_now();
	assert_int_equal(then.generation, 1);
	assert_int_equal(then.pending.generation, 0);
	assert_false(then.openings.list[0].runtime);
	assert_int_equal(kernel.commits, 1);
	confirm(CONFIRM_NOTHING, 0);
}

static void test_nothing_is_sent_without_a_watchdog(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	guard.fails = true;
	assert_int_equal(request_awaited(CHANGE_OPEN, &report, &err), -1);
	assert_string_equal(err.text, "nothing was changed: the watchdog did not start");
	assert_int_equal(kernel.commits, 0);
	assert_int_equal(recorded(), 0);
}

static void test_the_watchdog_of_a_change_that_is_undone_is_called_off(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel.ignores_rules = true;
	assert_int_equal(request_awaited(CHANGE_OPEN, &report, &err), 0);
	assert_true(report.undone);
	assert_int_equal(guard.armed, 1);
	assert_int_equal(guard.called_off, 1);
}

static void test_others_wait_for_the_confirmation(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	open_awaited();
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_non_null(strstr(err.text, "generation 1 awaits confirmation for another "));
	assert_string_equal(err.hint, "fwport confirm keeps it, fwport rollback takes it back");
	assert_int_equal(request(CHANGE_CLOSE, true, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_PLANNED);
}

static void test_rollback_takes_it_back_and_does_not_make_it_again(void **state)
{
	const struct change_request back = {.kind = CHANGE_ROLLBACK, .now = 6};
	struct change_report report;
	struct error err = {0};

	(void)state;
	open_awaited();
	assert_int_equal(change_run(&back, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(state_now().pending.generation, 0);
	assert_int_equal(change_run(&back, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
	assert_int_equal(recorded(), 0);
}

static void test_the_next_change_rolls_back_what_is_overdue(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	open_awaited();
	let_time_pass();
	assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), 0);
	assert_int_equal(report.unconfirmed, 1);
	assert_int_equal(report.outcome, OUTCOME_NOT_OURS);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(recorded(), 0);
	assert_int_equal(state_now().generation, 2);
}

/* A rollback that a full disk let begin, and not end. */
static void test_what_is_overdue_is_not_put_in_force_once_more(void **state)
{
	struct journal_entry entry = {.event = JOURNAL_BEGUN, .generation = 2, .time = 6};
	struct error err = {0};

	(void)state;
	open_awaited();
	kernel.now = &kernel.build.ruleset;
	assert_int_equal(boot_id_read(entry.boot, &err), 0);
	assert_int_equal(journal_append(&entry, &err), 0);
	let_time_pass();
	kernel.commits = 0;
	confirm(CONFIRM_TOO_LATE, 1);
	assert_int_equal(kernel.commits, 0);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_a_damaged_journal_does_not_hold_a_rollback_up(void **state)
{
	char path[96];
	FILE *journal;

	(void)state;
	open_awaited();
	snprintf(path, sizeof(path), "%s/journal", directory);
	journal = fopen(path, "a");
	assert_non_null(journal);
	fputs("0badbad0 {}\n", journal);
	fclose(journal);
	let_time_pass();
	confirm(CONFIRM_TOO_LATE, 1);
	assert_int_equal(tables_now(), 1);
	assert_int_equal(recorded(), 0);
}

static void test_it_is_too_late_to_confirm(void **state)
{
	(void)state;
	open_awaited();
	let_time_pass();
	confirm(CONFIRM_TOO_LATE, 1);
	assert_int_equal(tables_now(), 1);
	confirm(CONFIRM_NOTHING, 0);
}

static void test_without_its_generation_a_change_is_rolled_back_to_what_was_saved(void **state)
{
	char path[96];

	(void)state;
	expect(CHANGE_OPEN, OUTCOME_DONE, true);
	kernel.commits = 0;
	{
		struct change_report report;
		struct error err = {0};

		assert_int_equal(request_awaited(CHANGE_CLOSE, &report, &err), 0);
		assert_int_equal(report.pending.generation, 2);
	}
	assert_int_equal(tables_now(), 1);
	snprintf(path, sizeof(path), "%s/generations/2.json", directory);
	assert_int_equal(unlink(path), 0);
	let_time_pass();
	confirm(CONFIRM_TOO_LATE, 2);
	assert_int_equal(tables_now(), 2);
	assert_int_equal(recorded(), 1);
}

/* Killed between its proof and its record, it still awaits confirmation, and by the same deadline. */
static void test_an_interrupted_change_still_awaits_confirmation(void **state)
{
	struct journal_entry entry = {.event = JOURNAL_VERIFIED, .generation = 1, .time = 5};
	char path[96];
	struct error err = {0};
	int64_t deadline;

	(void)state;
	open_awaited();
	deadline = state_now().pending.deadline;
	assert_int_equal(boot_id_read(entry.boot, &err), 0);
	assert_int_equal(journal_append(&entry, &err), 0);
	snprintf(path, sizeof(path), "%s/state.json", directory);
	assert_int_equal(unlink(path), 0);
	{
		struct change_report report;

		assert_int_equal(request(CHANGE_CLOSE, false, &report, &err), -1);
		assert_int_equal(err.kind, ERROR_BUSY);
	}
	assert_int_equal(state_now().pending.generation, 1);
	assert_int_equal(state_now().pending.deadline, deadline);
	assert_true(state_now().openings.list[0].runtime);
}

static void test_what_was_flushed_meanwhile_is_restored_and_awaits_confirmation_still(void **state)
{
	const struct change_request again = {.kind = CHANGE_RESTORE, .now = 6};
	struct ruleset *before = kernel.now;
	struct change_report report;
	struct error err = {0};

	(void)state;
	open_awaited();
	kernel.now = before;
	assert_int_equal(change_run(&again, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(tables_now(), 2);
	assert_int_equal(state_now().pending.generation, 1);
	assert_true(state_now().openings.list[0].runtime);
}

/* What had ended is swept from the kernel alone, so that the last change is still the one to take back. */
static void test_what_ended_while_a_change_awaits_is_not_rolled_back_in_its_place(void **state)
{
	const struct change_request again = {.kind = CHANGE_RESTORE, .now = 1061},
				    back = {.kind = CHANGE_ROLLBACK, .now = 1062};
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(open_for_a_minute(&report, &err), 0);
	kernel.commits = 0;
	https.port.ports = (struct port_range){8443, 8443};
	assert_int_equal(request_awaited(CHANGE_OPEN, &report, &err), 0);
	kernel.build.host.now = 1061;
	assert_int_equal(change_run(&again, &kernel.build.pool, &report, &err), 0);
	assert_true(report.mended);
	assert_int_equal(state_now().generation, 2);
	assert_int_equal(change_run(&back, &kernel.build.pool, &report, &err), 0);
	https.port.ports = (struct port_range){443, 443};
	assert_int_equal(tables_now(), 1);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(state_now().pending.generation, 0);
}

static unsigned armed_by(enum change_kind kind, const char *ssh_peer, enum confirm_when when)
{
	const struct actor actor = {.ssh_peer = ssh_peer};
	const struct change_request wish = {
		.kind = kind, .openings = {&https, 1}, .actor = &actor, .confirm.when = when, .now = 6};
	struct change_report report;
	struct error err = {0};

	guard.armed = 0;
	kernel.commits = 0;
	assert_int_equal(change_run(&wish, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	return guard.armed;
}

static void test_who_came_by_ssh_confirms_what_takes_something_away(void **state)
{
	(void)state;
	assert_int_equal(armed_by(CHANGE_OPEN, "192.0.2.7", CONFIRM_IF_NARROWING), 0);
	assert_int_equal(armed_by(CHANGE_CLOSE, NULL, CONFIRM_IF_NARROWING), 0);
	assert_int_equal(armed_by(CHANGE_OPEN, NULL, CONFIRM_IF_NARROWING), 0);
	assert_int_equal(armed_by(CHANGE_CLOSE, "192.0.2.7", CONFIRM_NEVER), 0);
	assert_int_equal(armed_by(CHANGE_OPEN, NULL, CONFIRM_IF_NARROWING), 0);
	assert_int_equal(armed_by(CHANGE_CLOSE, "192.0.2.7", CONFIRM_IF_NARROWING), 1);
}

static void test_what_has_ended_is_taken_from_nobody(void **state)
{
	struct opening other = {.port = {PROTOCOL_TCP, {80, 80}}, .scope = {.families = FAMILIES_BOTH}};
	const struct actor actor = {.ssh_peer = "192.0.2.7"};
	const struct change_request wish = {
		.kind = CHANGE_OPEN, .openings = {&other, 1}, .actor = &actor, .now = 1060};
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(open_for_a_minute(&report, &err), 0);
	kernel.build.host.now = 1060;
	kernel.commits = 0;
	assert_int_equal(change_run(&wish, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.expired, 1);
	assert_int_equal(guard.armed, 0);
}

/* ---- offline ---- */

/* No kernel: whoever reads it or writes to it fails. */
static void kernel_is_gone(void)
{
	kernel.fails = true;
	kernel.busy = UINT32_MAX;
}

static int request_offline(enum change_kind kind, struct change_report *report, struct error *err)
{
	const struct change_request wish = {.kind = kind,
					    .openings = {&https, 1},
					    .offline = true,
					    .confirm.when = CONFIRM_NEVER,
					    .now = 5};

	return change_run(&wish, &kernel.build.pool, report, err);
}

static void test_offline_the_record_alone_is_changed(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	kernel_is_gone();
	assert_int_equal(request_offline(CHANGE_OPEN, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_true(report.changed);
	assert_true(report.offline);
	assert_int_equal(report.after.count, 1);
	assert_int_equal(recorded(), 1);
	assert_int_equal(kernel.commits, 0);
	assert_int_equal(request_offline(CHANGE_OPEN, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_NOTHING);
	assert_int_equal(request_offline(CHANGE_CLOSE, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(recorded(), 0);
	assert_int_equal(request_offline(CHANGE_CLOSE, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_NOT_OURS);
}

static void test_what_was_recorded_offline_is_put_in_force_by_a_boot(void **state)
{
	const struct change_request boot = {
		.kind = CHANGE_RESTORE, .boot = true, .force = true, .accept.blocked = true, .now = 6};
	struct change_report report;
	struct error err = {0};

	(void)state;
	assert_int_equal(request_offline(CHANGE_OPEN, &report, &err), 0);
	assert_int_equal(rules_now(), 1);
	assert_int_equal(change_run(&boot, &kernel.build.pool, &report, &err), 0);
	assert_int_equal(report.outcome, OUTCOME_DONE);
	assert_int_equal(tables_now(), 2);
	assert_int_equal(rules_now(), 2);
}

/* As a journal tells of it. */
static void interrupted(unsigned parts)
{
	struct journal_entry entry = {.event = JOURNAL_BEGUN, .generation = 1, .time = 4, .parts = parts};
	struct state state = state_now();
	struct error err = {0};

	memcpy(entry.boot, state.boot, sizeof(entry.boot));
	assert_int_equal(journal_append(&entry, &err), 0);
}

static void test_offline_nothing_is_guessed_about_a_kernel(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	interrupted(PART_BIT(PART_NFT));
	kernel_is_gone();
	assert_int_equal(request_offline(CHANGE_OPEN, &report, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_int_equal(recorded(), 0);
}

static void test_what_was_interrupted_offline_is_ended_offline(void **state)
{
	struct change_report report;
	struct error err = {0};

	(void)state;
	interrupted(0);
	kernel_is_gone();
	assert_int_equal(request_offline(CHANGE_OPEN, &report, &err), 0);
	assert_int_equal(recorded(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_open_proves_and_records, world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_timer_collects_what_ends_first, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_an_interrupted_change_is_undone_first, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(
			test_an_interrupted_change_is_looked_for_where_it_was_to_be_made, world_start,
			world_end),
		cmocka_unit_test_setup_teardown(test_an_interrupted_change_does_not_take_the_record_with_it,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_an_interrupted_change_that_was_proved_is_recorded,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_change_of_an_earlier_boot_left_nothing, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_change_that_was_recorded_but_not_marked_so_is_kept,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_mend_that_was_interrupted_takes_no_generation_with_it,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_close_that_reached_the_kernel_is_brought_to_its_end,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_close_that_would_lock_out_is_taken_back, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(
			test_a_proved_change_that_is_no_more_in_the_kernel_is_not_recorded, world_start,
			world_end),
		cmocka_unit_test_setup_teardown(test_rollback_goes_back_to_the_record, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_everything_is_closed_at_once, world_start, world_end),
		cmocka_unit_test_setup_teardown(test_where_nothing_is_open_there_is_nothing_to_close,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_restore_brings_back_what_somebody_flushed, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_closed_until_the_next_boot, world_start, world_end),
		cmocka_unit_test_setup_teardown(test_second_open_sends_nothing, world_start, world_end),
		cmocka_unit_test_setup_teardown(test_close_leaves_the_ruleset_as_it_was, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_dry_run_plans_and_touches_nothing, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_promise_the_kernel_does_not_keep_is_undone,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_policy_beside_somebody_elses_is_refused, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_policy_is_announced_proved_and_recorded, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_policy_that_does_not_drop_is_undone, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_signal_waits_until_the_change_is_told, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_between_attempts_signals_are_not_held, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_ruleset_that_changes_is_planned_again, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_ruleset_that_never_rests_is_busy, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_lost_answer_is_taken_back_and_planned_again,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_kernel_that_never_answers_leaves_nothing_behind,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_nothing_is_closed_where_tables_cannot_be_read,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_refused_commit_is_an_error_and_nothing_is_recorded,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_record_that_cannot_be_written_undoes_the_change,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_what_a_lost_record_spoke_of_is_adopted, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_rule_that_cannot_be_read_back_stays, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_restoring_adopts_once, world_start, world_end),
		cmocka_unit_test_setup_teardown(test_restoring_removes_rules_that_belong_to_no_opening,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_restoring_puts_back_what_was_flushed, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_restoring_keeps_what_can_be_opened, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_at_boot_rules_are_put_where_no_address_is_yet,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_saving_touches_no_rule, world_start, world_end),
		cmocka_unit_test_setup_teardown(test_what_an_interrupted_change_adopted_stays, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_closing_the_administrators_own_port_is_refused,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_what_is_forced_past_is_told_and_recorded, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_force_that_was_not_needed_is_not_told, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_force_goes_past_a_guard_that_knows_nothing, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_a_proof_waits_for_a_moment_of_rest, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_an_undo_waits_for_a_moment_of_rest, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_closing_what_another_opening_lives_on_is_refused,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_what_has_ended_goes_with_any_change, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_what_is_undone_leaves_no_element_that_expires,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_port_that_others_open_too_outlives_its_opening,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_what_awaits_confirmation_is_not_saved, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_confirming_saves_it_under_its_generation, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_nothing_is_sent_without_a_watchdog, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_the_watchdog_of_a_change_that_is_undone_is_called_off,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_others_wait_for_the_confirmation, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_rollback_takes_it_back_and_does_not_make_it_again,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_the_next_change_rolls_back_what_is_overdue, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_what_is_overdue_is_not_put_in_force_once_more,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_a_damaged_journal_does_not_hold_a_rollback_up,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_it_is_too_late_to_confirm, world_start, world_end),
		cmocka_unit_test_setup_teardown(
			test_without_its_generation_a_change_is_rolled_back_to_what_was_saved, world_start,
			world_end),
		cmocka_unit_test_setup_teardown(test_an_interrupted_change_still_awaits_confirmation,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(
			test_what_was_flushed_meanwhile_is_restored_and_awaits_confirmation_still,
			world_start, world_end),
		cmocka_unit_test_setup_teardown(
			test_what_ended_while_a_change_awaits_is_not_rolled_back_in_its_place, world_start,
			world_end),
		cmocka_unit_test_setup_teardown(test_who_came_by_ssh_confirms_what_takes_something_away,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_what_has_ended_is_taken_from_nobody, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_offline_the_record_alone_is_changed, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_what_was_recorded_offline_is_put_in_force_by_a_boot,
						world_start, world_end),
		cmocka_unit_test_setup_teardown(test_offline_nothing_is_guessed_about_a_kernel, world_start,
						world_end),
		cmocka_unit_test_setup_teardown(test_what_was_interrupted_offline_is_ended_offline,
						world_start, world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
