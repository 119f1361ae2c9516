/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a server's answer to a ClientHello made by hand: nothing is only what is empty. */
#include "hello.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct hello_answer answer = hello_parse(bytes, length);

	if ((answer.kind == HELLO_NOTHING) != (length == 0))
		abort();
	return 0;
}
