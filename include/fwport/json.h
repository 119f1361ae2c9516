/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON output: one function per thing that is printed, each a whole line {"schema":1,"command":...}. The shapes are those of
 * src/schema, and others rely on them. All return -1 with ERROR_SYSTEM when out of memory or the stream fails.
 */
#ifndef FWPORT_JSON_H
#define FWPORT_JSON_H

#include "fwport/error.h"
#include "fwport/profile.h"
#include "fwport/report.h"
#include "fwport/service.h"
#include "fwport/state.h"
#include "fwport/trace_event.h"

#include <stdio.h>

/* A command that would open what is blocked; "" when there is none. */
struct fix {
	const char *fwport, *owner;
};

/* What `why` knows beside the answer. */
struct answer_notes {
	const char *service; /* the name that was asked for, NULL: a number */
	const char *ports;   /* all the ports this answer is good for: "443", "8000-8010,8012" */
	const struct listeners *listeners;
	const struct fix *fixes; /* one per family of the answer */
	bool loopback;           /* the interface asked for is one, and such are not asked about */
	const char *hint;        /* what to do when nothing could be read, or NULL */
};

/* `command` NULL: it is not known which. Returns -1 when the line could not be written. */
int json_error(FILE *out, const char *command, const struct error *error);
/* `why`: one line per group of ports that no rule tells apart. */
int json_answer(FILE *out, const struct answer *answer, const struct answer_notes *notes, struct error *err);
/* open, close and the others (command names it). */
int json_change(FILE *out, const char *command, const struct change_report *report, struct error *err);
/* apply and plan, and whatever is done offline: with the record before and after. */
int json_record_change(FILE *out, const char *command, const struct change_report *report, struct error *err);
/* policy: with operands, and without. */
int json_policy_change(FILE *out, const struct change_report *report, struct error *err);
int json_policy(FILE *out, const struct policy_report *report, struct error *err);
int json_confirm(FILE *out, const struct confirm_report *report, struct error *err);
/* watch: one line per event. */
struct watch_line {
	const char *event;               /* "watching", "restored", "left", ... */
	const struct openings *openings; /* NULL: none */
	const char *after, *reason;      /* or NULL */
	int64_t milliseconds;            /* since it was heard of; negative: of no event that was heard */
};
int json_watch(FILE *out, const struct watch_line *line, struct error *err);
int json_status(FILE *out, const struct status_report *report, struct error *err);
/* history: one line per generation. */
int json_generation(FILE *out, const struct generation *generation, enum approval approval,
		    struct error *err);
int json_services(FILE *out, const struct service_list *services, struct error *err);
int json_profiles(FILE *out, const struct profile *profiles, size_t count, struct error *err);
/* What fwport-check is told of the packets that were followed. */
int json_trace(FILE *out, const struct trace_events *events, struct error *err);
/* {"schema":1,"command":"help","text":"..."}: help and version. */
int json_text(FILE *out, const char *command, const char *text, struct error *err);

#endif
