/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Certificates for the tests of fwport-check, made on the spot: right in everything but what the recipe says. What cannot be made
 * fails the test.
 */
#ifndef FWPORT_TEST_AUTHORITY_H
#define FWPORT_TEST_AUTHORITY_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

struct identity {
	X509 *certificate;
	EVP_PKEY *key;
};

struct recipe {
	const char *name, *organization; /* of the subject */
	const char *names;               /* subjectAltName, as OpenSSL's configuration has it */
	const struct identity *issuer;   /* NULL: itself */
	bool is_ca;
	unsigned rsa_bits;    /* 0: a key on P-256 */
	int from_day, to_day; /* from today; both 0: yesterday to in 90 days */
	const EVP_MD *digest; /* NULL: SHA-256 */
	const char *purpose;  /* extendedKeyUsage */
	const char *access;   /* authorityInfoAccess */
};

struct identity identity_make(const struct recipe *recipe);
void identity_free(struct identity *identity);
/* Into one file, one after the other. */
void certificates_write(const char *path, const struct identity *const *identities, size_t count);
void key_write(const char *path, const struct identity *identity);

#endif
