/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The choices of a home, and how to find one by its name.
 */
#include "fwport/backend.h"

#include "commit.h"

#include "fwport/nft_read.h"

#include <string.h>

static const struct backend automatic = {
	.name = "auto",
	.home = HOME_AUTO,
	.read = nft_read,
	.commit = engines_commit,
};

static const struct backend nft = {
	.name = "nft",
	.home = HOME_NFT,
	.read = nft_read,
	.commit = engines_commit,
};

static const struct backend iptables = {
	.name = "iptables",
	.home = HOME_IPTABLES,
	.read = nft_read,
	.commit = engines_commit,
};

const struct backend *const backends[] = {&automatic, &nft, &iptables};
const size_t backend_count = sizeof(backends) / sizeof(backends[0]);

static int unknown_backend(const char *name, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0}, names = {0};

	text_add_quoted(&quoted, name);
	for (size_t i = 0; i < backend_count; i++)
		text_add(&names, "%s%s", i ? " or " : "", backends[i]->name);
	return error_set(err, ERROR_USAGE, "backend %s is not %s", text_string(&quoted), text_string(&names));
}

int backend_choose(const char *name, const struct backend **out, struct error *err)
{
	for (size_t i = 0; i < backend_count; i++)
		if (!strcmp(name ? name : automatic.name, backends[i]->name)) {
			*out = backends[i];
			return 0;
		}
	return unknown_backend(name, err);
}
