/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is found beside the stages, where it was asked for: --audit, --trace, --baseline. As in facts.h. */
#ifndef FWPORT_REACH_FACTS_BESIDE_H
#define FWPORT_REACH_FACTS_BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* --- the audit --- */

enum audit_answer { AUDIT_UNKNOWN, AUDIT_NO, AUDIT_YES };

struct audit_item {
	const char *code; /* "sslv3", "tls1.0", "rc4", "heartbleed": */
	enum audit_answer answer;
	const char *text;
};

struct audit_facts {
	bool reached;
	struct audit_item *items;
	size_t count;
};

/* --- the packets, followed through the rules of nf_tables --- */

struct trace_line {
	const char *text; /* "inet filter output, handle 14: drop" */
	bool stops;
};

struct trace_facts {
	bool reached;
	const char *refused;     /* why nothing could be followed; NULL */
	struct trace_line *list; /* each once, in the order met */
	size_t count;
};

/* --- the last time --- */

struct baseline_facts {
	bool known;
	const char *issuer, *pin; /* NULL: not told */
};

#endif
