/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line is an address and the names it has, up to a "#". Names are the same in either case, and with or without a dot at the end. */
#include "hosts_file.h"

#include "address_list.h"

#include "fwport/files.h"

#include <string.h>
#include <strings.h>

#define HOSTS_FILE "/etc/hosts"
#define BLANKS     " \t\r"

enum { FILE_MOST = 16 << 20 };

static bool is_name(const char *word, size_t length, const char *name)
{
	const size_t wanted = strlen(name) - (*name && name[strlen(name) - 1] == '.');

	return length == wanted && strncasecmp(word, name, wanted) == 0;
}

static bool line_names(const char *at, const char *end, const char *name)
{
	while (at < end) {
		const size_t length = strcspn(at, BLANKS "#\n");

		if (is_name(at, length, name))
			return true;
		at += length;
		if (*at == '#')
			return false;
		at += strspn(at, BLANKS);
	}
	return false;
}

static bool line_address(const char *line, size_t length, struct address *out)
{
	char word[ADDRESS_TEXT];
	struct error ignored;

	if (length >= sizeof(word))
		return false;
	memcpy(word, line, length);
	word[length] = '\0';
	return address_parse(word, (struct place){0}, out, &ignored) == 0;
}

int hosts_file_parse(const char *text, const char *name, struct pool *pool, struct hosts_entry *out,
		     struct error *err)
{
	struct hosts_entry entry = {0};
	unsigned number = 0;
	const char *line, *end;

	for (line = text; *line; line = *end ? end + 1 : end) {
		const char *first = line + strspn(line, BLANKS);
		const size_t length = strcspn(first, BLANKS "#\n");
		struct address address;

		number++;
		end = line + strcspn(line, "\n");
		if (!line_names(first + length + strspn(first + length, BLANKS), end, name) ||
		    !line_address(first, length, &address))
			continue;
		entry.line = entry.line ? entry.line : number;
		if (address_list_add(&entry.addresses, &address, pool, err) < 0)
			return -1;
	}
	*out = entry;
	return 0;
}

int hosts_file_look(const char *name, struct pool *pool, struct resolver_facts *resolver, struct error *err)
{
	CLEANUP(text_free) struct text read = {0};
	struct hosts_entry entry;
	struct error why;

	if (file_read(HOSTS_FILE, FILE_MOST, &read, &why) < 0)
		return 0;
	if (hosts_file_parse(text_string(&read), name, pool, &entry, err) < 0)
		return -1;
	resolver->hosts = entry.addresses;
	if (!entry.line)
		return 0;
	resolver->hosts_line = pool_format(pool, HOSTS_FILE ":%u", entry.line);
	return resolver->hosts_line ? 0 : error_memory(err);
}
