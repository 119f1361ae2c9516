/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name's addresses: what programs are told is what the check goes on with, and what each nameserver says for itself tells whose
 * fault it is when that is wrong.
 */
#include "address_list.h"
#include "hosts_file.h"
#include "nss.h"
#include "resolving.h"
#include "stages.h"

#include "fwport/text.h"

#include <string.h>

enum { TIME_MOST = 5000, LONG_TIME_MOST = 6000, COMPARE_TIME = 500, DEAF_TIME = 1500, SETTLED_TIME = 2000 };

/* Where resolvers on this host write down whom they ask. */
static const struct {
	const char *stub, *file;
} stub_files[] = {
	{"127.0.0.53", "/run/systemd/resolve/resolv.conf"},
	{"127.0.0.1", "/run/NetworkManager/no-stub-resolv.conf"},
	{"127.0.0.1", "/run/dnsmasq/resolv.conf"},
};

enum { STUB_FILES = sizeof(stub_files) / sizeof(stub_files[0]) };

static int add_behind(struct resolving *resolving, const char *file, struct error *err)
{
	struct resolver_config config;
	const char *problem;

	if (resolver_config_read(file, resolving->examination->pool, &config, &problem, err) < 0)
		return -1;
	for (size_t i = 0; i < config.server_count && resolving->behind_count < BEHIND_MOST; i++)
		if (!nameserver_is_stub(&config.servers[i]))
			resolving->behind[resolving->behind_count++] = config.servers[i];
	return 0;
}

static int look_behind(struct resolving *resolving, struct error *err)
{
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < resolving->config.server_count; i++)
		for (size_t j = 0; j < STUB_FILES; j++)
			if (strcmp(address_text(&resolving->config.servers[i].address, text),
				   stub_files[j].stub) == 0 &&
			    add_behind(resolving, stub_files[j].file, err) < 0)
				return -1;
	return 0;
}

/* Where no nameserver is named, the C library asks the one on this host. */
static void imply_nameserver(struct resolving *resolving)
{
	struct resolver_config *config = &resolving->config;

	resolving->implied = config->server_count == 0;
	if (!resolving->implied)
		return;
	config->servers[0] = (struct nameserver){.address = {.family = FAMILY_IPV4, .bytes = {127, 0, 0, 1}},
						 .port = PORT_DNS};
	config->server_count = 1;
}

static int note_wrong_line(struct resolving *resolving, struct error *err)
{
	const struct resolver_config *config = &resolving->config;

	if (!config->wrong_line)
		return 0;
	resolving->facts->config_wrong = pool_format(resolving->examination->pool, RESOLV_CONF ":%u: \"%s\"",
						     config->wrong_line, config->wrong);
	return resolving->facts->config_wrong ? 0 : error_memory(err);
}

static int read_config(struct resolving *resolving, struct error *err)
{
	const char *problem;

	if (resolver_config_read(NULL, resolving->examination->pool, &resolving->config, &problem, err) < 0)
		return -1;
	resolving->facts->config = problem ? problem : RESOLV_CONF;
	if (note_wrong_line(resolving, err) < 0)
		return -1;
	imply_nameserver(resolving);
	return look_behind(resolving, err);
}

/* Where the hosts file has the name, nobody waits for nameservers: they are asked to compare. */
static struct deadline nameserver_deadline(const struct resolving *resolving)
{
	return resolving->facts->hosts.count ? deadline_within(resolving->deadline, COMPARE_TIME)
					     : resolving->deadline;
}

static int ask_nameservers(struct resolving *resolving, struct error *err)
{
	const struct nameservers nameservers = {.config = &resolving->config,
						.behind = resolving->behind,
						.behind_count = resolving->behind_count,
						.families = resolving->families};
	struct resolver_facts *facts = resolving->facts;

	if (nameservers_ask(&nameservers, resolving->host, nameserver_deadline(resolving),
			    resolving->examination->pool, facts, err) < 0)
		return -1;
	if (resolving->implied && facts->server_count)
		facts->servers[0].implied = true;
	return 0;
}

