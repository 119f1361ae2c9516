/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON lines, to the letter: programs rely on them.
 */
#include "fwport/json.h"
#include "fwport/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

struct page {
	char *text;
	size_t length;
	FILE *out;
	struct error err;
};

static void page_open(struct page *page)
{
	*page = (struct page){0};
	page->out = open_memstream(&page->text, &page->length);
	assert_non_null(page->out);
}

static void assert_page(struct page *page, const char *expected)
{
	assert_int_equal(fclose(page->out), 0);
	assert_string_equal(page->text, expected);
	free(page->text);
}

/* A reject with no expressions of its own: rule 2 of inet filter input, handle 9, of an administrator. */
struct world {
	struct table table;
	struct chain chain;
	struct rule rule;
	struct op op;
	struct decision reject, policy;
	struct station stations[1];
	struct packet_answer packets[3];
	struct blocker blockers[1];
	struct shadowed never_reached[1];
	struct condition conditions[2];
	struct family_answer families[2];
	struct answer answer;
};

static void world_make(struct world *w)
{
	*w = (struct world){0};
	w->table = (struct table){.family = TABLE_INET, .name = "filter", .owner = OWNER_ADMIN};
	w->chain = (struct chain){.table = &w->table, .name = "input", .base = true, .hook = HOOK_INPUT};
	w->op = (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_DROP}};
	w->rule = (struct rule){.chain = &w->chain, .handle = 9, .position = 2, .ops = &w->op, .op_count = 1};
	w->reject =
		(struct decision){.base = &w->chain, .chain = &w->chain, .rule = &w->rule, .fate = FATE_DROP};
	w->policy = (struct decision){.base = &w->chain, .chain = &w->chain, .fate = FATE_PASS};
	w->stations[0] = (struct station){
		.hook = HOOK_INPUT, .chain = &w->chain, .fate = FATE_DROP, .decision = w->reject};
	w->packets[0] = (struct packet_answer){.packet = {.role = PACKET_SYN},
					       .fate = FATE_DROP,
					       .decided_by = &w->reject,
					       .path = w->stations,
					       .path_count = 1};
	w->packets[1] = (struct packet_answer){.packet = {.role = PACKET_SYN_ACK}, .fate = FATE_PASS};
	w->packets[2] = (struct packet_answer){.packet = {.role = PACKET_ACK}, .fate = FATE_PASS};
	w->never_reached[0] = (struct shadowed){PACKET_SYN, &w->rule, &w->reject, false};
	w->blockers[0] = (struct blocker){PACKET_SYN, &w->reject};
	w->conditions[0] = (struct condition){CONDITION_RATE, "below 10/minute", &w->rule, false};
	w->conditions[1] = (struct condition){CONDITION_SET, "except 3 addresses in set ban", NULL, false};
	w->families[0] = (struct family_answer){
		.family = FAMILY_IPV4,
		.applicable = true,
		.counted = true,
		.interface = "eth0",
		.local = {FAMILY_IPV4, {192, 0, 2, 1}},
		.peer = {FAMILY_IPV4, {203, 0, 113, 5}},
		.verdict = ANSWER_BLOCKED,
		.packets = w->packets,
		.packet_count = 3,
		.blockers = w->blockers,
		.blocker_count = 1,
		.never_reached = w->never_reached,
		.never_reached_count = 1,
		.move = {{FAMILY_IPV4, {192, 0, 2, 1}}, 8443, &w->chain, &w->rule},
		.conditions = w->conditions,
		.condition_count = 2,
	};
	w->families[1] = (struct family_answer){.family = FAMILY_IPV6};
	w->answer = (struct answer){
		.query = {.direction = DIRECTION_IN, .protocol = PROTOCOL_TCP, .port = 443},
		.verdict = ANSWER_BLOCKED,
		.ruleset = 184,
		.families = w->families,
		.family_count = 2,
	};
}

#define RULE                                                                                          \
	"{\"engine\":\"nft\",\"owner\":\"admin\",\"family\":\"inet\",\"table\":\"filter\",\"chain\":" \
	"\"input\","                                                                                  \
	"\"position\":2,\"handle\":9,\"text\":\"drop\",\"policy\":false}"
