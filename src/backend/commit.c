/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Legacy tables are held and looked at first: when they are not what was planned on, nothing has to be undone. Of what is written
 * the steps of nf_tables go first, since it is the one that notices most; then the tables that are held.
 */
#include "commit.h"

#include "fwport/legacy_commit.h"
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
			   enum commit_result *result, struct error *err)
{
	struct steps nft;

	if (of_nft(steps, pool, &nft, err) < 0 || nft_commit(planned_on, &nft, pool, result, err) < 0)
		return -1;
	told_copy(steps, &nft);
	return 0;
}

/* What was taken and cannot be noted has to be taken back. */
static int note(const struct commit_log *log, enum commit_part part, enum commit_result *result,
		struct error *err)
{
	if (*result != COMMIT_DONE || !log || log->taken(part, log->context, err) == 0)
		return 0;
	*result = COMMIT_UNKNOWN;
	return -1;
}

static int parts_commit(const struct ruleset *planned_on, const struct steps *steps, struct legacy_hold *hold,
			const struct commit_log *log, struct pool *pool, enum commit_result *result,
			struct error *err)
{
	const unsigned parts = steps_parts(steps);

	if (parts & PART_BIT(PART_NFT) && (nft_part_commit(planned_on, steps, pool, result, err) < 0 ||
					   note(log, PART_NFT, result, err) < 0))
		return -1;
	for (int family = 0; family < FAMILY_COUNT && *result == COMMIT_DONE; family++) {
		const enum commit_part part = legacy_part((enum family)family);

		if (parts & PART_BIT(part) && (legacy_commit(hold, (enum family)family, result, err) < 0 ||
					       note(log, part, result, err) < 0))
			return -1;
	}
	return 0;
}

int engines_commit(const struct ruleset *planned_on, const struct steps *steps, const struct commit_log *log,
		   struct pool *pool, enum commit_result *result, struct error *err)
{
	CLEANUP(legacy_release) struct legacy_hold hold = {.lock = -1};

	if (legacy_hold(planned_on, steps, pool, &hold, result, err) < 0)
		return -1;
	return *result == COMMIT_DONE ? parts_commit(planned_on, steps, &hold, log, pool, result, err) : 0;
}
