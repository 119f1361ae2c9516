/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose fault it is that a name leads nowhere: what this host was told (hosts file, resolv.conf, NSS), its own firewall, its
 * nameservers, or the name itself.
 */
#include "judgement.h"

#include <errno.h>
#include <string.h>

/* What a nameserver's answer proves, the surest first: of several servers and types that one is told. */
static const struct {
	enum dns_status status;
	const char *code, *says;
	enum confidence confidence;
} complaints[] = {
	{DNS_NXDOMAIN, CODE_NXDOMAIN, "says that there is no such name", CONFIDENCE_PROVED},
	{DNS_TCP_BLOCKED, CODE_DNS_TCP_BLOCKED, "truncates its answer, and does not give it by TCP",
	 CONFIDENCE_PROVED},
	{DNS_SERVFAIL, CODE_SERVFAIL, "fails to find out (SERVFAIL)", CONFIDENCE_PROVED},
	{DNS_REFUSED, CODE_DNS_REFUSED, "refuses to answer this host (REFUSED)", CONFIDENCE_PROVED},
	{DNS_OTHER_RCODE, CODE_SERVFAIL, "answers with an error", CONFIDENCE_PROVED},
	{DNS_GARBAGE, CODE_DNS_GARBAGE, "answers what is no answer to the question", CONFIDENCE_PROVED},
	{DNS_NODATA, CODE_NODATA, "knows the name, and no address of it", CONFIDENCE_PROVED},
	{DNS_UNREACHABLE, CODE_DNS_UNREACHABLE, "cannot be reached", CONFIDENCE_LIKELY},
	{DNS_NO_ANSWER, CODE_DNS_NO_ANSWER, "does not answer", CONFIDENCE_LIKELY},
};

enum { COMPLAINT_COUNT = sizeof(complaints) / sizeof(complaints[0]) };

static bool wants(const struct judgement *judgement, enum family family)
{
	return options_families(judgement->examination->equipment->options) & FAMILY_BIT(family);
}

static bool knows_name(const struct judgement *judgement, const struct nameserver_facts *server)
{
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
		if (wants(judgement, family) && server->answers[family].status == DNS_OK)
			return true;
	return false;
}

/* The first answer of that kind to what was wanted, of a server that has no better one. */
static const struct dns_answer *find_answer(const struct judgement *judgement, enum dns_status status,
					    const struct nameserver_facts **server)
{
	const struct resolver_facts *facts = &judgement->examination->resolver;

	for (size_t i = 0; i < facts->server_count; i++)
		for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
			const struct dns_answer *answer = &facts->servers[i].answers[family];

			if (!wants(judgement, family) || answer->status != status ||
			    knows_name(judgement, &facts->servers[i]))
				continue;
			*server = &facts->servers[i];
			return answer;
		}
	return NULL;
}

static const char *name_of(const struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;

	return examination->by_proxy ? examination->proxy.host : examination->target.host;
}

/* What is sent to a nameserver fails at once when the firewall drops it on its way out. */
static bool is_refused_here(const struct nameserver_facts *server)
{
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
		if (server->answers[family].sys == EPERM)
			return true;
	return false;
}

static bool is_stopped_here(const struct nameserver_facts *server)
{
	return (server->firewall.reached && server->firewall.verdict == FIREWALL_BLOCKED) ||
	       is_refused_here(server);
}

/* The question did not leave, or its answer did not come in: for all servers that were asked. */
static bool judge_blocked(struct judgement *judgement)
{
	const struct resolver_facts *facts = &judgement->examination->resolver;
	const struct firewall_facts *firewall;

	for (size_t i = 0; i < facts->server_count; i++)
		if (!is_stopped_here(&facts->servers[i]))
			return false;
	if (!facts->server_count)
		return false;
	firewall = &facts->servers[0].firewall;
	judgement_fault(judgement,
			(struct charge){PARTY_LOCAL_FIREWALL, firewall_code(firewall), STAGE_RESOLVER,
					firewall->rule ? CONFIDENCE_PROVED : CONFIDENCE_LIKELY,
					"fwport open --out dns"},
			"this host's own firewall stops %s nameserver %s: %s",
			firewall->blocks_answer ? "the answer of" : "the question to",
			judgement_address(judgement, &facts->servers[0].address),
			firewall->rule ? firewall->rule : "Operation not permitted");
	return true;
}

