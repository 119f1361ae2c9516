/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a target that can be reached: a family or an address that does not work, loss, a certificate that ends soon, HTTP
 * that is not protected, HTTP/3 that is promised and does not come. A healthy target has none of it.
 */
#include "hsts.h"
#include "judgement.h"

#include <errno.h>
#include <string.h>

enum { DAY = 86400, DAYS_SOON = 14, SLOW_MS = 3000, LOSSES_TOLD = 1 };

/* What its own judgement would be. */
static struct finding finding_of(struct judgement *judgement, const struct endpoint *endpoint)
{
	struct examination alone = *judgement->examination;
	struct judgement own = {.examination = &alone};

	alone.warnings = (struct findings){0};
	alone.verdict = (struct finding){0};
	judge_way(&own, endpoint);
	judge_tls(&own, endpoint);
	judge_certificate(&own, endpoint);
	judgement->failed = judgement->failed || own.failed;
	return own.is_blocked ? alone.verdict : (struct finding){.party = PARTY_OK};
}

static bool family_works(const struct examination *examination, enum family family)
{
	for (size_t i = 0; i < examination->endpoint_count; i++)
		if (examination->endpoints[i].address.family == family &&
		    endpoint_connects(&examination->endpoints[i]))
			return true;
	return false;
}

/* A host that has no address of a family, or no route for it, has that family not at all, and misses nothing. */
static bool is_without_family(const struct endpoint *endpoint)
{
	return endpoint->route.reached &&
	       (endpoint->route.status == ROUTE_NONE || endpoint->route.status == ROUTE_NO_SOURCE);
}

static void judge_other_endpoint(struct judgement *judgement, const struct endpoint *endpoint)
{
	const enum family family = endpoint->address.family;
	const bool whole_family = !family_works(judgement->examination, family);
	struct finding finding;

	if (endpoint_works(endpoint) || is_without_family(endpoint))
		return;
	finding = finding_of(judgement, endpoint);
	if (finding.party == PARTY_OK)
		return;
	judgement_warning(
		judgement,
		(struct charge){finding.party, whole_family ? CODE_FAMILY_BROKEN : CODE_SOME_ADDRESSES_FAIL,
				finding.stage, finding.confidence, finding.next},
		"%s%s: %s", family_name(family), whole_family ? " does not work" : "", finding.text);
}

static void judge_loss(struct judgement *judgement)
{
	const struct opinion_facts *opinion = &judgement->examination->opinion;

	if (opinion->more_losses < LOSSES_TOLD || judge_losses_here(judgement, judgement->examination->best))
		return;
	judgement_warning(
		judgement, (struct charge){PARTY_PATH, CODE_LOSS, STAGE_TCP, CONFIDENCE_LIKELY, NULL},
		"packets are lost on the way: %u of %u more connections had to send their SYN again",
		opinion->more_losses, opinion->more_connects);
}

static void judge_slowness(struct judgement *judgement)
{
	const struct endpoint *best = judgement->examination->best;

	if (best->http.reached && best->http.ms > SLOW_MS)
		judgement_warning(
			judgement,
			(struct charge){PARTY_REMOTE_HTTP, CODE_SLOW, STAGE_HTTP, CONFIDENCE_LIKELY, NULL},
			"the answer took %.1f s", best->http.ms / 1000);
}

/* Renewals are made when a third of the time is left, so that less is a sign that nobody does. */
static void judge_expiry(struct judgement *judgement)
{
	const struct chain_facts *chain = &judgement->examination->best->tls.chain;
	const struct certificate_facts *leaf = chain->count ? &chain->list[0] : NULL;
	int64_t left;

	if (!chain->reached || !leaf)
		return;
	left = leaf->not_after - judgement->examination->now;
	if (left < 0 || left > (int64_t)DAYS_SOON * DAY || left > (leaf->not_after - leaf->not_before) / 3)
		return;
	judgement_warning(judgement,
			  (struct charge){PARTY_REMOTE_CERT, CODE_EXPIRES_SOON, STAGE_CERTIFICATE,
					  CONFIDENCE_PROVED, NULL},
			  "the certificate expires in %lld days", (long long)(left / DAY));
}

