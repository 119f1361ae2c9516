/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport-check is three processes. What needs rights is opened while there is one. Then the watchman sees packets, and the child
 * checks, both without rights; the parent waits for the child, and puts the files in their place that it has written. It does not
 * wait for the watchman, since the kernel takes its time to close a packet socket (synchronize_net).
 */
#include "complaint.h"
#include "many.h"
#include "oracle.h"
#include "outlet.h"
#include "report.h"
#include "rights.h"
#include "sanitized.h"
#include "supervision.h"
#include "trust.h"
#include "watching.h"
#include "watchman.h"
#include "witness.h"

#include "fwport/files.h"
#include "fwport/plain.h"

#include <curl/curl.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BASELINE_BYTES_MOST = 16 << 20 };

struct session {
	struct options options;
	struct trust *trust;
	struct asker asker;
	struct text baseline;
	struct outlet textfile, new_baseline;
	int list; /* of targets, -1: the command line has them */
	int packets, watchman,
		line; /* the watchman's two, and the child's end; packets -1: there is no watchman */
	pid_t parent;
};

static void session_free(struct session *session)
{
	trust_free(&session->trust);
	text_free(&session->baseline);
}

/* A file that is not there yet is one that says nothing. */
static int open_baseline(struct session *session, struct error *err)
{
	const char *path = session->options.baseline;

	if (!path)
		return 0;
	if (file_read(path, BASELINE_BYTES_MOST, &session->baseline, err) < 0 && err->sys != ENOENT)
		return -1;
	return outlet_open(path, &session->new_baseline, err);
}

static int open_files(struct session *session, struct error *err)
{
	const struct options *options = &session->options;

	if (trust_load(options, &session->trust, err) < 0 ||
	    target_list_open(options, &session->list, err) < 0 || open_baseline(session, err) < 0)
		return -1;
	return options->textfile ? outlet_open(options->textfile, &session->textfile, err) : 0;
}

static int prepare(int argc, char **argv, struct session *session, struct error *err)
{
	if (options_parse(argc, argv, &session->options, err) < 0)
		return -1;
	if (session->options.form == REPORT_TABLE)
		session->options.screen =
			screen_of(STDOUT_FILENO, session->options.color ? "always" : "never");
	if (asker_choose(session->options.as_user, &session->asker, err) < 0)
		return -1;
	curl_global_init(CURL_GLOBAL_ALL);
	if (watchman_line(&session->line, &session->watchman, err) < 0)
		return -1;
	signals_hold();
	session->packets = watchman_packets();
	session->parent = getpid();
	return open_files(session, err);
}

/* --- the child --- */

static int equip(struct session *session, struct equipment *out, struct error *err)
{
	const struct options *options = &session->options;

	*out = (struct equipment){
		.options = options, .trust = session->trust, .uid = (unsigned)session->asker.uid};
	if (session->asker.name[0])
		out->user = session->asker.name;
	if (session->packets >= 0 && !(out->witness = witness_start(session->line)))
		return error_memory(err);
	if (options->oracle != ORACLE_NONE && oracle_open((int)options->oracle, &out->oracle, err) < 0)
		return -1;
	if (!options->baseline)
		return 0;
	out->baseline = text_string(&session->baseline);
	out->new_baseline = fdopen(session->new_baseline.fd, "w");
	return out->new_baseline ? 0 : error_memory(err);
}

static void close_equipment(struct equipment *equipment)
{
	if (equipment->new_baseline)
		fclose(equipment->new_baseline);
	oracle_close(&equipment->oracle);
	witness_free(&equipment->witness);
}

static int choose_showing(const struct session *session, const struct target_list *targets,
			  struct showing *out, struct error *err)
{
	const struct options *options = &session->options;
	unsigned files = 0;

	*out = (struct showing){.out = stdout, .at_once = many_at_once(options->parallel, &files)};
	if (out->at_once < options->parallel && out->at_once < targets->count)
		plain_line(
			stderr,
			"fwport: no more than %u targets at a time: this process can have only %u open files",
			out->at_once, files);
	if (!options->quiet && !options->watch && isatty(STDERR_FILENO))
		out->progress = stderr;
	if (options->textfile)
		out->out = fdopen(session->textfile.fd, "w");
	else if (options->screen.columns)
		out->out = screen_open(stdout, options->screen.columns);
	return out->out ? 0 : error_memory(err);
}

static void end_showing(struct showing *showing)
{
	if (showing->out && showing->out != stdout)
		fclose(showing->out);
}

static int check(struct session *session, int *status, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(close_equipment) struct equipment equipment = {0};
	CLEANUP(end_showing) struct showing showing = {0};
	struct target_list targets;

	if (rights_of_child(session->parent, &session->asker, err) < 0 ||
	    equip(session, &equipment, err) < 0 ||
	    target_list_read(&session->options, session->list, &pool, &targets, err) < 0 ||
	    choose_showing(session, &targets, &showing, err) < 0)
		return -1;
	if (session->options.watch)
		return watching(&equipment, &targets, &showing, isatty(STDOUT_FILENO), err);
	return many_examine(&equipment, &targets, &showing, status, err);
}

