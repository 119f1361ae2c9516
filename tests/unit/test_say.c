/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of changes and of `why`: built from reports made by hand, compared to the letter.
 */
#include "../../src/cli/say.h"
#include "../../src/cli/why.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* What a command printed. */
struct pages {
	char *out, *err;
	size_t out_length, err_length;
	struct output output;
};

static void pages_open(struct pages *pages)
{
	*pages = (struct pages){0};
	pages->output.out = open_memstream(&pages->out, &pages->out_length);
	pages->output.err = open_memstream(&pages->err, &pages->err_length);
	assert_non_null(pages->output.out);
	assert_non_null(pages->output.err);
}

static void pages_drop(struct pages *pages)
{
	fclose(pages->output.out);
	fclose(pages->output.err);
	free(pages->out);
	free(pages->err);
}

static void assert_pages(struct pages *pages, const char *out, const char *err)
{
	fclose(pages->output.out);
	fclose(pages->output.err);
	assert_string_equal(pages->out, out);
	assert_string_equal(pages->err, err);
	free(pages->out);
	free(pages->err);
}

/* An iptables-nft INPUT whose rule 2 drops; our guest may stand before it, as rule 1. */
struct world {
	struct table table;
	struct chain chain;
	struct op accept_op, drop_op;
	struct rule guest, drop, foreign;
	struct rule *rules[2];
	struct decision decision;
	struct station station;
	struct packet_answer packets[2];
	struct blocker blocker;
	struct condition condition;
	struct station foreign_station;
	struct packet_answer foreign_packet;
	struct family_answer ipv4, ipv6, partly;
	struct opening_answer results[2];
	struct change_item item;
	struct change_report report;
	struct change_request request;
};

static void world_make(struct world *w)
{
	*w = (struct world){.request = {.kind = CHANGE_OPEN}};
	w->table = (struct table){.family = TABLE_IP, .name = "filter", .owner = OWNER_IPTABLES_NFT};
	w->rules[0] = &w->guest;
	w->rules[1] = &w->drop;
	w->chain = (struct chain){.table = &w->table,
				  .name = "INPUT",
				  .base = true,
				  .hook = HOOK_INPUT,
				  .rules = w->rules,
				  .rule_count = 2};
	w->accept_op = (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}};
	w->drop_op = (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_DROP}};
	w->guest = (struct rule){.chain = &w->chain,
				 .handle = 8,
				 .position = 1,
				 .ops = &w->accept_op,
				 .op_count = 1,
				 .tag = 1};
	w->drop = (struct rule){
		.chain = &w->chain, .handle = 7, .position = 2, .ops = &w->drop_op, .op_count = 1};
	w->decision = (struct decision){
		.base = &w->chain, .chain = &w->chain, .rule = &w->guest, .fate = FATE_PASS};
	w->station = (struct station){.hook = HOOK_INPUT, .chain = &w->chain, .decision = w->decision};
	w->packets[0] =
		(struct packet_answer){.packet = {.role = PACKET_SYN}, .path = &w->station, .path_count = 1};
	w->packets[1] = (struct packet_answer){.packet = {.role = PACKET_SYN_ACK}};
	w->ipv4 = (struct family_answer){.family = FAMILY_IPV4,
					 .applicable = true,
					 .counted = true,
					 .packets = w->packets,
					 .packet_count = 2};
	w->ipv6 = (struct family_answer){.family = FAMILY_IPV6};
	w->item.opening = (struct opening){
		.service = "https", .port = {PROTOCOL_TCP, {443, 443}}, .scope = {.families = FAMILIES_BOTH}};
	w->results[0] = (struct opening_answer){
		.opening = &w->item.opening, .family = FAMILY_IPV4, .answer = &w->ipv4};
	w->results[1] = (struct opening_answer){
		.opening = &w->item.opening, .family = FAMILY_IPV6, .answer = &w->ipv6};
	w->item.results = w->results;
	w->item.result_count = 2;
	w->report = (struct change_report){.outcome = OUTCOME_DONE,
					   .changed = true,
					   .generation = 7,
					   .ruleset = 184,
					   .items = &w->item,
					   .item_count = 1,
					   .chain_count = 9,
					   .owner_count = 3};
}

