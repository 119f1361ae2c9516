/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recipes by OpenSSL's own calls; serial numbers count up, so that no two certificates are one. */
#include "cmocka_all.h"

#include "authority.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

enum { DAY = 86400, DAYS = 90 };

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	if (!value)
		return;
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	assert_non_null(extension);
	assert_true(X509_add_ext(certificate, extension, -1));
	X509_EXTENSION_free(extension);
}

static void add_name(X509_NAME *name, const char *field, const char *value)
{
	if (value)
		assert_true(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
						       (const unsigned char *)value, -1, -1, 0));
}

static EVP_PKEY *key_make(unsigned rsa_bits)
{
	EVP_PKEY *key = rsa_bits ? EVP_RSA_gen(rsa_bits) : EVP_EC_gen("P-256");

	assert_non_null(key);
	return key;
}

static void set_dates(X509 *certificate, const struct recipe *recipe)
{
	const bool usual = recipe->from_day == 0 && recipe->to_day == 0;

	X509_gmtime_adj(X509_getm_notBefore(certificate), (usual ? -1L : recipe->from_day) * DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), (usual ? DAYS : recipe->to_day) * (long)DAY);
}

struct identity identity_make(const struct recipe *recipe)
{
	static long serial;
	struct identity made = {.certificate = X509_new(), .key = key_make(recipe->rsa_bits)};
	const struct identity *issuer = recipe->issuer ? recipe->issuer : &made;
	X509_NAME *name = X509_get_subject_name(made.certificate);

	X509_set_version(made.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), ++serial);
	set_dates(made.certificate, recipe);
	add_name(name, "O", recipe->organization);
	add_name(name, "CN", recipe->name);
	X509_set_issuer_name(made.certificate, X509_get_subject_name(issuer->certificate));
	X509_set_pubkey(made.certificate, made.key);
	extend(made.certificate, issuer->certificate, NID_basic_constraints,
	       recipe->is_ca ? "critical,CA:TRUE" : "CA:FALSE");
	extend(made.certificate, issuer->certificate, NID_subject_alt_name, recipe->names);
	extend(made.certificate, issuer->certificate, NID_ext_key_usage, recipe->purpose);
	extend(made.certificate, issuer->certificate, NID_info_access, recipe->access);
	assert_true(X509_sign(made.certificate, issuer->key, recipe->digest ? recipe->digest : EVP_sha256()));
	return made;
}

void identity_free(struct identity *identity)
{
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
	*identity = (struct identity){0};
}

void certificates_write(const char *path, const struct identity *const *identities, size_t count)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (size_t i = 0; i < count; i++)
		assert_true(PEM_write_X509(file, identities[i]->certificate));
	assert_int_equal(fclose(file), 0);
}

void key_write(const char *path, const struct identity *identity)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(PEM_write_PrivateKey(file, identity->key, NULL, NULL, 0, NULL, NULL));
	assert_int_equal(fclose(file), 0);
}
