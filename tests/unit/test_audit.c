/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of the audit trail: what is in them, and that nothing breaks out of its field or line.
 */
#include "cmocka_all.h"

#include "fwport/audit.h"
#include "fwport/pool.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct actor alice = {
	.has_loginuid = true,
	.loginuid = 1000,
	.pid = 812,
	.login = "alice",
	.ssh_peer = "192.0.2.7",
	.command = "fwport open https",
};

static void test_fields_of_the_journal(void **state)
{
	const struct audit_record record = {
		.event = AUDIT_OPENED,
		.actor = &alice,
		.ports = "https 443/tcp in",
		.backend = "auto",
		.generation = 7,
		.result = "done",
		.reason = "ticket 4711",
	};
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	audit_journal_form(&record, &text);
	assert_string_equal(text_string(&text),
			    "MESSAGE=opened https 443/tcp in by alice (1000), as uid 0, from 192.0.2.7; "
			    "result done; backend auto; generation 7; reason: ticket 4711; "
			    "command: fwport open https\n"
			    "MESSAGE_ID=fd411364418848fdbe80410fd37b5988\n"
			    "PRIORITY=5\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=fwport\nSYSLOG_PID=812\n"
			    "FWPORT_ACTION=opened\nFWPORT_PORTS=https 443/tcp in\nFWPORT_BACKEND=auto\n"
			    "FWPORT_GENERATION=7\nFWPORT_RESULT=done\nFWPORT_REASON=ticket 4711\n"
			    "FWPORT_COMMAND=fwport open https\n"
			    "FWPORT_ACTOR=alice (1000), as uid 0, from 192.0.2.7\n"
			    "FWPORT_ACTOR_UID=1000\nFWPORT_SSH_FROM=192.0.2.7\n");
}

static void test_what_is_not_known_has_no_field(void **state)
{
	const struct actor nobody = {.uid = 5};
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	audit_journal_form(&(struct audit_record){.event = AUDIT_RESTORED, .actor = &nobody, .ports = ""},
			   &text);
	assert_string_equal(text_string(&text), "MESSAGE=restored by no login, as uid 5\n"
						"MESSAGE_ID=f9f82156795c41b9bd80f723e16a5047\n"
						"PRIORITY=5\nSYSLOG_FACILITY=10\n"
						"SYSLOG_IDENTIFIER=fwport\nSYSLOG_PID=0\n"
						"FWPORT_ACTION=restored\n"
						"FWPORT_ACTOR=no login, as uid 5\nFWPORT_ACTOR_UID=5\n");
}

static void test_a_value_stays_in_its_field(void **state)
{
	const struct audit_record record = {.event = AUDIT_REFUSED,
					    .actor = &alice,
					    .cause = "by rule \"x\nPRIORITY=7\"",
					    .reason = "\x1b[2J"};
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	audit_journal_form(&record, &text);
	assert_non_null(strstr(text_string(&text), "\nFWPORT_CAUSE=by rule \"x\\x0aPRIORITY=7\"\n"));
	assert_non_null(strstr(text_string(&text), "\nFWPORT_REASON=\\x1b[2J\n"));
	assert_null(strstr(text_string(&text), "\nPRIORITY=7"));
}

static void test_line_of_syslog(void **state)
{
	const struct audit_record record = {.event = AUDIT_UNDONE,
					    .actor = &alice,
					    .ports = "443/tcp in",
					    .result = "blocked",
					    .reason = "a\nb"};
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	audit_syslog_form(&record, 1000000000, &text);
	assert_string_equal(text_string(&text),
			    "<84>Sep  9 01:46:40 fwport[812]: undone 443/tcp in by alice (1000), as uid 0, "
			    "from 192.0.2.7; result blocked; reason: a\\x0ab; command: fwport open https");
}

static void test_each_event_has_an_identifier_of_its_own(void **state)
{
	char ids[AUDIT_FAILED + 1][33];

	(void)state;
	for (enum audit_event event = AUDIT_OPENED; event <= AUDIT_FAILED; event++) {
		CLEANUP(text_free) struct text text = {0};
		const char *id;

		audit_journal_form(&(struct audit_record){.event = event, .actor = &alice}, &text);
		id = strstr(text_string(&text), "\nMESSAGE_ID=");
		assert_non_null(id);
		memcpy(ids[event], id + 12, 32);
		ids[event][32] = '\0';
		assert_int_equal(strspn(ids[event], "0123456789abcdef"), 32);
		for (int other = 0; other < (int)event; other++)
			assert_string_not_equal(ids[other], ids[event]);
	}
}

static int in_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_of_the_journal),
		cmocka_unit_test(test_what_is_not_known_has_no_field),
		cmocka_unit_test(test_a_value_stays_in_its_field),
		cmocka_unit_test(test_line_of_syslog),
		cmocka_unit_test(test_each_event_has_an_identifier_of_its_own),
	};

	return cmocka_run_group_tests(tests, in_utc, NULL);
}
