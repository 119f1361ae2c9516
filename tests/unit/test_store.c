/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: what is written reads back, and what is damaged is refused with its place.
 */
#include "cmocka_all.h"

#include "fwport/files.h"
#include "state_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8};

static struct opening scoped(void)
{
	return (struct opening){
		.id = 4,
		.service = "https",
		.port = {PROTOCOL_TCP, {443, 450}},
		.scope = {.direction = DIRECTION_OUT,
			  .families = FAMILY_BIT(FAMILY_IPV4),
			  .families_named = true,
			  .to = &ten,
			  .to_count = 1,
			  .iface = "eth0"},
		.profile = "web",
		.reason = "ticket 12",
		.override = true,
		.runtime = true,
		.created = 1700000000,
		.expires = 1700003600,
		.via = VIA_FIREWALLD,
		.zone = "public",
		.handed = HANDED_PERMANENT,
	};
}

static void decode(const char *bytes, struct pool *pool, struct state *state)
{
	struct error err = {0};

	assert_int_equal(state_decode(bytes, strlen(bytes), "state.json", pool, state, &err), 0);
}

static void refuses(const char *bytes, const char *sentence)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct state state;
	struct error err = {0};

	assert_int_equal(state_decode(bytes, strlen(bytes), "state.json", &pool, &state, &err), -1);
	assert_string_equal(err.text, sentence);
	assert_int_equal(err.kind, ERROR_FILE);
}

static void test_every_field_survives_the_round_trip(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text text = {0};
	struct opening opening = scoped(), other = scoped();
	struct state before = {.generation = 7,
			       .next_id = 5,
			       .backend = "iptables",
			       .openings = {&opening, 1},
			       .dormant = {&other, 1},
			       .policy = {{true, false}},
			       .boot_policy = {{false, true}},
			       .pending = {7, 1234, "nft"},
			       .boot = "b"},
		     after;
	struct error err = {0};

	(void)unused;
	assert_int_equal(state_encode(&before, &text, &err), 0);
	decode(text_string(&text), &pool, &after);
	assert_int_equal(after.generation, 7);
	assert_int_equal(after.next_id, 5);
	assert_int_equal(after.openings.count, 1);
	assert_true(opening_equal(&after.openings.list[0], &opening));
	assert_int_equal(after.openings.list[0].id, 4);
	assert_string_equal(after.openings.list[0].service, "https");
	assert_string_equal(after.openings.list[0].profile, "web");
	assert_string_equal(after.openings.list[0].reason, "ticket 12");
	assert_true(after.openings.list[0].override);
	assert_int_equal(after.openings.list[0].created, 1700000000);
	assert_true(after.openings.list[0].scope.families_named);
	assert_true(after.openings.list[0].runtime);
	assert_int_equal(after.openings.list[0].expires, 1700003600);
	assert_int_equal(after.openings.list[0].via, VIA_FIREWALLD);
	assert_string_equal(after.openings.list[0].zone, "public");
	assert_int_equal(after.openings.list[0].handed, HANDED_PERMANENT);
	assert_string_equal(after.backend, "iptables");
	assert_int_equal(after.dormant.count, 1);
	assert_true(opening_equal(&after.dormant.list[0], &other));
	assert_true(after.policy.drop[DIRECTION_IN] && !after.policy.drop[DIRECTION_OUT]);
	assert_true(after.boot_policy.drop[DIRECTION_OUT] && !after.boot_policy.drop[DIRECTION_IN]);
	assert_int_equal(after.pending.generation, 7);
	assert_int_equal(after.pending.deadline, 1234);
	assert_string_equal(after.pending.backend, "nft");
	assert_string_equal(after.boot, "b");
}

static void test_what_stands_before_the_openings_is_not_called_one(void **unused)
{
	(void)unused;
	refuses("{\"format\":1,\"generation\":-1,\"next_id\":1,\"openings\":[]}",
		"state.json: \"generation\" is not a number in range");
}