/* NAT of this host sends the questions elsewhere, and whoever is there does not know. */
static bool judge_questions_redirected(struct judgement *judgement)
{
	const struct resolver_facts *facts = &judgement->examination->resolver;

	for (size_t i = 0; i < facts->server_count; i++)
		if (!facts->servers[i].firewall.reached || !facts->servers[i].firewall.redirect)
			return false;
	if (!facts->server_count)
		return false;
	judgement_fault(judgement,
			(struct charge){PARTY_LOCAL_FIREWALL, CODE_LOCAL_REDIRECT, STAGE_RESOLVER,
					CONFIDENCE_PROVED, NULL},
			"NAT of this host sends the question to nameserver %s to %s: %s",
			judgement_address(judgement, &facts->servers[0].address),
			facts->servers[0].firewall.redirect,
			facts->servers[0].firewall.rule ? facts->servers[0].firewall.rule : "");
	return true;
}

static const char *told_of(struct judgement *judgement, const struct nameserver_facts *server,
			   const struct dns_answer *answer)
{
	if (server->bogus)
		return ", and gives it to who does not want it validated: its DNSSEC does not fit";
	if (answer->sys)
		return judgement_words(judgement, ": %s", strerror(answer->sys));
	return answer->status == DNS_OTHER_RCODE ? judgement_words(judgement, " (rcode %d)", answer->rcode)
						 : "";
}

/* Which nameservers know the name: those that programs ask, and any. */
struct knowledge {
	bool all, some;
};

static struct knowledge knowledge_of(const struct judgement *judgement)
{
	const struct resolver_facts *facts = &judgement->examination->resolver;
	struct knowledge knowledge = {.all = facts->server_count > 0};

	for (size_t i = 0; i < facts->server_count; i++) {
		const bool knows = knows_name(judgement, &facts->servers[i]);

		knowledge.all &= knows || facts->servers[i].behind;
		knowledge.some |= knows;
	}
	return knowledge;
}

/* Silence is a nameserver's own only where it is known that this host's firewall lets the question out and the answer in. */
static enum confidence complaint_confidence(size_t complaint, const struct nameserver_facts *server)
{
	const bool is_silence = complaints[complaint].status == DNS_NO_ANSWER ||
				complaints[complaint].status == DNS_UNREACHABLE;

	if (is_silence && (!server->firewall.reached || server->firewall.verdict != FIREWALL_OPEN))
		return CONFIDENCE_GUESS;
	return complaints[complaint].confidence;
}

static void judge_servers(struct judgement *judgement)
{
	for (size_t i = 0; i < COMPLAINT_COUNT; i++) {
		const struct nameserver_facts *server = NULL;
		const struct dns_answer *answer = find_answer(judgement, complaints[i].status, &server);

		if (!answer)
			continue;
		if (judge_way_to_nameserver(judgement, server, answer))
			return;
		judgement_fault(judgement,
				(struct charge){PARTY_RESOLVER, complaints[i].code, STAGE_RESOLVER,
						complaint_confidence(i, server), NULL},
				"nameserver %s %s, asked for \"%s\"%s%s",
				judgement_address(judgement, &server->address), complaints[i].says,
				name_of(judgement), told_of(judgement, server, answer),
				knowledge_of(judgement).some ? ", which another one knows" : "");
		return;
	}
}

/* Where the proxy is has to be known before anything else, and who named it has to know it. */
static bool judge_proxy_name(struct judgement *judgement)
{
	const struct proxy_facts *proxy = &judgement->examination->proxy;

	if (!judgement->examination->by_proxy)
		return false;
	judgement_fault(judgement,
			(struct charge){PARTY_PROXY, CODE_PROXY_UNRESOLVED, STAGE_PROXY, CONFIDENCE_PROVED,
					"is the setting right?"},
			"the proxy of %s, \"%s\", has no address", proxy->source, proxy->host);
	return true;
}

static bool is_unanswered(const struct resolver_facts *facts)
{
	for (size_t i = 0; i < facts->server_count; i++)
		for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
			if (facts->servers[i].answers[family].rcode >= 0)
				return false;
	return true;
}

