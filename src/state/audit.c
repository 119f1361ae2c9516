/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records for the journal and for syslog, each one datagram to a socket in a fixed place. Their libraries are not used: that of
 * the journal doubles the start-up, and syslog(3) waits for a log that does not read.
 */
#include "fwport/audit.h"

#include "fwport/files.h"
#include "fwport/pool.h"
#include "fwport/quote.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define SYSLOG_SOCKET  "/dev/log"
#define KERNEL_LOG     "/dev/kmsg"

static const struct {
	const char *word, *id;
	int priority;
} events[] = {
	[AUDIT_OPENED] = {"opened", "fd411364418848fdbe80410fd37b5988", LOG_NOTICE},
	[AUDIT_CLOSED] = {"closed", "a92b8ac781c34cbfbf6c5cdc2559d54c", LOG_NOTICE},
	[AUDIT_APPLIED] = {"applied", "634b84d08fe84d2197821acbd3756684", LOG_NOTICE},
	[AUDIT_POLICY_CHANGED] = {"policy-changed", "753fd2f357a64540b1043cda5a46a079", LOG_NOTICE},
	[AUDIT_ROLLED_BACK] = {"rolled-back", "40c8e951557c4c6795dff9784db09e70", LOG_WARNING},
	[AUDIT_CONFIRMED] = {"confirmed", "d1acdff48a384848a882a6d5db14c45f", LOG_NOTICE},
	[AUDIT_RESTORED] = {"restored", "f9f82156795c41b9bd80f723e16a5047", LOG_NOTICE},
	[AUDIT_SAVED] = {"saved", "3c0f6e2b7d1a4be29a5f0c8e64d7b913", LOG_NOTICE},
	[AUDIT_EXPIRED] = {"removed", "3958ab734e1b4b1089ee5304e01ca635", LOG_NOTICE},
	[AUDIT_RECOVERED] = {"recovered", "cde5ed28491d47f5b13cee1647e7a8bf", LOG_WARNING},
	[AUDIT_REFUSED] = {"refused", "109d72d44f4d49fbbf179c25dcf96e3f", LOG_WARNING},
	[AUDIT_UNDONE] = {"undone", "dc5be90beb264251aace3db7405b5065", LOG_WARNING},
	[AUDIT_FAILED] = {"failed", "954f419fa9c24c9993510c4bf396b5e4", LOG_WARNING},
};

static void add_part(struct text *out, const char *before, const char *value)
{
	if (!value || !*value)
		return;
	text_add(out, "%s", before);
	quote_line(out, value);
}

/* "opened https 443/tcp in by alice (1000), as uid 0; backend auto; generation 7; command: fwport open https" */
static void add_message(const struct audit_record *record, struct text *out)
{
	text_add(out, "%s", events[record->event].word);
	add_part(out, " ", record->ports);
	text_add(out, " by ");
	actor_add(record->actor, out);
	add_part(out, "; ", record->cause);
	add_part(out, "; result ", record->result);
	add_part(out, "; backend ", record->backend);
	if (record->generation)
		text_add(out, "; generation %" PRIu32, record->generation);
	add_part(out, "; reason: ", record->reason);
	add_part(out, "; command: ", record->actor->command);
}

/* A value on one line needs no length before it, and ours are. */
static void add_field(struct text *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	text_add(out, "%s=", name);
	quote_line(out, value);
	text_add(out, "\n");
}

static void add_number(struct text *out, const char *name, uint32_t number)
{
	text_add(out, "%s=%" PRIu32 "\n", name, number);
}

void audit_journal_form(const struct audit_record *record, struct text *out)
{
	CLEANUP(text_free) struct text message = {0}, actor = {0};

	add_message(record, &message);
	actor_add(record->actor, &actor);
	add_field(out, "MESSAGE", text_string(&message));
	add_field(out, "MESSAGE_ID", events[record->event].id);
	add_number(out, "PRIORITY", (uint32_t)events[record->event].priority);
	add_number(out, "SYSLOG_FACILITY", LOG_FAC(LOG_AUTHPRIV));
	add_field(out, "SYSLOG_IDENTIFIER", "fwport");
	add_number(out, "SYSLOG_PID", (uint32_t)record->actor->pid);
	add_field(out, "FWPORT_ACTION", events[record->event].word);
	add_field(out, "FWPORT_PORTS", record->ports);
	add_field(out, "FWPORT_BACKEND", record->backend);
	if (record->generation)
		add_number(out, "FWPORT_GENERATION", record->generation);
	add_field(out, "FWPORT_RESULT", record->result);
	add_field(out, "FWPORT_CAUSE", record->cause);
	add_field(out, "FWPORT_REASON", record->reason);
	add_field(out, "FWPORT_COMMAND", record->actor->command);
	add_field(out, "FWPORT_ACTOR", text_string(&actor));
	add_number(out, "FWPORT_ACTOR_UID",
		   record->actor->has_loginuid ? record->actor->loginuid : record->actor->uid);
	add_field(out, "FWPORT_SSH_FROM", actor_address(record->actor));
	out->failed |= message.failed | actor.failed;
}

/* "<85>Nov 25 19:06:36 fwport[812]: opened ..." */
void audit_syslog_form(const struct audit_record *record, int64_t now, struct text *out)
{
	char when[32] = "";
	time_t seconds = (time_t)now;
	struct tm local;

	if (localtime_r(&seconds, &local))
		strftime(when, sizeof(when), "%b %e %H:%M:%S", &local);
	text_add(out, "<%d>%s fwport[%d]: ", LOG_AUTHPRIV | events[record->event].priority, when,
		 record->actor->pid);
	add_message(record, out);
}

/* A socket that is full refuses at once, and that is that. */
static bool send_to(const char *path, const struct text *datagram)
{
	CLEANUP(descriptor_close)
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	return fd >= 0 && !datagram->failed &&
	       sendto(fd, datagram->bytes, datagram->length, MSG_NOSIGNAL, (struct sockaddr *)&to,
		      sizeof(to)) == (ssize_t)datagram->length;
}

/* One write is one record. */
static bool write_to_kernel(const struct text *line)
{
	CLEANUP(descriptor_close) int fd = open(KERNEL_LOG, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);

	return fd >= 0 && !line->failed && write(fd, line->bytes, line->length) == (ssize_t)line->length;
}

/* What the journal took it hands on to syslog, so that nobody reads it twice. */
bool audit_write(const struct audit_record *record)
{
	CLEANUP(text_free) struct text fields = {0}, line = {0};

	audit_journal_form(record, &fields);
	if (send_to(JOURNAL_SOCKET, &fields))
		return true;
	audit_syslog_form(record, time(NULL), &line);
	return send_to(SYSLOG_SOCKET, &line) || (record->kernel_log && write_to_kernel(&line));
}
