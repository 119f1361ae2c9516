/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit trail: one record for each transaction, in the journal with fields, or where no journal takes it in syslog
 * (authpriv). A log that is absent, full or slow is no failure of the change and does not delay it.
 *
 * The journal's fields: MESSAGE, MESSAGE_ID (below, one for each event), PRIORITY (5 notice, 4 warning), SYSLOG_FACILITY (10),
 * SYSLOG_IDENTIFIER (fwport), SYSLOG_PID; FWPORT_ACTION (the event's word), FWPORT_PORTS, FWPORT_BACKEND, FWPORT_GENERATION,
 * FWPORT_RESULT, FWPORT_CAUSE, FWPORT_REASON, FWPORT_COMMAND, FWPORT_ACTOR, FWPORT_ACTOR_UID, FWPORT_SSH_FROM. One that has
 * nothing to say is left out.
 */
#ifndef FWPORT_AUDIT_H
#define FWPORT_AUDIT_H

#include "fwport/actor.h"

enum audit_event {
	AUDIT_OPENED,         /* fd411364418848fdbe80410fd37b5988 */
	AUDIT_CLOSED,         /* a92b8ac781c34cbfbf6c5cdc2559d54c */
	AUDIT_APPLIED,        /* 634b84d08fe84d2197821acbd3756684 */
	AUDIT_POLICY_CHANGED, /* 753fd2f357a64540b1043cda5a46a079 */
	AUDIT_ROLLED_BACK,    /* 40c8e951557c4c6795dff9784db09e70 warning */
	AUDIT_CONFIRMED,      /* d1acdff48a384848a882a6d5db14c45f */
	AUDIT_RESTORED,       /* f9f82156795c41b9bd80f723e16a5047 */
	AUDIT_SAVED,          /* 3c0f6e2b7d1a4be29a5f0c8e64d7b913 */
	AUDIT_EXPIRED,        /* 3958ab734e1b4b1089ee5304e01ca635 */
	AUDIT_RECOVERED,      /* cde5ed28491d47f5b13cee1647e7a8bf warning */
	AUDIT_REFUSED,        /* 109d72d44f4d49fbbf179c25dcf96e3f warning: nothing was sent */
	AUDIT_UNDONE,         /* dc5be90beb264251aace3db7405b5065 warning: it was, and taken back */
	AUDIT_FAILED, /* 954f419fa9c24c9993510c4bf396b5e4 warning: an error; the cause says what stands */
};

/* Strings may be NULL or hold anything; they are escaped on the way. */
struct audit_record {
	enum audit_event event;
	const struct actor *actor;
	const char *ports;   /* "https 443/tcp in, 8443/tcp in from 10.0.0.0/8" */
	const char *backend; /* "auto" */
	uint32_t generation; /* of our openings, after; 0 is left out */
	const char *result;  /* "done", "forced", "blocked", "lockout", ...: one word */
	const char *
		cause; /* what it was refused, undone or failed for, or what it was forced past: a sentence */
	const char *reason; /* what --reason said */
	bool kernel_log;    /* when no other log is there to take it, as early at boot */
};

/* Whether somebody took it. */
bool audit_write(const struct audit_record *record);

/* The two forms, for audit_write and its test. */
void audit_journal_form(const struct audit_record *record, struct text *out);
void audit_syslog_form(const struct audit_record *record, int64_t now, struct text *out);

#endif
