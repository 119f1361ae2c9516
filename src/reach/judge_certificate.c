/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what answers is what was asked for. The handshake was let pass whatever the certificate, so everything that is wrong with
 * it is known at once: trust first, then the dates, then the name. Somebody in between is accused only by what no honest target does.
 */
#include "config.h"

#include "judgement.h"

#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DAY = 86400 };

static void blame(struct judgement *judgement, enum party party, const char *code, enum confidence confidence,
		  const char *text, const char *next)
{
	judgement_fault(judgement, (struct charge){party, code, STAGE_CERTIFICATE, confidence, next}, "%s",
			text);
}

static bool has_error(const struct chain_facts *chain, int error)
{
	for (size_t i = 0; i < chain->error_count; i++)
		if (chain->errors[i] == error)
			return true;
	return false;
}

/* Names that products put into the certificates they make for the sites behind them. */
static const char *inspecting_product(const struct chain_facts *chain)
{
	static const char *const products[] = {
		"sslsplit",    "mitmproxy",     "Zscaler",
		"Fortinet",    "FortiGate",     "Blue Coat",
		"Palo Alto",   "Sophos",        "Kaspersky Anti-Virus",
		"Avast Web",   "Netskope",      "Cisco Umbrella",
		"McAfee Web",  "Charles Proxy", "PortSwigger",
		"Squid",       "Untangle",      "Barracuda",
		"Check Point", "WatchGuard",    "Forcepoint",
	};

	for (size_t i = 0; i < chain->count; i++)
		for (size_t j = 0; j < sizeof(products) / sizeof(products[0]); j++)
			if (chain->list[i].issuer && strcasestr(chain->list[i].issuer, products[j]))
				return products[j];
	return NULL;
}

/* One name in common from its second-last label on: www.example.com and example.com. */
static bool is_of_one_site(const char *a, const char *b)
{
	const char *shorter = strlen(a) < strlen(b) ? a : b, *longer = shorter == a ? b : a;
	const size_t rest = strlen(longer) - strlen(shorter);

	return strcasecmp(longer + rest, shorter) == 0 && (rest == 0 || longer[rest - 1] == '.');
}

/* The host of an absolute URL, into `out`. */
static bool host_of(const char *location, char *out, size_t size)
{
	const char *start = location ? strstr(location, "://") : NULL;
	size_t length;

	if (!start)
		return false;
	start += 3;
	length = strcspn(start, ":/?#");
	if (!length || length >= size)
		return false;
	memcpy(out, start, length);
	out[length] = '\0';
	return true;
}

/* Somebody who is trusted says that this is the target. Nobody in between has such a certificate. */
static bool is_the_target(const struct chain_facts *chain)
{
	return chain->reached && chain->trusted && chain->name_fits;
}

/*
 * Port 80 sends everybody elsewhere for now, not for good, and 443 is not the target's own: what stands in between wants a click
 * first. A site that has moved says so for good (301, 308).
 */
static bool judge_portal(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct plain_facts *plain = &judgement->examination->plain;
	const bool passing = plain->code == 302 || plain->code == 303 || plain->code == 307;
	char host[256];

	if (plain->reached && plain->code == 511) {
		blame(judgement, PARTY_CAPTIVE_PORTAL, CODE_PORTAL, CONFIDENCE_PROVED,
		      "the network wants a login first: port 80 answers 511", "log in with a browser");
		return true;
	}
	if (!plain->reached || !passing || endpoint_works(endpoint) || is_the_target(&endpoint->tls.chain) ||
	    !host_of(plain->location, host, sizeof(host)) ||
	    is_of_one_site(host, judgement->examination->target.host))
		return false;
	blame(judgement, PARTY_CAPTIVE_PORTAL, CODE_PORTAL, CONFIDENCE_LIKELY,
	      judgement_words(
		      judgement,
		      "the network seems to want a login first: port 80 sends everybody to %s for now", host),
	      "log in with a browser");
	return true;
}

static bool judge_interception(struct judgement *judgement, const struct chain_facts *chain)
{
	const char *product = inspecting_product(chain);

	if (chain->trusted || !chain->count)
		return false;
	if (judgement->examination->opinion.direct_works == OPINION_YES) {
		blame(judgement, PARTY_INTERCEPTION, CODE_INSPECTING_ISSUER, CONFIDENCE_PROVED,
		      judgement_words(judgement,
				      "the proxy answers in the name of the target, with a certificate by "
				      "\"%s\"; without it the target's own is trusted",
				      chain->list[0].issuer ? chain->list[0].issuer : ""),
		      NULL);
		return true;
	}
	if (judgement->examination->opinion.other_name_minted == OPINION_YES) {
		blame(judgement, PARTY_INTERCEPTION, CODE_MINTED, CONFIDENCE_PROVED,
		      judgement_words(judgement,
				      "something in between makes certificates on the fly: for a name that "
				      "nobody has it "
				      "made one too, by \"%s\"",
				      chain->list[0].issuer ? chain->list[0].issuer : ""),
		      NULL);
		return true;
	}
	if (!product)
		return false;
	blame(judgement, PARTY_INTERCEPTION, CODE_INSPECTING_ISSUER, CONFIDENCE_LIKELY,
	      judgement_words(judgement, "the certificate is made by an inspecting proxy (%s): \"%s\"",
			      product, chain->list[0].issuer),
	      NULL);
	return true;
}

