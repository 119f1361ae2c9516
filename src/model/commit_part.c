/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and sets of the parts of a commit. */
#include "fwport/commit_part.h"

const char *const commit_part_words[] = {
	[PART_NFT] = "nft", [PART_LEGACY_IPV4] = "legacy-ipv4", [PART_LEGACY_IPV6] = "legacy-ipv6",
	[PART_UFW] = "ufw", [PART_FIREWALLD] = "firewalld",
};

enum commit_part legacy_part(enum family family)
{
	return family == FAMILY_IPV4 ? PART_LEGACY_IPV4 : PART_LEGACY_IPV6;
}

static enum commit_part part_of(const struct table *table)
{
	if (table->engine == ENGINE_NFT)
		return PART_NFT;
	return legacy_part(table->family == TABLE_IP6 ? FAMILY_IPV6 : FAMILY_IPV4);
}

unsigned steps_parts(const struct steps *steps)
{
	unsigned parts = 0;

	for (size_t i = 0; i < steps->count; i++)
		parts |= PART_BIT(part_of(steps->list[i].table));
	return parts;
}

enum commit_part errand_part(const struct errand *errand)
{
	return errand->opening->via == VIA_UFW ? PART_UFW : PART_FIREWALLD;
}

unsigned errands_parts(const struct errands *errands)
{
	unsigned parts = 0;

	for (size_t i = 0; i < errands->count; i++)
		parts |= PART_BIT(errand_part(&errands->list[i]));
	return parts;
}

void commit_parts_text(unsigned parts, struct text *out)
{
	bool any = false;

	for (unsigned part = 0; part < PART_COUNT; part++) {
		if (!(parts & PART_BIT(part)))
			continue;
		text_add(out, "%s%s", any ? " and " : "", commit_part_words[part]);
		any = true;
	}
}
