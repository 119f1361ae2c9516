/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A staple counts when it is about the leaf, signed by who may sign it, and of today. Else staple_error says what it lacks. */
#include "staple.h"

#include "fwport/pool.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

/* Seconds that our clock and theirs may differ. */
enum { CLOCK_TOLERANCE = 300 };

static void response_free(OCSP_RESPONSE **response)
{
	OCSP_RESPONSE_free(*response);
}

static void basic_free(OCSP_BASICRESP **basic)
{
	OCSP_BASICRESP_free(*basic);
}

static void id_free(OCSP_CERTID **id)
{
	OCSP_CERTID_free(*id);
}

/* The issuer of the leaf: sent with it, or trusted by us. The caller frees it. */
static X509 *issuer_of(X509 *leaf, STACK_OF(X509) * sent, struct trust *trust)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509 *issuer = NULL;

	for (int i = 1; i < sk_X509_num(sent) && !issuer; i++)
		if (X509_check_issued(sk_X509_value(sent, i), leaf) == X509_V_OK) {
			issuer = sk_X509_value(sent, i);
			X509_up_ref(issuer);
		}
	if (!issuer && context && X509_STORE_CTX_init(context, trust_store(trust), leaf, sent))
		X509_STORE_CTX_get1_issuer(&issuer, context, leaf);
	X509_STORE_CTX_free(context);
	return issuer;
}

static const char *status_of(OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer, int *status)
{
	CLEANUP(id_free) OCSP_CERTID *id = OCSP_cert_to_id(NULL, leaf, issuer);
	ASN1_GENERALIZEDTIME *this_update = NULL, *next_update = NULL;
	int found;

	if (!id || !OCSP_resp_find_status(basic, id, &found, NULL, NULL, &this_update, &next_update))
		return "it is about another certificate";
	if (!OCSP_check_validity(this_update, next_update, CLOCK_TOLERANCE, -1))
		return "it is out of date";
	*status = found;
	return NULL;
}

static const char *examine_staple(OCSP_RESPONSE *response, STACK_OF(X509) * sent, struct trust *trust,
				  int *status)
{
	CLEANUP(basic_free) OCSP_BASICRESP *basic = NULL;
	X509 *leaf = sk_X509_value(sent, 0), *issuer;
	const char *error;

	if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		return OCSP_response_status_str(OCSP_response_status(response));
	basic = OCSP_response_get1_basic(response);
	if (!basic)
		return "it does not parse";
	if (OCSP_basic_verify(basic, sent, trust_store(trust), 0) <= 0)
		return "its signature cannot be verified";
	issuer = issuer_of(leaf, sent, trust);
	if (!issuer)
		return "the issuer it is about is not known";
	error = status_of(basic, leaf, issuer, status);
	X509_free(issuer);
	return error;
}

void staple_read(const unsigned char *bytes, long length, STACK_OF(X509) * sent, struct trust *trust,
		 struct chain_facts *facts)
{
	CLEANUP(response_free) OCSP_RESPONSE *response = NULL;

	facts->has_staple = bytes && length > 0;
	facts->staple_status = -1;
	if (!facts->has_staple || sk_X509_num(sent) <= 0)
		return;
	response = d2i_OCSP_RESPONSE(NULL, &bytes, length);
	facts->staple_error =
		response ? examine_staple(response, sent, trust, &facts->staple_status) : "it does not parse";
	ERR_clear_error();
}