/* The drop decides: as a ruleset without our guest. */
static void world_block(struct world *w)
{
	w->decision.rule = &w->drop;
	w->decision.fate = FATE_DROP;
	w->station.decision = w->decision;
	w->station.fate = w->packets[0].fate = FATE_DROP;
	w->blocker = (struct blocker){PACKET_SYN, &w->decision};
	w->ipv4.blockers = &w->blocker;
	w->ipv4.blocker_count = 1;
	w->ipv4.verdict = ANSWER_BLOCKED;
	w->report.changed = false;
	w->report.outcome = OUTCOME_BLOCKED;
}

static void say(struct world *w, struct pages *pages)
{
	struct error err = {0};

	assert_int_equal(say_change(&pages->output, &w->request, &w->report, &err), 0);
}

static void test_open_tells_who_opens_and_what_is_proved(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  open            by rule 1 of ip filter INPUT (inserted before "
		     "drop, rule 2)\n"
		     "https 443/tcp  in  IPv6  not applicable  this host has no IPv6 address\n"
		     "proved: SYN and SYN-ACK pass 9 base chains of 3 owners (ruleset 184).\n"
		     "Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		     "");
}

/* A rule of somebody else's, which lets a part of the ports pass. */
static void world_split(struct world *w)
{
	static struct opening_part parts[2];

	w->item.opening.port.ports = (struct port_range){8000, 8200};
	w->foreign = (struct rule){
		.chain = &w->chain, .handle = 5, .position = 1, .ops = &w->accept_op, .op_count = 1};
	w->guest.position = 2;
	w->drop.position = 3;
	w->foreign_station = w->station;
	w->foreign_station.decision.rule = &w->foreign;
	w->foreign_packet = (struct packet_answer){
		.packet = {.role = PACKET_SYN}, .path = &w->foreign_station, .path_count = 1};
	w->partly = w->ipv4;
	w->partly.packets = &w->foreign_packet;
	w->partly.packet_count = 1;
	parts[0] = (struct opening_part){{7000, 8100}, &w->partly};
	parts[1] = (struct opening_part){{8101, 8200}, &w->ipv4};
	w->results[0].answer = &w->partly;
	w->results[0].parts = parts;
	w->results[0].part_count = 2;
	w->item.result_count = 1;
}

static void test_each_part_is_credited_to_the_rule_that_opens_it(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.rules[0] = &w.foreign;
	world_split(&w);
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(
		&pages,
		"https 8000-8200/tcp  in  IPv4  open  8000-8100 by rule 1 of ip filter INPUT, 8101-8200 by "
		"rule 2 of ip filter INPUT\n"
		"proved: SYN pass 9 base chains of 3 owners (ruleset 184).\n"
		"Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		"");
}

static void test_persistent_is_said_only_when_it_is(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.report.persistent = true;
	w.report.chain_count = 1;
	w.report.owner_count = 1;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(
		&pages,
		"https 443/tcp  in  IPv4  open  by rule 1 of ip filter INPUT (inserted before drop, rule 2)\n"
		"proved: SYN and SYN-ACK pass 1 base chain of 1 owner (ruleset 184).\n"
		"Saved as generation 7.\n",
		"");
}

static void test_what_is_open_until_the_boot_alone_is_not_said_to_be_saved(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_ROLLBACK;
	w.report.until_boot = true;
	w.report.item_count = 0;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "Recorded as generation 7, some of it until the next boot (fwport save keeps it).\n",
		     "");
}

static void test_of_an_empty_record_nothing_can_come_back(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_ROLLBACK;
	w.report.empty = true;
	w.report.item_count = 0;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "Recorded as generation 7.\n", "");
}

static void test_restoring_says_what_was_found(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_RESTORE;
	w.report.mended = w.report.persistent = true;
	w.report.leftovers = w.report.adopted = 1;
	w.report.item_count = 0;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "No record of openings was found; 1 opening was read off the rules that bear our tag, "
		     "and recorded.\n"
		     "Removed 1 rule that bore our tag and belongs to no opening.\n"
		     "The rules are as recorded in generation 7 again.\n",
		     "");
}

static void test_saving_says_when_there_is_nothing_to_save(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_SAVE;
	w.report.outcome = OUTCOME_NOTHING;
	w.report.changed = false;
	w.report.item_count = 0;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "All of it is saved, and nothing restores it at boot (fwport save --enable).\n",
		     "");

	w.report.persistent = true;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "All of it is saved, and restored at boot.\n", "");
}

