/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verification that never stops: every error is noted, each once, and the next is looked for. No certificate is fetched from anywhere:
 * that one is missing in the middle is told by what the last one says of its issuer.
 */
#include "chain.h"

#include "certificate.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

/* As browsers and Debian have it: keys of 112 bits, and no SHA-1. */
enum { SECURITY_LEVEL = 2 };
enum { ERRORS_MOST = 32, CERTIFICATES_MOST = 64, NAME_MOST = 256 };

struct verification {
	int errors[ERRORS_MOST];
	size_t error_count;
	bool trusted;
	STACK_OF(X509) * chain; /* from the leaf to as far as it was found */
};

static void verification_free(struct verification *verification)
{
	sk_X509_pop_free(verification->chain, X509_free);
}

static void context_free(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
}

static bool has_error(const struct verification *verification, int error)
{
	for (size_t i = 0; i < verification->error_count; i++)
		if (verification->errors[i] == error)
			return true;
	return false;
}

static int note_error(int ok, X509_STORE_CTX *context)
{
	struct verification *verification = X509_STORE_CTX_get_app_data(context);
	const int error = X509_STORE_CTX_get_error(context);

	if (!ok && verification->error_count < ERRORS_MOST && !has_error(verification, error))
		verification->errors[verification->error_count++] = error;
	return 1;
}

/* Signatures that do not hold lead nowhere, whoever stands at the end. */
static bool ends_trusted(X509_STORE_CTX *context, const struct verification *verification)
{
	return X509_STORE_CTX_get_num_untrusted(context) < sk_X509_num(verification->chain) &&
	       !has_error(verification, X509_V_ERR_CERT_SIGNATURE_FAILURE) &&
	       !has_error(verification, X509_V_ERR_INVALID_CA);
}

/* An intermediate or a leaf that the store holds ends the search, as it does for curl. */
static int verify_once(STACK_OF(X509) * sent, struct trust *trust, struct verification *out,
		       struct error *err)
{
	CLEANUP(context_free) X509_STORE_CTX *context = X509_STORE_CTX_new();

	if (!context || !X509_STORE_CTX_init(context, trust_store(trust), sk_X509_value(sent, 0), sent) ||
	    !X509_STORE_CTX_set_default(context, "ssl_server"))
		return error_memory(err);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), SECURITY_LEVEL);
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_CTX_set_verify_cb(context, note_error);
	X509_STORE_CTX_set_app_data(context, out);
	if (X509_verify_cert(context) <= 0 && !out->error_count)
		note_error(0, context);
	ERR_clear_error();
	out->chain = X509_STORE_CTX_get1_chain(context);
	if (!out->chain)
		return error_memory(err);
	out->trusted = ends_trusted(context, out);
	return 0;
}

/* Whether the store is whole is asked before: another thread may complete it meanwhile. */
static int verify(STACK_OF(X509) * sent, struct trust *trust, struct verification *out, struct error *err)
{
	const bool whole = trust_is_whole(trust);

	if (verify_once(sent, trust, out, err) < 0)
		return -1;
	if (out->trusted || whole)
		return 0;
	trust_read_rest(trust);
	verification_free(out);
	*out = (struct verification){0};
	return verify_once(sent, trust, out, err);
}

static bool same_organization(const X509_NAME *a, const X509_NAME *b)
{
	char of_a[NAME_MOST], of_b[NAME_MOST];

	return X509_NAME_get_text_by_NID(a, NID_organizationName, of_a, sizeof(of_a)) > 0 &&
	       X509_NAME_get_text_by_NID(b, NID_organizationName, of_b, sizeof(of_b)) > 0 &&
	       strcmp(of_a, of_b) == 0;
}

static bool trusts_organization(struct trust *trust, const X509_NAME *name)
{
	STACK_OF(X509_OBJECT) * objects;
	bool found = false;

	X509_STORE_lock(trust_store(trust));
	objects = X509_STORE_get0_objects(trust_store(trust));
	for (int i = 0; i < sk_X509_OBJECT_num(objects) && !found; i++) {
		const X509 *held = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

		found = held && same_organization(X509_get_subject_name(held), name);
	}
	X509_STORE_unlock(trust_store(trust));
	return found;
}

static bool sends_strangers(STACK_OF(X509) * sent)
{
	for (int i = 1; i < sk_X509_num(sent); i++)
		if (X509_cmp(sk_X509_value(sent, i), sk_X509_value(sent, 0)) != 0)
			return true;
	return false;
}

