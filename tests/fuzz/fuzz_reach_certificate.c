/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a certificate, and as a staple that comes with it: what parses has all its facts, and no staple of a stranger counts. */
#include "certificate.h"
#include "staple.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static struct trust *nobody(void)
{
	static struct trust *trust;
	const struct options options = {0};
	struct error err;

	setenv("SSL_CERT_DIR", "/nonexistent", 1);
	setenv("SSL_CERT_FILE", "/nonexistent", 1);
	require(trust || trust_load(&options, &trust, &err) == 0);
	return trust;
}

static void read_certificate(X509 *certificate, struct pool *pool)
{
	struct certificate_facts facts;
	struct error err;

	require(certificate_read(certificate, pool, &facts, &err) == 0);
	require(facts.subject && facts.issuer && facts.names && facts.signature);
	require(!facts.key_pin || strlen(facts.key_pin) == strlen("sha256//") + 44);
	certificate_scts(certificate);
}

static void read_staple(const uint8_t *bytes, size_t length, X509 *certificate)
{
	STACK_OF(X509) *sent = sk_X509_new_null();
	struct chain_facts facts = {0};

	sk_X509_push(sent, certificate);
	staple_read(bytes, (long)length, sent, nobody(), &facts);
	require(!facts.has_staple || (facts.staple_error && facts.staple_status == -1));
	sk_X509_free(sent);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const uint8_t *rest = bytes;
	X509 *certificate = d2i_X509(NULL, &rest, (long)length);

	if (certificate) {
		read_certificate(certificate, &pool);
		read_staple(rest, length - (size_t)(rest - bytes), certificate);
	}
	X509_free(certificate);
	return 0;
}