/* The target's clock is told by its answer, and says who is wrong. */
static bool judge_clock(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct chain_facts *chain = &endpoint->tls.chain;
	const int64_t date = endpoint->http.reached ? endpoint->http.date : -1;

	if (date < 0 || !chain->count ||
	    (!has_error(chain, X509_V_ERR_CERT_NOT_YET_VALID) &&
	     !has_error(chain, X509_V_ERR_CERT_HAS_EXPIRED)))
		return false;
	if (date < chain->list[0].not_before || date > chain->list[0].not_after ||
	    llabs((long long)(date - judgement->examination->now)) < DAY)
		return false;
	blame(judgement, PARTY_LOCAL_CONFIG, CODE_CLOCK, CONFIDENCE_LIKELY,
	      judgement_words(judgement,
			      "this host's clock is %lld days away from the target's, by which the "
			      "certificate is valid",
			      llabs((long long)(date - judgement->examination->now)) / DAY),
	      "timedatectl");
	return true;
}

static const char *leaf_issuer(const struct chain_facts *chain)
{
	return chain->count && chain->list[0].issuer ? chain->list[0].issuer : "nobody";
}

static void judge_trust(struct judgement *judgement, const struct chain_facts *chain)
{
	if (chain->store_empty)
		blame(judgement, PARTY_LOCAL_CONFIG, CODE_TRUST_STORE, CONFIDENCE_PROVED,
		      "this host trusts no issuer of certificates at all, or who asks cannot read whom it "
		      "trusts",
		      "apt-get install ca-certificates; ls -l /etc/ssl/certs");
	else if (has_error(chain, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT))
		blame(judgement, PARTY_REMOTE_CERT, CODE_SELF_SIGNED, CONFIDENCE_PROVED,
		      judgement_words(judgement, "the certificate is signed by itself: \"%s\"",
				      leaf_issuer(chain)),
		      NULL);
	else if (chain->intermediate_evidence)
		blame(judgement, PARTY_REMOTE_CERT, CODE_MISSING_INTERMEDIATE, CONFIDENCE_LIKELY,
		      judgement_words(judgement,
				      "the target does not send the certificate of its issuer \"%s\": %s",
				      leaf_issuer(chain), chain->intermediate_evidence),
		      "the server's configuration: send the whole chain (fullchain.pem)");
	else if (has_error(chain, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN) ||
		 has_error(chain, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) ||
		 has_error(chain, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT) ||
		 has_error(chain, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE))
		blame(judgement, PARTY_REMOTE_CERT, CODE_UNKNOWN_ISSUER, CONFIDENCE_PROVED,
		      judgement_words(judgement, "nobody here knows the issuer of the certificate, \"%s\"",
				      leaf_issuer(chain)),
		      "if it is to be trusted: --cafile FILE");
}

/* What is left of OpenSSL's errors once trust, dates and name are judged. */
static const struct {
	int error;
	const char *code;
} other_errors[] = {
	{X509_V_ERR_CERT_REVOKED, CODE_REVOKED},
	{X509_V_ERR_EE_KEY_TOO_SMALL, CODE_WEAK_KEY},
	{X509_V_ERR_CA_KEY_TOO_SMALL, CODE_WEAK_KEY},
	{X509_V_ERR_CA_MD_TOO_WEAK, CODE_WEAK_SIGNATURE},
	{X509_V_ERR_INVALID_PURPOSE, CODE_WRONG_PURPOSE},
	{X509_V_ERR_CERT_SIGNATURE_FAILURE, CODE_CERTIFICATE_INVALID},
	{X509_V_ERR_INVALID_CA, CODE_CERTIFICATE_INVALID},
	{X509_V_ERR_PATH_LENGTH_EXCEEDED, CODE_CERTIFICATE_INVALID},
	{X509_V_ERR_CERT_CHAIN_TOO_LONG, CODE_CERTIFICATE_INVALID},
	{X509_V_ERR_PERMITTED_VIOLATION, CODE_CERTIFICATE_INVALID},
	{X509_V_ERR_EXCLUDED_VIOLATION, CODE_CERTIFICATE_INVALID},
	{X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, CODE_CERTIFICATE_INVALID},
};

/* Told by judge_trust and judge_dates. */
static bool is_told_elsewhere(int error)
{
	static const int errors[] = {
		X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
		X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
		X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
		X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
		X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
		X509_V_ERR_CERT_HAS_EXPIRED,
		X509_V_ERR_CERT_NOT_YET_VALID,
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] == error)
			return true;
	return false;
}