/* Of a peer that hangs up the call tells that writes to it. */
static int be_child(struct session *session, int *status, struct error *err)
{
	signals_release();
	signal(SIGPIPE, SIG_IGN);
	return check(session, status, err);
}

/* --- the parent --- */

static bool is_empty(int fd)
{
	struct stat status;

	return fstat(fd, &status) < 0 || status.st_size == 0;
}

static int publish(struct session *session, struct error *err)
{
	if (session->new_baseline.path && is_empty(session->new_baseline.fd))
		outlet_discard(&session->new_baseline);
	return outlet_publish(&session->textfile, err) < 0 ? -1 : outlet_publish(&session->new_baseline, err);
}

/* Whoever waits for this process sees the signal that ended both. */
static int end_by(int signal_number)
{
	signal(signal_number, SIG_DFL);
	signals_release();
	raise(signal_number);
	return -1;
}

static int conclude(struct session *session, struct child_end end, int *status, struct error *err)
{
	const int killed_by = end.signal ? end.signal : WIFSIGNALED(end.status) ? WTERMSIG(end.status) : 0;

	if (killed_by == SIGINT || killed_by == SIGTERM || killed_by == SIGHUP) {
		outlet_discard(&session->textfile);
		outlet_discard(&session->new_baseline);
		return end_by(killed_by);
	}
	if (killed_by)
		return error_set(err, ERROR_SYSTEM, "the process that checks was ended by signal %d (%s)",
				 killed_by, strsignal(killed_by));
	*status = WEXITSTATUS(end.status);
	/* The others say that there was no report. */
	return *status == 0 || *status == 1 || *status == 11 ? publish(session, err) : 0;
}

static void leave_to_child(struct session *session)
{
	descriptor_close(&session->line);
	descriptor_close(&session->list);
	if (session->options.oracle != ORACLE_NONE)
		close((int)session->options.oracle);
}

static int be_parent(struct session *session, pid_t child, int *status, struct error *err)
{
	const bool has_files = session->textfile.path || session->new_baseline.path;
	struct child_end end;

	leave_to_child(session);
	if (rights_of_parent(child, has_files, err) < 0) {
		kill(child, SIGTERM);
		return -1;
	}
	end = child_await(child);
	return conclude(session, end, status, err);
}

/* --- the watchman --- */

/* It may be there a little longer than who waits for this program's output should have to wait. */
static void close_streams(void)
{
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
}

/* Nobody waits for it. If it cannot give up its rights, or all is over before it has begun, there is no witness. */
static int be_watchman(struct session *session)
{
	struct error unheard;

	leave_to_child(session);
	close_streams();
	if (rights_of_watchman(session->parent, &unheard) == 0)
		watchman_watch(session->packets, session->watchman);
	return 0;
}

static int start(pid_t *process, struct error *err)
{
	*process = fork();
	return *process < 0 ? error_system(err, errno, "cannot start another process") : 0;
}

static int divide(struct session *session, int *status, struct error *err)
{
	pid_t watchman = -1, child;

	if (session->packets >= 0 && start(&watchman, err) < 0)
		return -1;
	if (watchman == 0)
		return be_watchman(session);
	close(session->watchman);
	if (session->packets >= 0)
		close(session->packets);
	if (start(&child, err) < 0)
		return -1;
	if (child == 0)
		return be_child(session, status, err);
	return be_parent(session, child, status, err);
}

/* Only who made the files may take them away. */
static void discard_files(struct session *session)
{
	if (session->parent != getpid())
		return;
	outlet_discard(&session->textfile);
	outlet_discard(&session->new_baseline);
}

/*
 * Nothing is left to do then: what would be freed page by page, some of them copied for that, the kernel takes back as it is. Who looks
 * for leaks wants it freed.
 */
static void end_at_once(int status)
{
	if (SANITIZED)
		return;
	fflush(NULL);
	_exit(status);
}

/* For people, and in the form that was asked for. */
static int tell_failure(enum report_form form, const struct error *err)
{
	const int status = complain(stderr, form == REPORT_JSON ? stdout : NULL, err);

	return form == REPORT_NAGIOS ? report_nagios_failure(stdout, err) : status;
}

int main(int argc, char **argv)
{
	CLEANUP(session_free) struct session session = {.list = -1, .packets = -1, .parent = getpid()};
	struct error err = {0};
	int status = 0;

	setlocale(LC_CTYPE, "C.UTF-8"); /* in which libcurl reads names that are to become ASCII */
	if (prepare(argc, argv, &session, &err) < 0 || divide(&session, &status, &err) < 0)
		status = tell_failure(options_form(argc, argv), &err);
	discard_files(&session);
	end_at_once(status);
	return status;
}