static void test_defaults_are_left_out_and_come_back(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text text = {0};
	struct opening opening = {
		.id = 1, .port = {PROTOCOL_UDP, {53, 53}}, .scope = {.families = FAMILIES_BOTH}};
	struct state before = {.next_id = 2, .openings = {&opening, 1}}, after;
	struct error err = {0};

	(void)unused;
	assert_int_equal(state_encode(&before, &text, &err), 0);
	assert_null(strstr(text_string(&text), "reason"));
	assert_null(strstr(text_string(&text), "from"));
	decode(text_string(&text), &pool, &after);
	assert_true(opening_equal(&after.openings.list[0], &opening));
	assert_null(after.openings.list[0].service);
}

static void test_damage_is_named_with_its_place(void **unused)
{
	(void)unused;
	refuses("{\"format\":1,",
		"state.json:1:12: the state file is damaged: string or '}' expected near end of file");
	refuses("{\"format\":3}", "state.json: format 3 is not 1 to 2, which this fwport reads");
	refuses("{\"format\":1}", "state.json: there is no list of openings in it");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":0,\"openings\":[]}",
		"state.json: \"next_id\" is not a number from 1 on");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":1,\"created\":0,"
		"\"direction\":\"in\",\"families\":\"both\",\"port\":\"80/tcp\",\"override\":\"no\"}]}",
		"state.json: opening 1: \"override\" is not true or false");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":1,\"created\":0,"
		"\"direction\":\"up\"}]}",
		"state.json: opening 1: \"direction\" is not a known word");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":-1}]}",
		"state.json: opening 1: \"id\" is not a number in range");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":1,\"created\":0,"
		"\"direction\":\"in\","
		"\"families\":\"both\",\"port\":\"0/tcp\"}]}",
		"state.json: port \"0/tcp\" is out of range 1-65535");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":1,\"created\":0,"
		"\"direction\":\"in\","
		"\"families\":\"both\",\"port\":\"80/tcp\",\"from\":[7]}]}",
		"state.json: opening 1: \"from\" is not a list of prefixes");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":1,\"created\":0,"
		"\"direction\":\"in\","
		"\"families\":\"both\",\"port\":\"80/tcp\",\"from\":[]}]}",
		"state.json: opening 1: \"from\" is not a list of prefixes");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"openings\":[{\"id\":1,\"colour\":99}]}",
		"state.json: opening 1: \"colour\" is not a field that this fwport knows");
	refuses("{\"format\":1,\"generation\":1,\"next_id\":1,\"policy\":\"drop\",\"openings\":[]}",
		"state.json: \"policy\" is not a field that this fwport knows");
}

static unsigned allocations, denied; /* from 1; 0: none */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return ++allocations == denied ? NULL : __real_malloc(size);
}

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"

/* The library leaves a letter out and says nothing when memory runs out in a long word: that is another boot then. */
static void test_short_memory_leaves_nothing_out(void **unused)
{
	static const char bytes[] =
		"{\"format\":2,\"generation\":1,\"next_id\":1,\"boot\":\"" BOOT "\",\"openings\":[]}";
	int done = -1;

	(void)unused;
	for (unsigned at = 1; done < 0; at++) {
		CLEANUP(pool_free) struct pool pool = {0};
		struct error err = {0};
		struct state state;

		allocations = 0;
		denied = at;
		done = state_decode(bytes, strlen(bytes), "state.json", &pool, &state, &err);
		denied = 0;
		if (done < 0)
			assert_string_equal(err.text, "out of memory");
		else
			assert_string_equal(state.boot, BOOT);
		assert_true(at < 200);
	}
}

static void test_a_string_that_cannot_be_read_back_is_not_written(void **unused)
{
	CLEANUP(text_free) struct text text = {0};
	struct opening opening = scoped();
	struct state state = {.next_id = 5, .openings = {&opening, 1}};
	struct error err = {0};

	(void)unused;
	opening.scope.iface = "e\xff";
	assert_int_equal(state_encode(&state, &text, &err), -1);
	assert_string_equal(err.text, "the interface name is not UTF-8 text");
	assert_int_equal(err.kind, ERROR_USAGE);
}

