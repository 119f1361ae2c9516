/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nf_tables as a backend: the kernel room's reader and writer behind the table of functions.
 */
#include "engines.h"

#include "fwport/nft_read.h"
#include "fwport/nft_write.h"

/* nf_tables is there on every kernel fwport runs on, or its module is loaded by the first request, which says so. */
static const char *nft_missing(void)
{
	return NULL;
}

const struct backend backend_nft = {
	.name = "nft",
	.summary = "nf_tables, through netlink",
	.missing = nft_missing,
	.read = nft_read,
	.commit = nft_commit,
};