#define BLOCKER                                                                                       \
	"{\"engine\":\"nft\",\"owner\":\"admin\",\"family\":\"inet\",\"table\":\"filter\",\"chain\":" \
	"\"input\","                                                                                  \
	"\"position\":2,\"handle\":9,\"text\":\"drop\",\"policy\":false,\"packet\":\"syn\"}"
#define SHADOWED                                                                                       \
	"{\"engine\":\"nft\",\"owner\":\"admin\",\"family\":\"inet\",\"table\":\"filter\",\"chain\":"  \
	"\"input\",\"position\":2,\"handle\":9,\"text\":\"drop\",\"policy\":false,\"packet\":\"syn\"," \
	"\"reason\":\"behind\",\"added_by\":null,\"behind\":" RULE "}"
#define CONDITION "{\"kind\":\"rate\",\"text\":\"below 10/minute\",\"rule\":" RULE "}"
#define EXCEPTION "{\"kind\":\"set\",\"text\":\"except 3 addresses in set ban\",\"rule\":null}"

static void test_error_is_one_line(void **state)
{
	const struct error error = {
		.kind = ERROR_USAGE, .text = "unknown command \"opne\"", .hint = "did you mean fwport open?"};
	const struct error bare = {.kind = ERROR_BUSY, .text = "locked"};
	struct page page;

	(void)state;
	page_open(&page);
	assert_int_equal(json_error(page.out, NULL, &error), 0);
	assert_int_equal(json_error(page.out, "open", &bare), 0);
	assert_page(&page, "{\"schema\":1,\"command\":null,\"error\":{\"kind\":\"usage\",\"text\":\"unknown "
			   "command \\\"opne\\\"\","
			   "\"hint\":\"did you mean fwport open?\"}}\n"
			   "{\"schema\":1,\"command\":\"open\",\"error\":{\"kind\":\"busy\",\"text\":"
			   "\"locked\",\"hint\":null}}\n");
}

static void test_strings_that_are_not_utf8_are_shown_byte_by_byte(void **state)
{
	const struct error error = {.kind = ERROR_FILE,
				    .text = "a\xff\033"
					    "b"};
	const struct error utf8 = {.kind = ERROR_FILE, .text = "caf\xc3\xa9 \xc2\x9b"};
	struct page page;

	(void)state;
	page_open(&page);
	assert_int_equal(json_error(page.out, "apply", &error), 0);
	assert_int_equal(json_error(page.out, "apply", &utf8), 0);
	assert_page(&page,
		    "{\"schema\":1,\"command\":\"apply\",\"error\":{\"kind\":\"file\",\"text\":"
		    "\"a\\\\xff\\u001Bb\",\"hint\":null}}\n"
		    "{\"schema\":1,\"command\":\"apply\",\"error\":{\"kind\":\"file\",\"text\":\"caf\\u00E9 "
		    "\\u009B\",\"hint\":null}}\n");
}