/* The rule that calls our chain stands where a guest would. */
static void test_chain_of_ours_says_where_it_is_called(void **state)
{
	struct chain home = {.name = HOME_CHAIN_IN};
	struct op jump = {.kind = OP_VERDICT,
			  .verdict = {.code = VERDICT_JUMP, .chain_name = home.name, .chain = &home}};
	struct rule call;
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.table.engine = ENGINE_LEGACY;
	w.table.owner = OWNER_LEGACY;
	home.table = &w.table;
	call = w.guest;
	call.tag = 0;
	call.ops = &jump;
	w.rules[0] = &call;
	w.guest.chain = &home;
	w.station.decision.chain = &home;
	w.station.decision.calls = &(const struct call){.rule = &call};
	w.station.decision.call_count = 1;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  open  by rule 1 of ip filter FWPORT-IN (legacy, called before "
		     "drop, rule 2)\n"
		     "proved: SYN and SYN-ACK pass 9 base chains of 3 owners (ruleset 184).\n"
		     "Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		     "");
}

/* Its table has the name that the one of iptables-nft has. */
static void test_guest_in_a_legacy_table_says_so(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.table.engine = ENGINE_LEGACY;
	w.table.owner = OWNER_LEGACY;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(
		&pages,
		"https 443/tcp  in  IPv4  open  by rule 1 of ip filter INPUT (legacy, inserted before drop, "
		"rule 2)\n"
		"proved: SYN and SYN-ACK pass 9 base chains of 3 owners (ruleset 184).\n"
		"Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		"");
}

static void test_host_without_chains_is_proved_by_their_absence(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.packets[0].path_count = 0;
	w.report.chain_count = 0;
	w.report.changed = false;
	w.report.outcome = OUTCOME_NOTHING;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  open  nothing on this host filters it\n"
		     "proved: SYN and SYN-ACK meet no base chain (ruleset 184).\n"
		     "Nothing to change.\n",
		     "");
}

static void test_what_is_open_under_conditions_says_them(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.condition = (struct condition){CONDITION_SET, "except 3 addresses in set ban", NULL, false};
	w.ipv4.conditions = &w.condition;
	w.ipv4.condition_count = 1;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(
		&pages,
		"https 443/tcp  in  IPv4  open  by rule 1 of ip filter INPUT (inserted before drop, rule 2)\n"
		"https 443/tcp IPv4: except 3 addresses in set ban\n"
		"proved: SYN and SYN-ACK pass 9 base chains of 3 owners (ruleset 184).\n"
		"Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		"");
}

static void test_of_many_conditions_a_part_is_said(void **state)
{
	struct condition bans[42];
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	for (size_t i = 0; i < 42; i++)
		bans[i] = (struct condition){CONDITION_SET, "except 3 addresses in set ban", NULL, false};
	w.ipv4.conditions = bans;
	w.ipv4.condition_count = 42;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	fflush(pages.output.out);
	assert_non_null(
		strstr(pages.out, "except 3 addresses in set ban\n... and 2 more, which --verbose lists\n"));
	pages_drop(&pages);
	pages_open(&pages);
	pages.output.verbose = true;
	say(&w, &pages);
	fflush(pages.output.out);
	assert_null(strstr(pages.out, "more, which"));
	pages_drop(&pages);
}

/* What is next is a line of its own there, and a sign stands beside each answer. */
static void test_on_a_terminal_the_command_that_is_next_is_a_line(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	pages_open(&pages);
	pages.output.screen = (struct screen){.columns = 120};
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  open            by rule 1 of ip filter INPUT (inserted before "
		     "drop, rule 2)\n"
		     "https 443/tcp  in  IPv6  not applicable  this host has no IPv6 address\n"
		     "proved: SYN and SYN-ACK pass 9 base chains of 3 owners (ruleset 184).\n"
		     "Recorded as generation 7, will not come back after a reboot.\n"
		     "\vnext: fwport save --enable\n",
		     "");
}

static void test_blocked_names_the_rule_and_that_it_was_undone(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	world_block(&w);
	w.report.undone = true;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "",
		     "fwport: https 443/tcp in IPv4 is blocked: SYN stopped by rule 2 of ip filter INPUT "
		     "(iptables-nft, handle 7): drop\n"
		     "fwport: hint: fwport why in 443/tcp\n"
		     "fwport: the change was undone\n");
}

static void test_refusal_before_anything_was_sent_says_so(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	world_block(&w);
	w.results[0].refused = "rule 2 of ip filter INPUT denies this very port";
	w.results[0].hint = "--override goes past it";
	pages_open(&pages);
	pages.output.quiet = true;
	say(&w, &pages);
	assert_pages(
		&pages, "",
		"fwport: https 443/tcp in IPv4 is blocked: rule 2 of ip filter INPUT denies this very port\n"
		"fwport: hint: --override goes past it\n"
		"fwport: nothing was changed\n");
}

static void test_the_family_that_can_be_opened_is_offered_alone(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	world_block(&w);
	w.ipv6.applicable = true;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "",
		     "fwport: https 443/tcp in IPv4 is blocked: SYN stopped by rule 2 of ip filter INPUT "
		     "(iptables-nft, handle 7): drop\n"
		     "fwport: hint: fwport why in 443/tcp\n"
		     "fwport: nothing was changed\n"
		     "fwport: hint: -6 asks for IPv6 alone, which can be opened\n");
}