/* curl takes a name from the subject where there is no other one; browsers have not done so for years. */
static void judge_subject(struct judgement *judgement)
{
	if (judgement->examination->best->tls.chain.name_in_subject_only)
		judgement_warning(
			judgement,
			(struct charge){PARTY_REMOTE_CERT, CODE_WRONG_NAME, STAGE_CERTIFICATE,
					CONFIDENCE_PROVED, NULL},
			"the certificate has the name in its subject alone, where browsers do not look");
}

/* Programs that ask for it refuse a certificate that promises its staple and comes without. */
static void judge_staple(struct judgement *judgement)
{
	const struct chain_facts *chain = &judgement->examination->best->tls.chain;

	if (!chain->reached || !chain->count || !chain->list[0].wants_staple || chain->has_staple)
		return;
	judgement_warning(judgement,
			  (struct charge){PARTY_REMOTE_CERT, CODE_STAPLE_BAD, STAGE_CERTIFICATE,
					  CONFIDENCE_PROVED, "the server's configuration: staple OCSP"},
			  "the certificate says that its OCSP staple comes with it (must-staple), and none "
			  "came: some browsers refuse that");
}

/* The issuer of the last time is another. A new key is what every renewal brings. */
static void judge_change(struct judgement *judgement)
{
	const struct baseline_facts *before = &judgement->examination->before;
	const struct chain_facts *chain = &judgement->examination->best->tls.chain;
	const char *issuer = chain->reached && chain->count ? chain->list[0].issuer : NULL;

	if (!before->known || !before->issuer || !issuer || strcmp(before->issuer, issuer) == 0)
		return;
	judgement_warning(judgement,
			  (struct charge){PARTY_REMOTE_CERT, CODE_ISSUER_CHANGED, STAGE_CERTIFICATE,
					  CONFIDENCE_PROVED, "is it meant? somebody else may answer now"},
			  "the issuer of the certificate was \"%s\" the last time, and is \"%s\" now",
			  before->issuer, issuer);
}

/* max-age=0 takes back what was said before. */
static bool binds_to_https(const struct http_facts *http)
{
	return http->hsts && hsts_max_age(http->hsts) > 0;
}

static void judge_protection(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;
	const struct http_facts *http = &examination->best->http;
	const struct plain_facts *plain = &examination->plain;

	if (http->reached && http->status == HTTP_OK && http->code < 400 && !binds_to_https(http) &&
	    !examination->target.is_address)
		judgement_warning(
			judgement,
			(struct charge){PARTY_REMOTE_HTTP, CODE_NO_HSTS, STAGE_HTTP, CONFIDENCE_PROVED, NULL},
			"%s: the next visit may be led to http",
			http->hsts ? "Strict-Transport-Security of the answer does not hold for a second"
				   : "the answer has no Strict-Transport-Security");
	if (http->reached && http->status == HTTP_OK && http->last_code >= 400 && http->last_code < 500)
		judgement_warning(judgement,
				  (struct charge){PARTY_REMOTE_HTTP, CODE_CLIENT_ERROR, STAGE_HTTP,
						  CONFIDENCE_PROVED, NULL},
				  "the server answers, and refuses this request: %d", http->last_code);
	if (plain->reached && plain->status == HTTP_OK && plain->code >= 200 && plain->code < 400 &&
	    !plain->to_https)
		judgement_warning(judgement,
				  (struct charge){PARTY_REMOTE_HTTP, CODE_NO_REDIRECT, STAGE_HTTP,
						  CONFIDENCE_PROVED, NULL},
				  "port 80 answers %d, and does not send on to https", plain->code);
}

/* A refusal that came from elsewhere is of something in between. */
static bool says_closed_itself(const struct examination *examination)
{
	const struct http3_facts *http3 = &examination->http3;

	return http3->status == QUIC_REFUSED &&
	       (!http3->icmp.from_known || address_equal(&http3->icmp.from, &examination->best->address));
}

