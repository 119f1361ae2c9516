/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts that several JSON lines share. Each returns a new reference, or NULL when memory is short; json_pack passes
 * a NULL on, so only parts_print has to look.
 */
#ifndef FWPORT_JSON_PARTS_H
#define FWPORT_JSON_PARTS_H

#include "fwport/report.h"

#include <jansson.h>
#include <stdio.h>

json_t *part_text(const char *string); /* NULL is null; bytes that are not UTF-8 become \xNN */
json_t *part_bool(bool value);
json_t *part_number(uint32_t value);
json_t *part_chain(const struct chain *chain);
json_t *part_rule(const struct rule *rule);
json_t *part_decision(const struct decision *decision); /* NULL is null */
json_t *part_blockers(const struct family_answer *answer);
/* Those that decide the answer (a rate among them), or the exceptions that were there before. */
json_t *part_conditions(const struct family_answer *answer, bool exceptions);
json_t *part_listeners(const struct listeners *listeners);
json_t *part_prefixes(const struct prefix *list, size_t count);
json_t *part_openings(const struct openings *openings);
/* Openings as the record has them. */
json_t *part_kept(const struct openings *openings);
/* The fields of an opening itself, without an answer. */
json_t *part_opening(const struct opening *opening);
/* Likewise of one that is recorded, with what only the record knows. */
json_t *part_recorded(const struct opening *opening);
json_t *part_moment(int64_t seconds); /* since the epoch, as RFC 3339 in UTC; 0 is null */
json_t *part_pending(const struct pending_report *pending); /* none is null */
json_t *part_generation(uint32_t generation);               /* 0 is null */
json_t *part_recovery(enum recovery recovery);

/* Appends and takes over the item; -1 when either is NULL. */
int part_append(json_t *array, json_t *item);
json_t *part_engines(enum hook hook, unsigned families); /* the warning that both have rules there */
/* Prints the object as one line and drops it. */
int parts_print(FILE *out, json_t *root, struct error *err);

#endif