/*
 * Why the issuer that is not there is an intermediate, and not a root that we do not trust. An intermediate that was sent names its
 * issuer's address whoever the root is, so that there only those count that are known to be public.
 */
static const char *missing_intermediate(const struct verification *verification, STACK_OF(X509) * sent,
					const struct chain_facts *facts, struct trust *trust)
{
	const X509 *last = sk_X509_value(verification->chain, sk_X509_num(verification->chain) - 1);
	const bool is_leaf = sk_X509_num(verification->chain) == 1;

	if (verification->trusted ||
	    X509_NAME_cmp(X509_get_subject_name(last), X509_get_issuer_name(last)) == 0)
		return NULL;
	if (facts->sct_count)
		return "it is in the public certificate logs";
	if (trusts_organization(trust, X509_get_issuer_name(last)))
		return "its issuer belongs to an organization that is trusted";
	if (is_leaf && facts->list[0].issuer_url)
		return "it tells where its issuer can be fetched";
	if (is_leaf && sends_strangers(sent))
		return "none of the certificates sent with it is its issuer";
	return NULL;
}

/* OpenSSL lets no wildcard stand for a label with an underscore; browsers and curl do. */
static bool bears_wildcard(X509 *leaf, const char *name, size_t length, unsigned flags)
{
	char plain[NAME_MOST], *found = NULL;
	bool bears;

	if (length >= sizeof(plain) || !memchr(name, '_', strcspn(name, ".")))
		return false;
	for (size_t i = 0; i < length; i++)
		plain[i] = name[i];
	for (size_t i = 0; i < strcspn(name, "."); i++)
		plain[i] = name[i] == '_' ? '-' : name[i];
	bears = X509_check_host(leaf, plain, length, flags, &found) == 1 && found && found[0] == '*';
	OPENSSL_free(found);
	return bears;
}

/* The dot that ends an absolute name is in no certificate. */
static bool bears_name(X509 *leaf, const char *name, unsigned flags)
{
	size_t length = strlen(name);

	length -= length && name[length - 1] == '.';
	return X509_check_ip_asc(leaf, name, 0) == 1 ||
	       (length && X509_check_host(leaf, name, length, flags, NULL) == 1) ||
	       bears_wildcard(leaf, name, length, flags);
}

static bool bears_name_in_subject_only(X509 *leaf, const char *name)
{
	return bears_name(leaf, name, 0) && !bears_name(leaf, name, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
}

static int read_certificates(STACK_OF(X509) * sent, struct pool *pool, struct chain_facts *out,
			     struct error *err)
{
	const int sent_count = sk_X509_num(sent);
	const size_t count = sent_count > CERTIFICATES_MOST ? CERTIFICATES_MOST : (size_t)sent_count;

	out->list = pool_alloc(pool, count * sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		if (certificate_read(sk_X509_value(sent, (int)i), pool, &out->list[i], err) < 0)
			return -1;
	out->count = count;
	out->sct_count = certificate_scts(sk_X509_value(sent, 0));
	return 0;
}

int chain_read(STACK_OF(X509) * sent, struct trust *trust, const char *name, struct pool *pool,
	       struct chain_facts *out, struct error *err)
{
	CLEANUP(verification_free) struct verification verification = {0};
	struct chain_facts facts = {.reached = true, .staple_status = -1};
	X509 *leaf = sk_X509_value(sent, 0);

	if (!leaf)
		return 0;
	if (read_certificates(sent, pool, &facts, err) < 0 || verify(sent, trust, &verification, err) < 0)
		return -1;
	facts.errors = pool_copy(pool, verification.errors, sizeof(verification.errors));
	if (!facts.errors)
		return error_memory(err);
	facts.error_count = verification.error_count;
	facts.trusted = verification.trusted;
	facts.store_empty = !facts.trusted && trust_is_empty(trust);
	facts.name_fits = bears_name(leaf, name, 0);
	facts.name_in_subject_only = bears_name_in_subject_only(leaf, name);
	facts.intermediate_evidence = missing_intermediate(&verification, sent, &facts, trust);
	*out = facts;
	return 0;
}

int chain_check(STACK_OF(X509) * sent, struct trust *trust)
{
	CLEANUP(verification_free) struct verification verification = {0};
	struct error ignored;

	if (sk_X509_num(sent) <= 0 || verify(sent, trust, &verification, &ignored) < 0)
		return X509_V_ERR_UNSPECIFIED;
	if (verification.error_count)
		return verification.errors[0];
	return verification.trusted ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED;
}
