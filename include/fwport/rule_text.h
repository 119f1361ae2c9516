/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules for people: nft's notation from our operations, never parsed again. What has no notation is shown as
 * [opaque NAME]. Strangers' names are escaped.
 */
#ifndef FWPORT_RULE_TEXT_H
#define FWPORT_RULE_TEXT_H

#include "fwport/ruleset.h"
#include "fwport/text.h"

/* "tcp dport 443 ct state new accept comment \"web\""; sets of more than 8 members are cut: "{ 80, 443, ... 998 more }" */
void rule_text(const struct rule *rule, struct text *out);
/* "second", "minute" ... "week", for so many seconds; NULL for other numbers. */
const char *time_unit_name(uint64_t seconds);
/* "rule 6 of ip filter INPUT (iptables-nft, handle 14)" */
void rule_name(const struct rule *rule, struct text *out);
/* The same for many rules of a chain, whose name in its engine is known. */
void rule_name_of_chain(const struct rule *rule, const char *chain, struct text *out);
/* The command that puts rules into such a chain: "ufw allow", "firewall-cmd --zone=public"; nothing where that is not known. */
void rule_command(const struct rule *rule, struct text *out);
/* "ip filter INPUT" */
void chain_name(const struct chain *chain, struct text *out);
/* "ip filter INPUT (legacy)": iptables-nft has chains of the same names. */
void chain_name_in_engine(const struct chain *chain, struct text *out);
/* "filter - 1", "-150": as nft writes priorities */
void priority_text(const struct chain *chain, struct text *out);
/* "table inet filter" with type, hook and policy: "type filter hook input priority 0; policy drop" */
void base_chain_text(const struct chain *chain, struct text *out);

#endif
