/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why nameservers do not say what they should: nothing that could be an answer came, because of the way there or of our own
 * firewall; the answer does not validate; or programs ask for another name than was written.
 */
#include "address_list.h"
#include "oracle.h"
#include "resolving.h"
#include "route.h"

#include <string.h>

enum { AGAIN_TIME = 1000 };

const struct nameserver_facts *nameserver_that_talks(const struct resolver_facts *facts)
{
	for (size_t i = 0; i < facts->server_count; i++)
		for (size_t j = 0; j < FAMILY_COUNT; j++)
			if (facts->servers[i].answers[j].rcode >= 0 && facts->servers[i].answers[j].asked)
				return &facts->servers[i];
	return NULL;
}

/* Our own firewall is asked about what was not answered. */
static int ask_oracle(struct examination *examination, const struct destination *to,
		      struct nameserver_facts *server, struct error *err)
{
	const struct equipment *equipment = examination->equipment;

	return oracle_ask(equipment->oracle, to->protocol, &to->address, to->port, equipment->uid,
			  examination->pool, &server->firewall, err);
}

/* A question of it to which nothing came that could be an answer; NULL: there is none. */
static const struct dns_answer *silence_of(const struct nameserver_facts *server)
{
	for (size_t i = 0; i < FAMILY_COUNT; i++) {
		const struct dns_answer *answer = &server->answers[i];

		if (answer->asked && answer->rcode < 0 && answer->status != DNS_GARBAGE)
			return answer;
	}
	return NULL;
}

static int explain_silence(struct resolving *resolving, struct error *err)
{
	struct examination *examination = resolving->examination;

	for (size_t i = 0; i < resolving->facts->server_count; i++) {
		struct nameserver_facts *server = &resolving->facts->servers[i];
		const struct dns_answer *answer = silence_of(server);
		struct destination to = {.address = server->address, .port = server->port, .tried = true};

		if (!answer)
			continue;
		to.protocol = answer->by_tcp ? IPPROTO_TCP : IPPROTO_UDP;
		if (route_look_at(examination, &to, &server->route, err) < 0 ||
		    ask_oracle(examination, &to, server, err) < 0)
			return -1;
	}
	return 0;
}

static int add_all(struct address_list *list, const struct address_list *more, struct pool *pool,
		   struct error *err)
{
	for (size_t i = 0; i < more->count; i++)
		if (address_list_add(list, &more->list[i], pool, err) < 0)
			return -1;
	return 0;
}

/* What any of the nameservers gave. */
static int collect(const struct resolver_facts *facts, struct pool *pool, struct address_list *out,
		   struct error *err)
{
	for (size_t i = 0; i < facts->server_count; i++)
		for (size_t j = 0; j < FAMILY_COUNT; j++)
			if (add_all(out, &facts->servers[i].answers[j].addresses, pool, err) < 0)
				return -1;
	return 0;
}

/* One more question, to one nameserver. */
static int ask_again(struct resolving *resolving, const struct nameserver_facts *server, const char *name,
		     bool unchecked, struct address_list *out, struct error *err)
{
	struct resolver_config config = resolving->config;
	const struct nameservers nameservers = {
		.config = &config, .families = resolving->families, .unchecked = unchecked};
	const struct deadline deadline = deadline_within(resolving->deadline, AGAIN_TIME);
	struct resolver_facts facts = {0};

	config.servers[0] = (struct nameserver){
		.address = server->address, .port = server->port, .device = server->device};
	config.server_count = 1;
	if (nameservers_ask(&nameservers, name, deadline, resolving->examination->pool, &facts, err) < 0)
		return -1;
	return collect(&facts, resolving->examination->pool, out, err);
}

static bool server_fails(const struct nameserver_facts *server)
{
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		if (server->answers[i].asked && server->answers[i].status == DNS_SERVFAIL)
			return true;
	return false;
}

/* A resolver that validates says SERVFAIL to what is signed and does not fit, and does not if it is asked not to look (CD). */
static int explain_failures(struct resolving *resolving, struct error *err)
{
	for (size_t i = 0; i < resolving->facts->server_count; i++) {
		struct nameserver_facts *server = &resolving->facts->servers[i];
		struct address_list found = {0};

		if (server_fails(server) &&
		    ask_again(resolving, server, resolving->host, true, &found, err) < 0)
			return -1;
		server->bogus = found.count > 0;
	}
	return 0;
}

/* What programs were told is not what the nameservers say, nor what stands in the hosts file: is it of another name? */
static bool suffix_is_likely(const struct resolving *resolving)
{
	const struct nss_facts *nss = &resolving->facts->nss;
	const size_t length = strlen(resolving->host);

	if (!length || resolving->host[length - 1] == '.')
		return false;
	if (!nss->addresses.count)
		return !resolving->told.count && (nss->late || !nss->asked);
	return !address_lists_meet(&nss->addresses, &resolving->told) &&
	       !address_lists_meet(&nss->addresses, &resolving->facts->hosts);
}

static int look_for_suffix(struct resolving *resolving, struct error *err)
{
	const struct resolver_config *config = &resolving->config;
	const struct nameserver_facts *server = nameserver_that_talks(resolving->facts);
	const struct nss_facts *nss = &resolving->facts->nss;

	if (!server || !suffix_is_likely(resolving))
		return 0;
	for (size_t i = 0; i < config->search_count; i++) {
		const char *name = pool_format(resolving->examination->pool, "%s.%s", resolving->host,
					       config->search[i]);
		struct address_list found = {0};

		if (!name)
			return error_memory(err);
		if (ask_again(resolving, server, name, false, &found, err) < 0)
			return -1;
		if (!found.count || (nss->addresses.count && !address_lists_meet(&nss->addresses, &found)))
			continue;
		resolving->facts->suffix = config->search[i];
		resolving->suffixed = found;
		return 0;
	}
	return 0;
}

int resolve_closer(struct resolving *resolving, struct error *err)
{
	if (collect(resolving->facts, resolving->examination->pool, &resolving->told, err) < 0 ||
	    explain_silence(resolving, err) < 0 || explain_failures(resolving, err) < 0)
		return -1;
	return look_for_suffix(resolving, err);
}
