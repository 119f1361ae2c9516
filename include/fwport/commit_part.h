/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a commit: each is a transaction of its own, and they are sent in this order.
 */
#ifndef FWPORT_COMMIT_PART_H
#define FWPORT_COMMIT_PART_H

#include "fwport/errand.h"
#include "fwport/step.h"

enum commit_part {
	PART_NFT,
	PART_LEGACY_IPV4,
	PART_LEGACY_IPV6,
	PART_UFW, /* what neighbours are asked for comes behind the kernel's own */
	PART_FIREWALLD,
	PART_COUNT,
};
#define PART_BIT(part) (1u << (part))
#define PARTS_ALL      (PART_BIT(PART_COUNT) - 1)
#define PARTS_ASKED    (PART_BIT(PART_UFW) | PART_BIT(PART_FIREWALLD)) /* neighbours keep them past a boot */

/* "nft", "legacy-ipv4", "ufw": PART_COUNT of them. */
extern const char *const commit_part_words[];
/* Which parts the steps have, PART_BIT each. */
unsigned steps_parts(const struct steps *steps);
enum commit_part legacy_part(enum family family);
enum commit_part errand_part(const struct errand *errand);
unsigned errands_parts(const struct errands *errands);
/* "nft and legacy-ipv4" */
void commit_parts_text(unsigned parts, struct text *out);

#endif
