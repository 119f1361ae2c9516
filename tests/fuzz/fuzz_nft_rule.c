/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a rule message: an error with a sentence, or operations that stay inside the registers and can be written out.
 */
#include "fwport/nft_read.h"

#include "sound.h"

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 << 10 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct nlmsghdr *message;
	struct error err = {0};
	struct rule rule;

	if (length > LONGEST)
		return 0;
	message =
		malloc(NLMSG_HDRLEN + length); /* of exactly this size, so that the sanitizer sees the end */
	if (!message)
		return 0;
	*message = (struct nlmsghdr){.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + length)};
	memcpy(NLMSG_DATA(message), bytes, length);
	if (nft_decode_rule(message, &pool, &rule, &err) == 0)
		rule_check(&rule);
	else if (err.kind != ERROR_SYSTEM || !err.text[0])
		abort();
	free(message);
	return 0;
}