static void test_missing_family_is_a_failure_when_it_was_named(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.item.opening.scope.families_named = true;
	w.item.results = &w.results[1];
	w.item.result_count = 1;
	w.report.outcome = OUTCOME_BLOCKED;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "",
		     "fwport: https 443/tcp in IPv6 is not applicable: this host has no IPv6 address\n"
		     "fwport: nothing was changed\n");
}

static void test_harm_names_the_other_opening_and_what_would_stop_it(void **state)
{
	struct world w;
	struct pages pages;

	(void)state;
	world_make(&w);
	world_block(&w);
	w.request.kind = CHANGE_CLOSE;
	w.item.closing = true;
	w.report.outcome = OUTCOME_HARMS;
	w.report.harmed = &w.results[0];
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "",
		     "fwport: https 443/tcp in IPv4 (anyone) would no longer be open: SYN stopped by rule 2 "
		     "of ip filter "
		     "INPUT (iptables-nft, handle 7): drop\n"
		     "fwport: nothing was changed\n"
		     "fwport: hint: --force does it all the same, and so does closing that opening, too\n");
}

static void test_lockout_names_the_connection_and_the_way_past(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.report.outcome = OUTCOME_LOCKOUT;
	w.report.changed = false;
	w.report.lockout = "the connection from 192.0.2.7 to port 22 would be dropped";
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages, "",
		     "fwport: the connection from 192.0.2.7 to port 22 would be dropped\n"
		     "fwport: nothing was changed\n"
		     "fwport: hint: --force does it all the same\n");
}

static void test_what_was_forced_past_is_told_even_when_quiet(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.report.forced = "the connection from 192.0.2.7 to port 22 would be dropped";
	pages_open(&pages);
	pages.output.quiet = true;
	say(&w, &pages);
	assert_pages(&pages, "",
		     "fwport: forced past this: the connection from 192.0.2.7 to port 22 would be dropped\n");
}

static void test_close_tells_what_is_open_all_the_same(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_CLOSE;
	w.item.closing = true;
	w.guest.tag = 0;
	w.item.was_ours = w.item.still_open = true;
	w.item.established = 2;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  open  by rule 1 of ip filter INPUT\n"
		     "https 443/tcp can be reached all the same: IPv4 by rule 1 of ip filter INPUT.\n"
		     "https 443/tcp: 2 established connections go on.\n"
		     "Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		     "");
}

static void test_close_does_not_say_of_what_is_not_known_that_it_is_open(void **state)
{
	struct opening_part parts[2];
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_CLOSE;
	w.item.closing = true;
	w.guest.tag = 0;
	w.item.was_ours = w.item.still_open = true;
	w.ipv6 = w.ipv4;
	w.ipv6.family = FAMILY_IPV6;
	w.ipv4.verdict = ANSWER_UNKNOWN;
	w.ipv4.unknown = "a rule of which nobody knows what it does";
	for (size_t i = 0; i < 2; i++) {
		parts[i] = (struct opening_part){.ports = {443, 443}, .answer = w.results[i].answer};
		w.results[i].parts = &parts[i];
		w.results[i].part_count = 1;
	}
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  unknown  a rule of which nobody knows what it does\n"
		     "https 443/tcp  in  IPv6  open     by rule 1 of ip filter INPUT\n"
		     "https 443/tcp can be reached all the same: IPv6 by rule 1 of ip filter INPUT.\n"
		     "Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		     "");
}