static char directory[64];

static int make_directory(void **unused)
{
	(void)unused;
	strcpy(directory, "/tmp/fwport-test-XXXXXX");
	return mkdtemp(directory) ? setenv("FWPORT_STATE_DIR", directory, 1) : -1;
}

static int remove_directory(void **unused)
{
	char command[128];

	(void)unused;
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static void test_saving_counts_generations_and_peeking_sees_them(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct opening opening = scoped();
	struct state next = {.next_id = 5, .openings = {&opening, 1}}, seen;
	struct error err = {0};

	(void)unused;
	assert_int_equal(store_peek(&seen, &pool, &err), 0);
	assert_int_equal(seen.generation, 0);
	assert_int_equal(seen.next_id, 1);
	assert_int_equal(store_open(&store, 0, &pool, &err), 0);
	assert_int_equal(store_save(&store, &next, &err), 0);
	assert_int_equal(store_save(&store, &next, &err), 0);
	assert_int_equal(store.state.generation, 2);
	assert_int_equal(store_peek(&seen, &pool, &err), 0);
	assert_int_equal(seen.generation, 2);
	assert_int_equal(seen.openings.count, 1);
}

/* Two are open, one of them --runtime, and one was closed until the next boot. */
static struct state before_boot(struct opening openings[2], struct opening *closed, const char *boot)
{
	struct state state = {.next_id = 5,
			      .openings = {openings, 2},
			      .dormant = {closed, 1},
			      .policy = {{true, false}},
			      .pending = {1, 99}};

	openings[0] = openings[1] = *closed = scoped();
	openings[0].port.ports = (struct port_range){1, 1};
	openings[0].runtime = false;
	closed->port.ports = (struct port_range){3, 3};
	closed->runtime = false;
	snprintf(state.boot, sizeof(state.boot), "%s", boot);
	return state;
}

static void test_a_boot_brings_back_what_was_saved(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct opening openings[2], closed;
	struct state next = before_boot(openings, &closed, "an earlier boot"), seen;
	struct error err = {0};

	(void)unused;
	assert_int_equal(store_open(&store, 0, &pool, &err), 0);
	assert_int_equal(store_save(&store, &next, &err), 0);
	assert_int_equal(store_peek(&seen, &pool, &err), 0);
	assert_int_equal(seen.openings.count, 2);
	assert_int_equal(seen.openings.list[0].port.ports.first, 1);
	assert_int_equal(seen.openings.list[1].port.ports.first, 3);
	assert_int_equal(seen.dormant.count, 0);
	assert_int_equal(seen.pending.generation, 0);
	assert_false(seen.policy.drop[DIRECTION_IN]);
}

static void test_within_a_boot_nothing_comes_back(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct opening openings[2], closed;
	struct state next, seen;
	struct error err = {0};

	(void)unused;
	assert_int_equal(store_open(&store, 0, &pool, &err), 0);
	next = before_boot(openings, &closed, store.state.boot);
	assert_int_equal(store_save(&store, &next, &err), 0);
	assert_int_equal(store_peek(&seen, &pool, &err), 0);
	assert_int_equal(seen.openings.count, 2);
	assert_true(seen.openings.list[1].runtime);
	assert_int_equal(seen.dormant.count, 1);
	assert_int_equal(seen.pending.deadline, 99);
	assert_true(seen.policy.drop[DIRECTION_IN]);
}

static void test_what_a_crash_left_of_a_record_is_swept_away(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct error err = {0};
	char path[96];

	(void)unused;
	snprintf(path, sizeof(path), "%s/state.json.new", directory);
	assert_int_equal(file_write(path, "{", 1, 0600, &err), 0);
	assert_int_equal(store_open(&store, 0, &pool, &err), 0);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_second_store_waits_and_then_is_busy(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store first = {.lock = -1}, second = {.lock = -1};
	struct error err = {0};

	(void)unused;
	assert_int_equal(store_open(&first, 0, &pool, &err), 0);
	assert_int_equal(store_open(&second, 20, &pool, &err), -1);
	assert_int_equal(err.kind, ERROR_BUSY);
}

static void test_damaged_file_is_not_overwritten(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	CLEANUP(text_free) struct text text = {0};
	char path[128];
	struct error err = {0};

	(void)unused;
	snprintf(path, sizeof(path), "%s/state.json", directory);
	assert_int_equal(file_replace(path, "{", 1, 0600, &err), 0);
	assert_int_equal(store_open(&store, 0, &pool, &err), -1);
	assert_int_equal(err.kind, ERROR_FILE);
	assert_non_null(strstr(err.hint, path));
	assert_int_equal(file_read(path, 100, &text, &err), 0);
	assert_string_equal(text_string(&text), "{");
	unlink(path);
}

static void assert_not_trusted(const char *sentence)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct state seen;
	struct error err = {0};

	assert_int_equal(store_peek(&seen, &pool, &err), -1);
	assert_int_equal(err.kind, ERROR_PERMISSION);
	assert_non_null(strstr(err.text, sentence));
	assert_int_equal(store_open(&store, 0, &pool, &err), -1);
	assert_non_null(strstr(err.text, sentence));
}

static void test_what_others_can_write_is_not_trusted(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct state seen;
	char path[128];
	struct error err = {0};

	(void)unused;
	snprintf(path, sizeof(path), "%s/state.json", directory);
	assert_int_equal(chmod(directory, 0777), 0);
	assert_not_trusted("can be written by others (mode 777)");
	assert_int_equal(chmod(directory, 01777), 0);
	assert_int_equal(store_peek(&seen, &pool, &err), 0);
	assert_int_equal(chmod(directory, 0700), 0);
	assert_int_equal(file_replace(path, "{", 1, 0620, &err), 0);
	assert_not_trusted("state.json can be written by others (mode 620)");
	if (geteuid() == 0) {
		assert_int_equal(chmod(path, 0600), 0);
		assert_int_equal(chown(path, 65534, 65534), 0);
		assert_not_trusted("state.json belongs to uid 65534: only what is root's is trusted");
	}
	unlink(path);
}

static void test_directory_that_is_a_file_is_the_systems_error(void **unused)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(store_close) struct store store = {.lock = -1};
	char path[128];
	struct state seen;
	struct error err = {0};

	(void)unused;
	snprintf(path, sizeof(path), "%s/file", directory);
	assert_int_equal(file_replace(path, "", 0, 0600, &err), 0);
	setenv("FWPORT_STATE_DIR", path, 1);
	assert_int_equal(store_peek(&seen, &pool, &err), -1);
	assert_int_equal(error_exit_status(err.kind), 4);
	assert_int_equal(store_open(&store, 0, &pool, &err), -1);
	assert_int_equal(error_exit_status(err.kind), 4);
	setenv("FWPORT_STATE_DIR", directory, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_survives_the_round_trip),
		cmocka_unit_test(test_what_stands_before_the_openings_is_not_called_one),
		cmocka_unit_test(test_defaults_are_left_out_and_come_back),
		cmocka_unit_test(test_damage_is_named_with_its_place),
		cmocka_unit_test(test_short_memory_leaves_nothing_out),
		cmocka_unit_test(test_a_string_that_cannot_be_read_back_is_not_written),
		cmocka_unit_test(test_saving_counts_generations_and_peeking_sees_them),
		cmocka_unit_test(test_a_boot_brings_back_what_was_saved),
		cmocka_unit_test(test_within_a_boot_nothing_comes_back),
		cmocka_unit_test(test_what_a_crash_left_of_a_record_is_swept_away),
		cmocka_unit_test(test_second_store_waits_and_then_is_busy),
		cmocka_unit_test(test_damaged_file_is_not_overwritten),
		cmocka_unit_test(test_what_others_can_write_is_not_trusted),
		cmocka_unit_test(test_directory_that_is_a_file_is_the_systems_error),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
