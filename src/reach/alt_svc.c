/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Alt-Svc: h3=":443"; ma=86400, h2="other.example:443". Entries are parted by commas, which may stand in quotes, too. */
#include "alt_svc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MOST = 65535, DIGITS_MOST = 5 };

static const char protocol[] = "h3=\"";

/* "443\"": digits up to the quote. */
static uint16_t port(const char *text)
{
	const size_t digits = strspn(text, "0123456789");
	const unsigned long value = digits && digits <= DIGITS_MOST ? strtoul(text, NULL, 10) : 0;

	return text[digits] == '"' && value <= PORT_MOST ? (uint16_t)value : 0;
}

/* Behind the comma that ends this entry, or at the end. */
static const char *next_entry(const char *text)
{
	bool quoted = false;

	for (; *text && (quoted || *text != ','); text++)
		if (*text == '"')
			quoted = !quoted;
		else if (quoted && *text == '\\' && text[1])
			text++;
	return *text ? text + 1 : text;
}

uint16_t alt_svc_h3_port(const char *value)
{
	for (const char *entry = value; *entry; entry = next_entry(entry)) {
		uint16_t found = 0;

		entry += strspn(entry, " \t");
		if (strncmp(entry, protocol, strlen(protocol)) == 0 && entry[strlen(protocol)] == ':')
			found = port(entry + strlen(protocol) + 1);
		if (found)
			return found;
	}
	return 0;
}
