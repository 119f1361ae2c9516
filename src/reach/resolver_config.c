/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resolv.conf as glibc reads it (resolv/res_init.c): a keyword at the beginning of a line, the first three nameservers, the last of
 * all search and domain lines, options up to their own ceilings. LOCALDOMAIN and RES_OPTIONS override; where nothing names a search
 * list, it is the domain of this host's name.
 */
#include "resolver_config.h"

#include "fwport/files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLANKS " \t\r"

enum { FILE_MOST = 64 << 10, NDOTS_DEFAULT = 1, NDOTS_MOST = 15, HOST_NAME_SIZE = 256 };

/* The next word of a line, its end marked in place; NULL: none is left. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, BLANKS);

	if (!*word)
		return NULL;
	*at = word + strcspn(word, BLANKS);
	if (**at)
		*(*at)++ = '\0';
	return word;
}

/* The line is the pool's, and the name of the device stays in it. */
static void add_nameserver(char *line, unsigned number, struct resolver_config *config)
{
	struct nameserver server = {.port = PORT_DNS};
	char *word = next_word(&line), *device = word ? strchr(word, '%') : NULL;
	struct error ignored;

	if (!word || config->server_count == NAMESERVERS_MOST)
		return;
	if (device) {
		*device = '\0';
		server.device = device + 1;
	}
	if (address_parse(word, (struct place){0}, &server.address, &ignored) == 0) {
		config->servers[config->server_count++] = server;
	} else if (!config->wrong_line) {
		config->wrong_line = number;
		config->wrong = word;
	}
}

static int set_search(char *line, struct pool *pool, struct resolver_config *config, struct error *err)
{
	const char *word;

	config->search_count = 0;
	while (config->search_count < SEARCH_MOST && (word = next_word(&line))) {
		char *suffix = pool_text(pool, word);
		size_t length = strlen(word);

		if (!suffix)
			return error_memory(err);
		if (suffix[length - 1] == '.')
			suffix[--length] = '\0';
		if (length)
			config->search[config->search_count++] = suffix;
	}
	return 0;
}

static void set_options(char *line, struct resolver_config *config)
{
	const char *word;

	while ((word = next_word(&line))) {
		if (strncmp(word, "ndots:", 6) == 0) {
			const unsigned long ndots = strtoul(word + 6, NULL, 10);

			config->ndots = ndots < NDOTS_MOST ? (unsigned)ndots : NDOTS_MOST;
		}
		config->edns0 |= strcmp(word, "edns0") == 0 || strcmp(word, "trust-ad") == 0;
		config->tcp_only |= strcmp(word, "use-vc") == 0;
	}
}

static int take_line(char *line, unsigned number, struct pool *pool, struct resolver_config *config,
		     struct error *err)
{
	const char *keyword;

	if (strchr("#;" BLANKS, line[0])) /* the end of an empty line, too */
		return 0;
	keyword = next_word(&line);
	if (strcmp(keyword, "nameserver") == 0)
		add_nameserver(line, number, config);
	else if (strcmp(keyword, "search") == 0 || strcmp(keyword, "domain") == 0)
		return set_search(line, pool, config, err);
	else if (strcmp(keyword, "options") == 0)
		set_options(line, config);
	return 0;
}

int resolver_config_parse(const char *text, struct pool *pool, struct resolver_config *out, struct error *err)
{
	struct resolver_config config = {.ndots = NDOTS_DEFAULT};
	char *line = pool_text(pool, text), *end;
	unsigned number = 0;

	if (!line)
		return error_memory(err);
	for (; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		if (take_line(line, ++number, pool, &config, err) < 0)
			return -1;
	}
	*out = config;
	return 0;
}

static int add_domain_of_host(struct pool *pool, struct resolver_config *config, struct error *err)
{
	char name[HOST_NAME_SIZE] = "", *dot;

	if (config->search_count || gethostname(name, sizeof(name) - 1) < 0)
		return 0;
	dot = strchr(name, '.');
	return dot ? set_search(dot + 1, pool, config, err) : 0;
}

static int add_environment(struct pool *pool, struct resolver_config *config, struct error *err)
{
	const char *domain = getenv("LOCALDOMAIN"), *options = getenv("RES_OPTIONS");
	char *domain_line = pool_text(pool, domain ? domain : ""),
	     *options_line = pool_text(pool, options ? options : "");

	if (!domain_line || !options_line)
		return error_memory(err);
	set_options(options_line, config);
	return domain ? set_search(domain_line, pool, config, err) : add_domain_of_host(pool, config, err);
}

int resolver_config_read(const char *path, struct pool *pool, struct resolver_config *out,
			 const char **problem, struct error *err)
{
	CLEANUP(text_free) struct text read = {0};
	struct error why;

	*problem = NULL;
	if (file_read(path ? path : RESOLV_CONF, FILE_MOST, &read, &why) < 0) {
		*problem = pool_text(pool, why.text);
		if (!*problem)
			return error_memory(err);
		text_clear(&read);
	}
	if (resolver_config_parse(text_string(&read), pool, out, err) < 0)
		return -1;
	return path ? 0 : add_environment(pool, out, err);
}