static void test_a_stream_that_fails_is_an_error(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct error err = {0};

	(void)state;
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(json_text(full, "help", "text", &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_string_equal(err.text, "cannot write JSON: No space left on device");
	fclose(full);
}

static void test_answer_has_every_family_packet_and_blocker(void **state)
{
	static const struct fix fixes[] = {{"fwport open 443/tcp", ""}, {0}};
	struct listener listener = {.family = FAMILY_IPV4,
				    .protocol = PROTOCOL_TCP,
				    .any = true,
				    .port = 443,
				    .uid = 33,
				    .pid = 812,
				    .program = "nginx"};
	const struct listeners listeners = {&listener, 1};
	const struct answer_notes notes = {
		.service = "https", .ports = "443", .listeners = &listeners, .fixes = fixes};
	struct world world;
	struct page page;

	(void)state;
	world_make(&world);
	page_open(&page);
	assert_int_equal(json_answer(page.out, &world.answer, &notes, &page.err), 0);
	assert_page(
		&page,
		"{\"schema\":1,\"command\":\"why\",\"direction\":\"in\",\"service\":\"https\","
		"\"protocol\":\"tcp\",\"port\":443,\"ports\":\"443\",\"verdict\":\"blocked\",\"ruleset\":184,"
		"\"families\":[{\"family\":\"ipv4\",\"applicable\":true,\"counted\":true,\"interface\":"
		"\"eth0\",\"address\":null,"
		"\"verdict\":\"blocked\",\"unknown\":null,\"local\":\"192.0.2.1\",\"peer\":\"203.0.113.5\","
		"\"packets\":[{\"packet\":\"syn\",\"verdict\":\"drop\",\"decided_by\":" RULE
		",\"delivered\":true,\"forwarded_to\":null,\"path\":[{\"hook\":\"input\",\"chain\":{"
		"\"engine\":\"nft\",\"owner\":\"admin\","
		"\"family\":\"inet\",\"table\":\"filter\",\"chain\":\"input\",\"type\":\"filter\","
		"\"hook\":\"input\",\"priority\":0},\"verdict\":\"drop\",\"decided_by\":" RULE
		",\"because\":null}]},"
		"{\"packet\":\"syn-ack\",\"verdict\":\"pass\",\"decided_by\":null,\"delivered\":true,"
		"\"forwarded_to\":null,\"path\":[]},"
		"{\"packet\":\"ack\",\"verdict\":\"pass\",\"decided_by\":null,\"delivered\":true,\"forwarded_"
		"to\":null,\"path\":[]}],"
		"\"blockers\":[" BLOCKER "],\"never_reached\":[" SHADOWED "],"
		"\"moved_to\":{\"address\":\"192.0.2.1\",\"port\":8443,\"rule\":" RULE "},"
		"\"forward\":null,\"existing\":\"pass\",\"conditions\":[" CONDITION
		"],\"exceptions\":[" EXCEPTION "],"
		"\"warnings\":[],\"fix\":{\"fwport\":\"fwport open 443/tcp\",\"owner\":null}},"
		"{\"family\":\"ipv6\",\"applicable\":false,\"counted\":false,\"interface\":null,\"address\":"
		"null,"
		"\"verdict\":null,\"unknown\":null,\"local\":null,\"peer\":null,\"packets\":[],"
		"\"blockers\":[],\"never_reached\":[],\"moved_to\":null,\"forward\":null,\"existing\":null,"
		"\"conditions\":[],\"exceptions\":[],"
		"\"warnings\":[],\"fix\":{\"fwport\":null,\"owner\":null}}],"
		"\"listeners\":[{\"address\":\"0.0.0.0\",\"port\":443,\"protocol\":\"tcp\",\"pid\":812,"
		"\"program\":\"nginx\",\"uid\":33}],\"not_modelled\":[],\"hint\":null}\n");
}

static void test_policy_has_no_position_and_no_handle(void **state)
{
	const struct answer_notes notes = {.ports = "443", .fixes = (const struct fix[]){{0}}};
	struct world world;
	struct page page;

	(void)state;
	world_make(&world);
	world.chain.policy_drop = true;
	world.packets[0].decided_by = &world.policy;
	world.answer.family_count = 1;
	page_open(&page);
	assert_int_equal(json_answer(page.out, &world.answer, &notes, &page.err), 0);
	fflush(page.out);
	assert_non_null(strstr(page.text,
			       "\"decided_by\":{\"engine\":\"nft\",\"owner\":\"admin\",\"family\":\"inet\","
			       "\"table\":\"filter\",\"chain\":\"input\",\"position\":null,\"handle\":null,"
			       "\"text\":\"policy drop\",\"policy\":true}"));
	fclose(page.out);
	free(page.text);
}

static void test_no_packet_passes_where_something_was_not_read(void **state)
{
	const struct answer_notes notes = {.ports = "443", .fixes = (const struct fix[]){{0}}};
	struct world world;
	struct page page;

	(void)state;
	world_make(&world);
	world.families[0].unknown = "legacy table filter is not read yet";
	world.answer.family_count = 1;
	page_open(&page);
	assert_int_equal(json_answer(page.out, &world.answer, &notes, &page.err), 0);
	fflush(page.out);
	assert_non_null(strstr(page.text, "\"packet\":\"syn\",\"verdict\":\"drop\""));
	assert_non_null(strstr(page.text, "\"packet\":\"syn-ack\",\"verdict\":\"unknown\""));
	fclose(page.out);
	free(page.text);
}

static void test_change_tells_outcome_and_each_family(void **state)
{
	struct world world;
	struct change_item item = {.changed = false};
	struct opening_answer result = {.family = FAMILY_IPV4, .hint = "--override"};
	struct change_report report = {
		.outcome = OUTCOME_BLOCKED, .generation = 6, .ruleset = 184, .items = &item, .item_count = 1};
	struct page page;

	(void)state;
	world_make(&world);
	item.opening.service = "https";
	item.opening.port = (struct port_spec){PROTOCOL_TCP, {443, 443}};
	item.opening.scope.families = FAMILY_BIT(FAMILY_IPV4);
	result.opening = &item.opening;
	result.answer = &world.families[0];
	item.results = &result;
	item.result_count = 1;
	page_open(&page);
	assert_int_equal(json_change(page.out, "open", &report, &page.err), 0);
	assert_page(&page,
		    "{\"schema\":1,\"command\":\"open\",\"outcome\":\"blocked\",\"changed\":false,"
		    "\"offline\":false,"
		    "\"undone\":false,\"recovered\":null,\"rolled_back\":null,\"pending\":null,"
		    "\"generation\":6,\"persistent\":false,\"leftovers\":0,\"adopted\":0,\"rebuilt\":null,"
		    "\"only_saved\":false,\"ruleset\":184,"
		    "\"still_open\":false,\"lockout\":null,\"forced\":null,"
		    "\"harmed\":null,\"expired\":0,\"from_later\":null,"
		    "\"policy\":{\"in\":\"accept\",\"out\":\"accept\"},"
		    "\"policy_before\":{\"in\":\"accept\",\"out\":\"accept\"},"
		    "\"steps\":[],"
		    "\"openings\":[{\"service\":\"https\",\"protocol\":\"tcp\",\"ports\":\"443\","
		    "\"direction\":\"in\",\"from\":[],\"to\":[],\"interface\":null,\"families\":[\"ipv4\"],"
		    "\"profile\":null,\"reason\":null,\"expires\":null,\"via\":\"guest\",\"family\":\"ipv4\","
		    "\"applicable\":"
		    "true,\"verdict\":\"blocked\","
		    "\"rules\":[" RULE "],\"blockers\":[" BLOCKER "],\"conditions\":[" CONDITION
		    "],\"exceptions\":[" EXCEPTION
		    "],\"unknown\":null,\"refused\":null,\"hint\":\"--override\","
		    "\"state\":\"present\",\"changed\":false,\"planned\":null,\"was_ours\":false,"
		    "\"still_open\":false,\"outlived\":"
		    "null,"
		    "\"established\":0,\"reachable\":[]}],\"diff\":null}\n");
}

static void test_status_tells_counters_and_listeners(void **state)
{
	struct world world;
	struct status_item item = {.packets = 7, .bytes = 420, .counted = true, .expired = true};
	struct opening_answer result = {.family = FAMILY_IPV4};
	const struct status_report report = {.items = &item,
					     .item_count = 1,
					     .generation = 3,
					     .ruleset = 190,
					     .from_later = &item.opening};
	struct page page;

	(void)state;
	world_make(&world);
	world.families[0].verdict = ANSWER_OPEN;
	world.families[0].packet_count = world.families[0].blocker_count = 0;
	world.families[0].condition_count = 0;
	item.opening = (struct opening){.id = 5,
					.port = {PROTOCOL_UDP, {8000, 8010}},
					.scope = {.iface = "eth1"},
					.profile = "web",
					.created = 1700000000,
					.expires = 1700007200};
	result.opening = &item.opening;
	result.answer = &world.families[0];
	item.results = &result;
	item.result_count = 1;
	page_open(&page);
	assert_int_equal(json_status(page.out, &report, &page.err), 0);
	assert_page(&page,
		    "{\"schema\":1,\"command\":\"status\",\"pending\":null,\"policy\":{\"in\":\"accept\","
		    "\"out\":\"accept\"},"
		    "\"generation\":3,\"ruleset\":190,\"restored_by\":null,\"dormant\":[],\"adopted\":0,"
		    "\"rebuilt\":null,\"damaged\":null,"
		    "\"drift\":[],\"warnings\":[],\"from_later\":\"2023-11-14T22:13:20Z\","
		    "\"neighbours\":[],\"watched\":false,\"openings\":[{\"service\":null,"
		    "\"protocol\":"
		    "\"udp\",\"ports\":\"8000-8010\","
		    "\"direction\":\"in\",\"from\":[],\"to\":[],\"interface\":\"eth1\",\"families\":[],"
		    "\"profile\":\"web\",\"reason\":null,\"expires\":\"2023-11-15T00:13:20Z\",\"via\":"
		    "\"guest\",\"id\":5,"
		    "\"created\":\"2023-11-14T22:13:20Z\",\"saved\":true,\"family\":\"ipv4\",\"applicable\":"
		    "true,\"verdict\":\"open\","
		    "\"rules\":[],\"blockers\":[],\"conditions\":[],\"exceptions\":[],\"unknown\":null,"
		    "\"refused\":null,\"hint\":null,"
		    "\"expired\":true,\"packets\":7,"
		    "\"bytes\":420,\"listeners\":[]}]}\n");
}

static void test_status_tells_neighbours_and_what_they_do_to_rules_of_ours(void **state)
{
	static const struct neighbour_event events[] = {{"ufw reload", GUEST_STAYS},
							{"ufw disable", GUEST_GOES},
							{"systemctl restart ufw", GUEST_RETURNS}};
	struct table table = {.family = TABLE_IP, .name = "filter", .owner = OWNER_UFW};
	const struct table *tables[] = {&table};
	const struct chain chain = {
		.table = &table, .name = "INPUT", .base = true, .hook = HOOK_INPUT, .type = CHAIN_FILTER};
	struct guest_stay stay = {&chain, 2, events, 3};
	struct neighbour ufw = {.kind = NEIGHBOUR_UFW,
				.evidence = "chains ufw-* in ip filter",
				.tables = tables,
				.table_count = 1,
				.stays = &stay,
				.stay_count = 1};
	const struct status_report report = {.neighbours = {&ufw, 1}, .care.restored = true, .watched = true};
	static const char expected[] =
		"\"neighbours\":[{\"name\":\"ufw\",\"evidence\":\"chains ufw-* in ip filter\",\"tables\":["
		"{\"engine\":\"nft\",\"family\":\"ip\",\"table\":\"filter\"}],\"owner_flag\":false,\"stays\":"
		"["
		"{\"chain\":{\"engine\":\"nft\",\"owner\":\"ufw\",\"family\":\"ip\",\"table\":\"filter\","
		"\"chain\":\"INPUT\",\"type\":\"filter\",\"hook\":\"input\",\"priority\":0},\"rules\":2,"
		"\"events\":[{\"command\":\"ufw reload\",\"rules\":\"stay\"},{\"command\":\"ufw disable\","
		"\"rules\":\"go\"},{\"command\":\"systemctl restart ufw\",\"rules\":\"return\"}]}]}],"
		"\"watched\":true";
	struct page page;

	(void)state;
	page_open(&page);
	assert_int_equal(json_status(page.out, &report, &page.err), 0);
	assert_int_equal(fclose(page.out), 0);
	assert_non_null(strstr(page.text, expected));
	free(page.text);
}

static void test_services_and_profiles_are_lists(void **state)
{
	struct port_spec ports[] = {{PROTOCOL_TCP, {443, 443}}, {PROTOCOL_UDP, {443, 443}}};
	struct service service = {
		.name = "web", .ports = ports, .port_count = 2, .origin = "/etc/fwport/services", .line = 3};
	const struct service_list services = {&service, 1}, none = {0};
	struct prefix from = {{FAMILY_IPV4, {10}}, 8};
	struct opening opening = {.service = "admin",
				  .port = {PROTOCOL_TCP, {8443, 8443}},
				  .scope = {.families = FAMILIES_BOTH, .from = &from, .from_count = 1},
				  .profile = "web"};
	struct profile_check site = {"site", "example.com"};
	const struct profile profile = {.name = "web",
					.path = "/p/web.profile",
					.title = "Web",
					.openings = {&opening, 1},
					.checks = &site,
					.check_count = 1};
	struct page page;

	(void)state;
	page_open(&page);
	assert_int_equal(json_services(page.out, &services, &page.err), 0);
	assert_int_equal(json_services(page.out, &none, &page.err), 0);
	assert_int_equal(json_profiles(page.out, &profile, 1, &page.err), 0);
	assert_page(&page,
		    "{\"schema\":1,\"command\":\"services\",\"services\":[{\"service\":\"web\",\"ports\":["
		    "{\"protocol\":\"tcp\",\"ports\":\"443\"},{\"protocol\":\"udp\",\"ports\":\"443\"}],"
		    "\"origin\":\"/etc/fwport/"
		    "services\",\"line\":3,\"comment\":null,\"refused\":null,\"helpers\":null}]}\n"
		    "{\"schema\":1,\"command\":\"services\",\"services\":[]}\n"
		    "{\"schema\":1,\"command\":\"profiles\",\"profiles\":[{\"profile\":\"web\","
		    "\"path\":\"/p/web.profile\",\"title\":\"Web\",\"description\":null,\"openings\":["
		    "{\"service\":\"admin\",\"protocol\":\"tcp\",\"ports\":\"8443\",\"direction\":\"in\","
		    "\"from\":[\"10.0.0.0/8\"],\"to\":[],\"interface\":null,\"families\":[\"ipv4\",\"ipv6\"],"
		    "\"profile\":\"web\",\"reason\":null,\"expires\":null,\"via\":\"guest\"}],\"checks\":[{"
		    "\"name\":\"site\","
		    "\"target\":\"example.com\"}],"
		    "\"error\":null}]}\n");
}

static size_t allocations_left;

static void *allocate_or_fail(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	allocations_left--;
	return malloc(size);
}

/* One allocation after the other fails; each time the line is an error, until there are enough. */
static void test_every_failed_allocation_is_an_error(void **state)
{
	const struct answer_notes notes = {.ports = "443", .fixes = (const struct fix[]){{0}, {0}}};
	struct world world;
	int result = -1;

	(void)state;
	world_make(&world);
	json_set_alloc_funcs(allocate_or_fail, free);
	for (size_t enough = 0; result < 0 && enough < 10000; enough++) {
		struct page page;

		page_open(&page);
		allocations_left = enough;
		result = json_answer(page.out, &world.answer, &notes, &page.err);
		if (result < 0)
			assert_int_equal(page.err.kind, ERROR_SYSTEM);
		fclose(page.out);
		free(page.text);
	}
	json_set_alloc_funcs(malloc, free);
	assert_int_equal(result, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_is_one_line),
		cmocka_unit_test(test_strings_that_are_not_utf8_are_shown_byte_by_byte),
		cmocka_unit_test(test_a_stream_that_fails_is_an_error),
		cmocka_unit_test(test_answer_has_every_family_packet_and_blocker),
		cmocka_unit_test(test_policy_has_no_position_and_no_handle),
		cmocka_unit_test(test_no_packet_passes_where_something_was_not_read),
		cmocka_unit_test(test_change_tells_outcome_and_each_family),
		cmocka_unit_test(test_status_tells_counters_and_listeners),
		cmocka_unit_test(test_status_tells_neighbours_and_what_they_do_to_rules_of_ours),
		cmocka_unit_test(test_services_and_profiles_are_lists),
		cmocka_unit_test(test_every_failed_allocation_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