static void judge_unresolved(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;
	const struct resolver_facts *facts = &examination->resolver;

	if (judge_blocked(judgement) || judge_questions_redirected(judgement) || judge_proxy_name(judgement))
		return;
	if (facts->unaskable) {
		judgement_fault(judgement,
				(struct charge){PARTY_RESOLVER, CODE_NXDOMAIN, STAGE_RESOLVER,
						CONFIDENCE_PROVED, "is it spelt right?"},
				"\"%s\" is no name that a nameserver can be asked for: %s",
				name_of(judgement), facts->unaskable);
		return;
	}
	if (!facts->server_count || (facts->servers[0].implied && is_unanswered(facts))) {
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_CONFIG, CODE_NO_NAMESERVER, STAGE_RESOLVER,
						CONFIDENCE_PROVED, "name one: nameserver ADDRESS"},
				"%s names no nameserver%s%s",
				facts->config ? facts->config : "/etc/resolv.conf",
				facts->config_wrong ? "; no address: " : "",
				facts->config_wrong ? facts->config_wrong : "");
		return;
	}
	if (knowledge_of(judgement).all && facts->nss.asked) {
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_CONFIG, CODE_NSS_DIFFERS, STAGE_RESOLVER,
						CONFIDENCE_PROVED, "the line hosts: of /etc/nsswitch.conf"},
				"the nameservers know \"%s\", and programs of this host are told that it is "
				"not known",
				name_of(judgement));
		return;
	}
	judge_servers(judgement);
}

static bool is_broadcast(const struct address *address)
{
	return address->family == FAMILY_IPV4 && memcmp(address->bytes, "\xff\xff\xff\xff", 4) == 0;
}

static bool leads_nowhere(const struct address *address)
{
	static const uint8_t zero[16];

	return address_is_loopback(address) || address_is_multicast(address) || is_broadcast(address) ||
	       memcmp(address->bytes, zero, address_size(address->family)) == 0;
}

static bool all_lead_nowhere(const struct examination *examination)
{
	for (size_t i = 0; i < examination->endpoint_count; i++)
		if (!leads_nowhere(&examination->endpoints[i].address))
			return false;
	return examination->endpoint_count > 0;
}

static bool hosts_agree(const struct resolver_facts *facts)
{
	for (size_t i = 0; i < facts->server_count; i++)
		for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
			const struct address_list *list = &facts->servers[i].answers[family].addresses;

			for (size_t j = 0; j < list->count; j++)
				for (size_t k = 0; k < facts->hosts.count; k++)
					if (address_equal(&list->list[j], &facts->hosts.list[k]))
						return true;
		}
	return false;
}

/* The name leads somewhere, and what is there does not do: it may be the wrong place. */
static void judge_misled(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;
	const struct resolver_facts *facts = &examination->resolver;

	if (facts->hosts.count && knowledge_of(judgement).some && !hosts_agree(facts))
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_CONFIG, CODE_HOSTS_ENTRY, STAGE_RESOLVER,
						CONFIDENCE_LIKELY, "take that line out, or mend it"},
				"%s sends \"%s\" to %s, and the nameservers elsewhere",
				facts->hosts_line ? facts->hosts_line : "/etc/hosts", name_of(judgement),
				judgement_address(judgement, &facts->hosts.list[0]));
	else if (!facts->hosts.count && all_lead_nowhere(examination) &&
		 strcmp(name_of(judgement), "localhost") != 0)
		judgement_fault(judgement,
				(struct charge){PARTY_RESOLVER, CODE_SINKHOLE, STAGE_RESOLVER,
						CONFIDENCE_PROVED,
						"ask who runs the nameserver: the name is on a block list"},
				"the nameserver sends \"%s\" to %s, which leads nowhere", name_of(judgement),
				judgement_address(judgement, &examination->endpoints[0].address));
}

void judge_name(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;

	if (examination->proxy.invalid) {
		judgement_fault(judgement,
				(struct charge){PARTY_LOCAL_CONFIG, CODE_PROXY_SETTING, STAGE_PROXY,
						CONFIDENCE_PROVED, NULL},
				"the proxy of %s cannot be used: %s", examination->proxy.source,
				examination->proxy.invalid);
		return;
	}
	if (!examination->resolver.reached)
		return;
	if (!examination->resolver.ok)
		judge_unresolved(judgement);
	else if (!examination->best || !endpoint_works(examination->best))
		judge_misled(judgement);
}
