/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list as curl 7.88 takes it: entries between commas or blanks; a name is itself and all names below it, with or without a dot
 * in front; addresses are themselves or in a prefix, whose host bits do not matter and whose length 0 means no length; "*" is
 * everything, if it is all there is. Prefixes of IPv6 are followed as curl documents them, though that version does not.
 */
#include "no_proxy.h"

#include "fwport/address.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SEPARATORS " \t,"

static size_t without_last_dot(const char *name, size_t length)
{
	return length && name[length - 1] == '.' ? length - 1 : length;
}

static bool name_is_in(const char *entry, size_t length, const char *host)
{
	const size_t host_length = without_last_dot(host, strlen(host));

	length = without_last_dot(entry, length);
	if (length && *entry == '.') {
		entry++;
		length--;
	}
	if (!length || length > host_length || strncasecmp(entry, host + host_length - length, length) != 0)
		return false;
	return length == host_length || host[host_length - length - 1] == '.';
}

static bool address_is_in(const char *entry, size_t length, const struct address *host)
{
	char text[ADDRESS_TEXT];
	struct prefix prefix;
	struct error ignored;
	unsigned long bits = 0;
	char *slash;

	if (length >= sizeof(text))
		return false;
	memcpy(text, entry, length);
	text[length] = '\0';
	slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		bits = strtoul(slash + 1, NULL, 10);
	}
	if (address_parse(text, (struct place){0}, &prefix.address, &ignored) < 0 ||
	    bits > 8 * address_size(prefix.address.family))
		return false;
	if (bits == 0)
		return address_equal(&prefix.address, host);
	prefix.length = (uint8_t)bits;
	return prefix_contains(&prefix, host);
}

bool no_proxy_names(const char *list, const char *host, const char **entry, size_t *length)
{
	struct address address;
	struct error ignored;
	const bool is_address = address_parse(host, (struct place){0}, &address, &ignored) == 0;

	*entry = list;
	*length = 1;
	if (strcmp(list, "*") == 0)
		return true;
	for (*entry += strspn(*entry, SEPARATORS); **entry; *entry += strspn(*entry, SEPARATORS)) {
		*length = strcspn(*entry, SEPARATORS);
		if (is_address ? address_is_in(*entry, *length, &address) : name_is_in(*entry, *length, host))
			return true;
		*entry += *length;
	}
	return false;
}