/*
 * How long programs are waited for. Behind a silent nameserver they take five seconds until they ask the next; where none is heard,
 * only what is no nameserver can still tell them; and where all have answered, theirs cannot be far.
 */
static struct deadline nss_deadline(const struct resolving *resolving)
{
	const struct resolver_facts *facts = resolving->facts;
	bool settled = true;

	if (!nameserver_that_talks(facts))
		return deadline_within(resolving->deadline, DEAF_TIME);
	for (size_t i = 0; i < facts->server_count; i++)
		settled &= facts->servers[i].behind || nameserver_is_settled(&facts->servers[i]);
	return settled ? deadline_within(resolving->deadline, SETTLED_TIME) : resolving->long_deadline;
}

static int ask_everybody(struct resolving *resolving, struct error *err)
{
	struct nss_question *nss = nss_ask(resolving->host, resolving->families);
	const int asked = ask_nameservers(resolving, err);
	const struct deadline deadline = asked < 0 ? deadline_in(0) : nss_deadline(resolving);
	struct error ignored;

	if (nss_take(&nss, deadline, resolving->examination->pool, &resolving->facts->nss,
		     asked < 0 ? &ignored : err) < 0)
		return -1;
	return asked;
}

static void add_endpoint(struct examination *examination, const struct address *address, uint16_t port)
{
	size_t of_family = 0;

	for (size_t i = 0; i < examination->endpoint_count; i++) {
		if (address_equal(&examination->endpoints[i].address, address))
			return;
		of_family += examination->endpoints[i].address.family == address->family;
	}
	if (of_family < ENDPOINTS_OF_A_FAMILY)
		examination->endpoints[examination->endpoint_count++] =
			(struct endpoint){.address = *address, .port = port};
}

static void add_endpoints(struct resolving *resolving, const struct address_list *list, uint16_t port)
{
	for (size_t i = 0; i < list->count; i++)
		if (resolving->families & FAMILY_BIT(list->list[i].family))
			add_endpoint(resolving->examination, &list->list[i], port);
}

static int resolve_name(struct resolving *resolving, uint16_t port, struct error *err)
{
	struct resolver_facts *facts = resolving->facts;
	struct pool *pool = resolving->examination->pool;
	if (read_config(resolving, err) < 0 || hosts_file_look(resolving->host, pool, facts, err) < 0 ||
	    ask_everybody(resolving, err) < 0 || resolve_closer(resolving, err) < 0)
		return -1;
	if (facts->nss.asked && !facts->nss.late)
		add_endpoints(resolving, &facts->nss.addresses, port);
	else if (resolving->told.count)
		add_endpoints(resolving, &resolving->told, port);
	else
		add_endpoints(resolving, &resolving->suffixed, port);
	return 0;
}

int resolve(struct examination *examination, const char *host, uint16_t port, struct error *err)
{
	const struct options *options = examination->equipment->options;
	const struct deadline half = deadline_within(examination->deadline, options->timeout / 2);
	struct resolver_facts *facts = &examination->resolver;
	struct resolving resolving = {.examination = examination,
				      .facts = facts,
				      .host = host,
				      .families = options_families(options),
				      .deadline = deadline_within(half, TIME_MOST),
				      .long_deadline = deadline_within(half, LONG_TIME_MOST)};
	const double began = clock_milliseconds();
	struct address address;
	struct error ignored;

	if (address_parse(host, (struct place){0}, &address, &ignored) == 0) {
		add_endpoint(examination, &address,
			     port); /* whoever writes an address has chosen its family */
		return 0;
	}
	facts->reached = true;
	if (resolve_name(&resolving, port, err) < 0)
		return -1;
	facts->ok = examination->endpoint_count > 0;
	facts->ms = clock_milliseconds() - began;
	return 0;
}