static bool has_code(int error)
{
	for (size_t i = 0; i < sizeof(other_errors) / sizeof(other_errors[0]); i++)
		if (other_errors[i].error == error)
			return true;
	return false;
}

/* Whatever OpenSSL has against a certificate, its clients refuse it: what no table names is a fault, too. */
static void judge_unnamed(struct judgement *judgement, const struct chain_facts *chain)
{
	for (size_t i = 0; i < chain->error_count; i++)
		if (!is_told_elsewhere(chain->errors[i]) && !has_code(chain->errors[i]))
			blame(judgement, PARTY_REMOTE_CERT, CODE_CERTIFICATE_INVALID, CONFIDENCE_PROVED,
			      judgement_words(judgement, "the certificate: %s",
					      X509_verify_cert_error_string(chain->errors[i])),
			      NULL);
	if (!chain->trusted && !chain->error_count)
		blame(judgement, PARTY_REMOTE_CERT, CODE_CERTIFICATE_INVALID, CONFIDENCE_PROVED,
		      "the certificate leads to nobody that this host trusts", NULL);
}

static void judge_others(struct judgement *judgement, const struct chain_facts *chain)
{
	for (size_t i = 0; i < sizeof(other_errors) / sizeof(other_errors[0]); i++)
		if (has_error(chain, other_errors[i].error))
			blame(judgement, PARTY_REMOTE_CERT, other_errors[i].code, CONFIDENCE_PROVED,
			      judgement_words(judgement, "the certificate: %s",
					      X509_verify_cert_error_string(other_errors[i].error)),
			      NULL);
	if (chain->has_staple && chain->staple_status == V_OCSP_CERTSTATUS_REVOKED)
		blame(judgement, PARTY_REMOTE_CERT, CODE_REVOKED, CONFIDENCE_PROVED,
		      "the certificate is revoked, and the target itself brings the proof (its OCSP staple)",
		      NULL);
}

static void judge_dates(struct judgement *judgement, const struct chain_facts *chain)
{
	const int64_t now = judgement->examination->now;

	if (has_error(chain, X509_V_ERR_CERT_HAS_EXPIRED))
		blame(judgement, PARTY_REMOTE_CERT, CODE_EXPIRED, CONFIDENCE_PROVED,
		      judgement_words(
			      judgement, "the certificate, or one that it rests on, has expired%s",
			      chain->count && chain->list[0].not_after < now
				      ? judgement_words(judgement, " (%lld days ago)",
							(long long)(now - chain->list[0].not_after) / DAY)
				      : ""),
		      NULL);
	if (has_error(chain, X509_V_ERR_CERT_NOT_YET_VALID))
		blame(judgement, PARTY_REMOTE_CERT, CODE_NOT_YET_VALID, CONFIDENCE_PROVED,
		      "the certificate, or one that it rests on, is not valid yet",
		      "is this host's clock right? timedatectl");
}

static void judge_identity(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct options *options = judgement->examination->equipment->options;
	const struct chain_facts *chain = &endpoint->tls.chain;
	const struct certificate_facts *leaf = chain->count ? &chain->list[0] : NULL;

	if (!chain->name_fits)
		blame(judgement, PARTY_REMOTE_CERT, CODE_WRONG_NAME, CONFIDENCE_PROVED,
		      judgement_words(judgement, "the certificate is for %s, and not for \"%s\"",
				      leaf && leaf->names ? leaf->names : "no name at all",
				      options->sni ? options->sni : judgement->examination->target.host),
		      NULL);
	if (options->pin && leaf && leaf->key_pin && strcmp(options->pin, leaf->key_pin) != 0)
		blame(judgement, PARTY_REMOTE_CERT, CODE_PIN_MISMATCH, CONFIDENCE_PROVED,
		      judgement_words(judgement, "the target's key is %s, and not the one of --pin",
				      leaf->key_pin),
		      NULL);
	if (options->expect_issuer && !strcasestr(leaf_issuer(chain), options->expect_issuer))
		blame(judgement, PARTY_REMOTE_CERT, CODE_ISSUER_CHANGED, CONFIDENCE_PROVED,
		      judgement_words(judgement, "the issuer is \"%s\", and not \"%s\"", leaf_issuer(chain),
				      options->expect_issuer),
		      NULL);
}

void judge_certificate(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct chain_facts *chain = &endpoint->tls.chain;

	if (judge_portal(judgement, endpoint) || !chain->reached)
		return;
	if (judge_interception(judgement, chain) || judge_clock(judgement, endpoint))
		return;
	if (!chain->trusted)
		judge_trust(judgement, chain);
	judge_others(judgement, chain);
	judge_unnamed(judgement, chain);
	judge_dates(judgement, chain);
	judge_identity(judgement, endpoint);
}