static void test_close_of_what_is_not_ours_says_so(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	world_block(&w);
	w.request.kind = CHANGE_CLOSE;
	w.item.closing = true;
	w.report.outcome = OUTCOME_NOT_OURS;
	w.item.result_count = 1;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "https 443/tcp  in  IPv4  blocked  SYN stopped by rule 2 of ip filter INPUT "
		     "(iptables-nft, handle 7): drop\n",
		     "fwport: https 443/tcp in, IPv4 and IPv6, anyone: fwport holds no such opening\n"
		     "fwport: nothing was changed\n"
		     "fwport: hint: fwport status lists the openings with their scopes\n");
}

static void test_what_a_list_closes_is_told_apart_from_what_it_opens(void **state)
{
	struct change_item items[2];
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.request.kind = CHANGE_APPLY;
	w.report.items = items;
	w.report.item_count = 2;
	items[0] = items[1] = w.item;
	items[0].result_count = items[1].result_count = 1;
	items[1].opening.port.ports = (struct port_range){80, 80};
	items[1].closing = items[1].still_open = true;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(
		&pages,
		"https 443/tcp  in  IPv4  open  by rule 1 of ip filter INPUT (inserted before drop, rule 2)\n"
		"https 80/tcp   in  IPv4  open  by rule 1 of ip filter INPUT (inserted before drop, rule 2)\n"
		"https 80/tcp can be reached all the same: IPv4 by rule 1 of ip filter INPUT (inserted "
		"before drop, rule 2).\n"
		"proved: SYN and SYN-ACK pass 9 base chains of 3 owners (ruleset 184).\n"
		"Recorded as generation 7, will not come back after a reboot (fwport save --enable).\n",
		"");
}

static void test_offline_it_is_told_what_the_next_boot_does(void **state)
{
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.report.offline = true;
	w.report.after = (struct openings){&w.item.opening, 1};
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(
		&pages,
		"+ https 443/tcp in anyone\n"
		"Recorded as generation 7, but no boot applies it yet (fwport save --offline --enable).\n",
		"");
	w.report.persistent = true;
	pages_open(&pages);
	say(&w, &pages);
	assert_pages(&pages,
		     "+ https 443/tcp in anyone\n"
		     "Saved as generation 7: the next boot applies it, and proves it.\n",
		     "");
}

static void test_why_follows_each_packet_and_marks_the_blocker(void **state)
{
	static const struct fix fixes[] = {{"fwport open https", "iptables -I INPUT 2 ..."}};
	const struct listeners nobody = {0};
	struct answer_notes notes = {
		.service = "https", .ports = "443", .listeners = &nobody, .fixes = fixes};
	struct answer answer;
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	world_block(&w);
	answer = (struct answer){.query = {.protocol = PROTOCOL_TCP, .port = 443},
				 .verdict = ANSWER_BLOCKED,
				 .ruleset = 184,
				 .families = &w.ipv4,
				 .family_count = 1};
	w.ipv4.interface = "eth0";
	pages_open(&pages);
	why_print(&pages.output, &answer, &notes);
	assert_pages(&pages,
		     "https 443/tcp in IPv4 on eth0: BLOCKED (ruleset 184)\n"
		     "  SYN: drop\n"
		     "    input        ip filter INPUT (iptables-nft, priority filter): dropped by rule 2 "
		     "(handle 7): drop   <== blocks\n"
		     "  SYN-ACK: meets no base chain\n"
		     "  fix: fwport open https\n"
		     "  fix, by the owner: iptables -I INPUT 2 ...\n"
		     "listening: nothing\n",
		     "");
}

