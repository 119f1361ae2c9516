/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nf_tables first, since it is the one that notices most; then legacy IPv4 and IPv6. */
#include "commit.h"

#include "fwport/legacy_write.h"
#include "fwport/nft_write.h"

static int of_nft(const struct steps *steps, struct pool *pool, struct steps *out, struct error *err)
{
	out->count = 0;
	out->list = pool_alloc(pool, (steps->count + 1) * sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	for (size_t i = 0; i < steps->count; i++)
		if (steps->list[i].table->engine == ENGINE_NFT)
			out->list[out->count++] = steps->list[i];
	return 0;
}

/* What was told of the steps of nf_tables, noted in the whole list. */
static void told_copy(const struct steps *steps, const struct steps *nft)
{
	size_t taken = 0;

	for (size_t i = 0; i < steps->count; i++)
		if (steps->list[i].table->engine == ENGINE_NFT)
			steps->list[i] = nft->list[taken++];
}

static int nft_part_commit(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
			   bool *begun, enum commit_result *result, struct error *err)
{
	struct steps nft;

	if (of_nft(steps, pool, &nft, err) < 0)
		return -1;
	*begun = nft.count > 0;
	if (!*begun)
		return 0;
	if (nft_commit(planned_on, &nft, pool, result, err) < 0)
		return -1;
	told_copy(steps, &nft);
	return 0;
}

static bool any_of_legacy(const struct steps *steps, enum family family)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->list[i].table->engine == ENGINE_LEGACY &&
		    table_sees_family(steps->list[i].table, family))
			return true;
	return false;
}

int engines_commit(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
		   enum commit_result *result, struct error *err)
{
	bool begun;

	*result = COMMIT_DONE;
	if (nft_part_commit(planned_on, steps, pool, &begun, result, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT && *result == COMMIT_DONE; family++) {
		if (!any_of_legacy(steps, (enum family)family))
			continue;
		if (legacy_commit((enum family)family, planned_on, steps, result, err) < 0) {
			*result = begun ? COMMIT_UNKNOWN : *result;
			return -1;
		}
		if (*result == COMMIT_STALE && begun)
			*result = COMMIT_UNKNOWN;
		begun = true;
	}
	return 0;
}