/* A packet that this host's own firewall drops on its way out is told to the sender as EPERM. */
static void judge_http3(struct judgement *judgement)
{
	const struct http3_facts *http3 = &judgement->examination->http3;
	struct charge charge = {PARTY_PATH, CODE_QUIC_BLOCKED, STAGE_HTTP3, CONFIDENCE_LIKELY, NULL};

	if (!http3->reached || http3->status == QUIC_ANSWERS)
		return;
	if (http3->rule || http3->sys == EPERM) {
		charge = (struct charge){PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP, STAGE_HTTP3,
					 CONFIDENCE_PROVED, "fwport open --out http3"};
		judgement_warning(judgement, charge,
				  "HTTP/3 is offered, and this host's firewall stops it%s%s",
				  http3->rule ? ": " : "", http3->rule ? http3->rule : "");
	} else if (says_closed_itself(judgement->examination)) {
		charge.party = PARTY_REMOTE_HTTP;
		charge.code = CODE_HTTP3_DEAD;
		judgement_warning(judgement, charge, "HTTP/3 is offered, and its UDP port is closed");
	} else if (http3->status != QUIC_LOCAL) {
		judgement_warning(judgement, charge, "HTTP/3 is offered, and %s",
				  http3->icmp.known ? "the way there refuses UDP" : "nothing answers by UDP");
	}
}

static bool server_fails(const struct judgement *judgement, const struct nameserver_facts *server)
{
	const unsigned wanted = options_families(judgement->examination->equipment->options);

	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++)
		if (wanted & FAMILY_BIT(family) && server->answers[family].status != DNS_OK &&
		    server->answers[family].status != DNS_NODATA)
			return true;
	return false;
}

static void judge_resolver(struct judgement *judgement)
{
	const struct resolver_facts *facts = &judgement->examination->resolver;

	for (size_t i = 0; facts->reached && !facts->hosts.count && !facts->suffix && i < facts->server_count;
	     i++)
		if (server_fails(judgement, &facts->servers[i]))
			judgement_warning(judgement,
					  (struct charge){PARTY_RESOLVER, CODE_SOME_SERVERS_FAIL,
							  STAGE_RESOLVER, CONFIDENCE_PROVED, NULL},
					  "nameserver %s does not answer this question as it should",
					  judgement_address(judgement, &facts->servers[i].address));
	if (facts->reached && facts->suffix)
		judgement_warning(judgement,
				  (struct charge){PARTY_LOCAL_CONFIG, CODE_SEARCH_LIST, STAGE_RESOLVER,
						  CONFIDENCE_PROVED, NULL},
				  "the name was found only with the suffix \"%s\" of the search list",
				  facts->suffix);
}

static void judge_contradiction(struct judgement *judgement)
{
	const struct endpoint *best = judgement->examination->best;

	if (best->firewall.reached && best->firewall.verdict == FIREWALL_BLOCKED)
		judgement_warning(judgement,
				  (struct charge){PARTY_LOCAL_FIREWALL, CODE_CONTRADICTION, STAGE_FIREWALL,
						  CONFIDENCE_PROVED, NULL},
				  "the connection passed, and by the rules it should not: %s",
				  best->firewall.rule ? best->firewall.rule : "");
}

void judge_beside(struct judgement *judgement)
{
	const struct examination *examination = judgement->examination;

	judge_resolver(judgement);
	for (size_t i = 0; i < examination->endpoint_count; i++)
		if (&examination->endpoints[i] != examination->best)
			judge_other_endpoint(judgement, &examination->endpoints[i]);
	judge_contradiction(judgement);
	judge_loss(judgement);
	judge_slowness(judgement);
	judge_expiry(judgement);
	judge_subject(judgement);
	judge_staple(judgement);
	judge_change(judgement);
	judge_protection(judgement);
	judge_http3(judgement);
}