/* In short, and with what the screen needs to know of commands. */
static void test_why_is_a_tree_on_a_terminal(void **state)
{
	static const struct fix fixes[] = {{"fwport open https", "iptables -I INPUT 2 ..."}};
	const struct answer_notes notes = {.service = "https", .ports = "443", .fixes = fixes};
	struct answer answer;
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	world_block(&w);
	answer = (struct answer){.query = {.protocol = PROTOCOL_TCP, .port = 443},
				 .verdict = ANSWER_BLOCKED,
				 .ruleset = 184,
				 .families = &w.ipv4,
				 .family_count = 1};
	pages_open(&pages);
	pages.output.screen = (struct screen){.columns = 80};
	why_print(&pages.output, &answer, &notes);
	assert_pages(&pages,
		     "https 443/tcp in IPv4: BLOCKED (ruleset 184)\n"
		     "|- SYN: drop\n"
		     "|  `- input: ip filter INPUT (iptables-nft): dropped by rule 2   <== blocks\n"
		     "|     `- drop\n"
		     "|- SYN-ACK: pass\n"
		     "\v|- fix: fwport open https\n"
		     "\v`- fix, by the owner: iptables -I INPUT 2 ...\n",
		     "");
}

static void test_why_says_no_pass_where_something_was_not_read(void **state)
{
	static const struct fix fixes[1] = {0};
	const struct answer_notes notes = {.ports = "443", .fixes = fixes};
	struct answer answer;
	struct pages pages;
	struct world w;

	(void)state;
	world_make(&w);
	w.ipv4.verdict = ANSWER_UNKNOWN;
	w.ipv4.unknown = "legacy table filter is not read yet";
	answer = (struct answer){.query = {.protocol = PROTOCOL_TCP, .port = 443},
				 .verdict = ANSWER_UNKNOWN,
				 .families = &w.ipv4,
				 .family_count = 1};
	pages_open(&pages);
	why_print(&pages.output, &answer, &notes);
	assert_pages(&pages,
		     "443/tcp in IPv4: UNKNOWN\n"
		     "  legacy table filter is not read yet\n"
		     "  SYN: unknown\n"
		     "    input        ip filter INPUT (iptables-nft, priority filter): accepted by rule 1 "
		     "(handle 8): accept\n"
		     "  SYN-ACK: meets no base chain that was read\n",
		     "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_tells_who_opens_and_what_is_proved),
		cmocka_unit_test(test_each_part_is_credited_to_the_rule_that_opens_it),
		cmocka_unit_test(test_persistent_is_said_only_when_it_is),
		cmocka_unit_test(test_what_is_open_until_the_boot_alone_is_not_said_to_be_saved),
		cmocka_unit_test(test_guest_in_a_legacy_table_says_so),
		cmocka_unit_test(test_of_an_empty_record_nothing_can_come_back),
		cmocka_unit_test(test_restoring_says_what_was_found),
		cmocka_unit_test(test_saving_says_when_there_is_nothing_to_save),
		cmocka_unit_test(test_chain_of_ours_says_where_it_is_called),
		cmocka_unit_test(test_host_without_chains_is_proved_by_their_absence),
		cmocka_unit_test(test_what_is_open_under_conditions_says_them),
		cmocka_unit_test(test_of_many_conditions_a_part_is_said),
		cmocka_unit_test(test_on_a_terminal_the_command_that_is_next_is_a_line),
		cmocka_unit_test(test_why_is_a_tree_on_a_terminal),
		cmocka_unit_test(test_blocked_names_the_rule_and_that_it_was_undone),
		cmocka_unit_test(test_refusal_before_anything_was_sent_says_so),
		cmocka_unit_test(test_the_family_that_can_be_opened_is_offered_alone),
		cmocka_unit_test(test_missing_family_is_a_failure_when_it_was_named),
		cmocka_unit_test(test_harm_names_the_other_opening_and_what_would_stop_it),
		cmocka_unit_test(test_lockout_names_the_connection_and_the_way_past),
		cmocka_unit_test(test_what_was_forced_past_is_told_even_when_quiet),
		cmocka_unit_test(test_close_tells_what_is_open_all_the_same),
		cmocka_unit_test(test_close_does_not_say_of_what_is_not_known_that_it_is_open),
		cmocka_unit_test(test_close_of_what_is_not_ours_says_so),
		cmocka_unit_test(test_what_a_list_closes_is_told_apart_from_what_it_opens),
		cmocka_unit_test(test_offline_it_is_told_what_the_next_boot_does),
		cmocka_unit_test(test_why_follows_each_packet_and_marks_the_blocker),
		cmocka_unit_test(test_why_says_no_pass_where_something_was_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
