/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commits a home table with COUNT ports, every second one so that none merge, once, and ends. Run by commit_ports.sh in a
 * network namespace of its own; the start of the process is part of what is measured, as it is for nft.
 */
#include "fwport/nft_read.h"
#include "fwport/nft_write.h"

#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <stdlib.h>

enum { TYPE_PORT = 13, COUNT_LIMIT = 32768 };

static struct table home = {.family = TABLE_INET, .name = HOME_TABLE};
static struct set ports = {
	.table = &home, .name = "tcp_in", .flags = NFT_SET_INTERVAL, .key_type = TYPE_PORT, .key_length = 2};

static int commit_ports(const struct port_range *ranges, size_t count, struct error *err)
{
	struct step list[] = {
		{.object = STEP_TABLE, .table = &home},
		{.object = STEP_SET, .table = &home, .set = &ports},
		{.object = STEP_ELEMENTS,
		 .table = &home,
		 .set = &ports,
		 .ports = ranges,
		 .port_count = count},
	};
	const struct steps steps = {list, sizeof(list) / sizeof(*list)};
	CLEANUP(pool_free) struct pool pool = {0};
	enum commit_result result;
	struct ruleset *ruleset;

	if (nft_read(NULL, NULL, &pool, &ruleset, err) < 0 ||
	    nft_commit(ruleset, &steps, &pool, &result, err) < 0)
		return -1;
	return result == COMMIT_DONE ? 0 : error_set(err, ERROR_BUSY, "the ruleset changed meanwhile");
}

int main(int argc, char **argv)
{
	static struct port_range ranges[COUNT_LIMIT];
	long count = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	struct error err;

	if (count < 1 || count > COUNT_LIMIT) {
		fprintf(stderr, "usage: commit_ports COUNT (1-%d)\n", COUNT_LIMIT);
		return 2;
	}
	for (long i = 0; i < count; i++)
		ranges[i] = (struct port_range){(uint16_t)(2 * i + 1), (uint16_t)(2 * i + 1)};
	if (commit_ports(ranges, (size_t)count, &err) < 0) {
		fprintf(stderr, "commit_ports: %s\n", err.text);
		return 1;
	}
	return 0;
}
