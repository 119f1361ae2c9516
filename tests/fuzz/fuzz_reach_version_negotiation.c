/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the answer of a QUIC server: they are one, with a list of versions, or none, and then there is no list. */
#include "version_negotiation.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool promise)
{
	if (!promise)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const uint8_t destination[CONNECTION_ID_BYTES] = "destinat",
			     source[CONNECTION_ID_BYTES] = "source..";
	CLEANUP(pool_free) struct pool pool = {0};
	struct provocation asked;
	const char *versions;
	struct error err;
	bool is_answer;

	provocation_make(destination, source, &asked);
	require(version_negotiation_read(bytes, length, &asked, &pool, &is_answer, &versions, &err) == 0);
	require(is_answer == (versions != NULL));
	require(!is_answer || strlen(versions) < 512);
	return 0;
}
