/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rulesets on their way into the kernel, as netlink messages and without nft: every operation that the evaluator's model has,
 * also where nft has no words for it.
 */
#ifndef FWPORT_FATE_WIRE_H
#define FWPORT_FATE_WIRE_H

#include "fwport/ruleset.h"

#include <stdio.h>

struct nlmsghdr;

/* What the kernel would not take. */
struct refusal {
	int sys; /* errno; 0: it took all */
	const struct table *table;
	const struct chain *chain; /* NULL: not in a chain */
	const struct rule *rule;   /* NULL: the chain itself */
	const struct set *set;     /* NULL: no set */
};

/* In place of the tables of `before` (NULL: none) the kernel gets those of `ruleset`, in their order, or nothing changes. */
int wire_replace(const struct ruleset *before, const struct ruleset *ruleset, struct refusal *refusal,
		 struct error *err);
/* The messages that bring it there, as lines "message HEX"; and such messages, with nothing between them, on their way. */
int wire_print(const struct ruleset *ruleset, FILE *out, struct error *err);
int wire_send(const uint8_t *messages, size_t length, struct error *err);
/* Connections that the kernel knows of are forgotten. */
int wire_forget_connections(struct error *err);

/* The parts. `number` is that of an anonymous set in its table, by which a rule of the same batch finds it. */
void wire_ops(struct nlmsghdr *message, uint16_t type, const struct op *ops, size_t count);
void wire_set(struct nlmsghdr *message, const struct set *set, uint32_t number);
void wire_elements(struct nlmsghdr *message, const struct set *set, uint32_t number);
void wire_verdict(struct nlmsghdr *message, const struct nft_verdict *verdict);
void wire_value(struct nlmsghdr *message, uint16_t type, struct bytes value);
uint32_t wire_set_number(const struct set *set);
const char *wire_set_name(const struct set *set); /* for the kernel: "__set%d" asks it for a name */

#endif
