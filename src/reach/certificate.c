/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a certificate says of itself. All of it was written by a stranger: names are copied byte by byte, and only a NUL, which would
 * end them early, is written out.
 */
#include "certificate.h"

#include "fwport/text.h"

#include <openssl/ct.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

enum { PIN_BYTES = 32, PIN_BASE64 = 45 };

static void bio_free(BIO **bio)
{
	BIO_free(*bio);
}

static void names_free(GENERAL_NAMES **names)
{
	GENERAL_NAMES_free(*names);
}

static void access_free(AUTHORITY_INFO_ACCESS **access)
{
	AUTHORITY_INFO_ACCESS_free(*access);
}

static void openssl_free(unsigned char **bytes)
{
	OPENSSL_free(*bytes);
}

static void add_bytes(struct text *text, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i])
			text_add_bytes(text, &bytes[i], 1);
		else
			text_add(text, "\\0");
}

static const char *keep(const struct text *text, struct pool *pool)
{
	return text->failed ? NULL : pool_text(pool, text_string(text));
}

/* RFC 2253, but with letters that are not ASCII as UTF-8. */
static const char *name_text(const X509_NAME *name, struct pool *pool)
{
	CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_mem());
	CLEANUP(text_free) struct text text = {0};
	char *bytes = NULL;
	long length;

	if (!bio || X509_NAME_print_ex(bio, name, 0,
				       (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) |
					       ASN1_STRFLGS_UTF8_CONVERT) < 0)
		return bio ? pool_text(pool, "") : NULL;
	length = BIO_get_mem_data(bio, &bytes);
	add_bytes(&text, (const unsigned char *)bytes, length > 0 ? (size_t)length : 0);
	return keep(&text, pool);
}

static void add_string(struct text *text, const ASN1_STRING *string)
{
	add_bytes(text, ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

static void add_address(struct text *text, const ASN1_STRING *string)
{
	struct address address = {.family = ASN1_STRING_length(string) == 4 ? FAMILY_IPV4 : FAMILY_IPV6};
	char shown[ADDRESS_TEXT];

	if ((unsigned)ASN1_STRING_length(string) != address_size(address.family))
		return;
	memcpy(address.bytes, ASN1_STRING_get0_data(string), address_size(address.family));
	text_add(text, "%s", address_text(&address, shown));
}

static void add_general_name(struct text *text, const GENERAL_NAME *name)
{
	int type;
	const void *value = GENERAL_NAME_get0_value(name, &type);

	if (type != GEN_DNS && type != GEN_IPADD && type != GEN_URI && type != GEN_EMAIL)
		return;
	text_add(text, "%s", text->length ? ", " : "");
	if (type == GEN_IPADD)
		add_address(text, value);
	else
		add_string(text, value);
}

static const char *alternative_names(const X509 *certificate, struct pool *pool)
{
	CLEANUP(names_free)
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	CLEANUP(text_free) struct text text = {0};

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		add_general_name(&text, sk_GENERAL_NAME_value(names, i));
	return keep(&text, pool);
}

/* False: no memory. */
static bool read_issuer_url(const X509 *certificate, struct pool *pool, const char **out)
{
	CLEANUP(access_free)
	AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
	CLEANUP(text_free) struct text text = {0};

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access) && !text.length; i++) {
		const ACCESS_DESCRIPTION *entry = sk_ACCESS_DESCRIPTION_value(access, i);

		if (OBJ_obj2nid(entry->method) == NID_ad_ca_issuers && entry->location->type == GEN_URI)
			add_string(&text, entry->location->d.uniformResourceIdentifier);
	}
	*out = text.length ? keep(&text, pool) : NULL;
	return !text.failed && (*out || !text.length);
}

static int64_t seconds(const ASN1_TIME *when)
{
	struct tm parts = {0};

	return ASN1_TIME_to_tm(when, &parts) ? (int64_t)timegm(&parts) : -1;
}

/* The SHA-256 of its public key, as it stands in it. */
static const char *pin(X509 *certificate, struct pool *pool)
{
	CLEANUP(openssl_free) unsigned char *key = NULL;
	const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
	unsigned char digest[PIN_BYTES], base64[PIN_BASE64];

	if (length <= 0 || !EVP_Digest(key, (size_t)length, digest, NULL, EVP_sha256(), NULL))
		return NULL;
	EVP_EncodeBlock(base64, digest, sizeof(digest));
	return pool_format(pool, "sha256//%s", (const char *)base64);
}

static void read_key(X509 *certificate, struct certificate_facts *facts)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	facts->key_type = key ? OBJ_nid2sn(EVP_PKEY_get_base_id(key)) : NULL;
	facts->key_bits = key ? (unsigned)EVP_PKEY_get_bits(key) : 0;
	if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		facts->key_type = "RSA";
	if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
		facts->key_type = "EC";
}

int certificate_read(X509 *certificate, struct pool *pool, struct certificate_facts *out, struct error *err)
{
	struct certificate_facts facts = {
		.subject = name_text(X509_get_subject_name(certificate), pool),
		.issuer = name_text(X509_get_issuer_name(certificate), pool),
		.names = alternative_names(certificate, pool),
		.not_before = seconds(X509_get0_notBefore(certificate)),
		.not_after = seconds(X509_get0_notAfter(certificate)),
		.key_pin = pin(certificate, pool),
		.signature = OBJ_nid2ln(X509_get_signature_nid(certificate)),
		.wants_staple = X509_get_ext_by_NID(certificate, NID_tlsfeature, -1) >= 0,
	};

	read_key(certificate, &facts);
	if (!read_issuer_url(certificate, pool, &facts.issuer_url) || !facts.subject || !facts.issuer ||
	    !facts.names)
		return error_memory(err);
	*out = facts;
	return 0;
}

unsigned certificate_scts(const X509 *certificate)
{
	STACK_OF(SCT) *list = X509_get_ext_d2i(certificate, NID_ct_precert_scts, NULL, NULL);
	const int count = sk_SCT_num(list);

	SCT_LIST_free(list);
	return count > 0 ? (unsigned)count : 0;
}
