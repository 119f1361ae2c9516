/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digits and nothing else. */
#include "operand.h"

#include "fwport/pool.h"
#include "fwport/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int operand_generation(const char *word, uint32_t *out, struct error *err)
{
	CLEANUP(text_free) struct text quoted = {0};
	unsigned long long number;

	errno = 0;
	number = strtoull(word, NULL, 10);
	if (*word && word[strspn(word, "0123456789")] == '\0' && errno == 0 && number <= UINT32_MAX) {
		*out = (uint32_t)number;
		return 0;
	}
	text_add_quoted(&quoted, word);
	error_set(err, ERROR_USAGE, "%s is not the number of a generation", text_string(&quoted));
	return error_hint(err, "\"fwport history\" lists them");
}
