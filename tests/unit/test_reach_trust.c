/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of certificates and keys that are taken, and what is said of those that are not. */
#include "cmocka_all.h"

#include "authority.h"
#include "trust_tls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/fwport-test-XXXXXX";
static char certificate_path[64], key_path[64], other_key_path[64], rsa_key_path[64], garbage_path[64],
	nowhere[64];
static struct identity ours, other, rsa;
static struct trust *trust;
static struct error err;

static void assert_refused(const struct options *options, const char *what, const char *path, const char *why)
{
	char text[sizeof(err.text)];

	assert_int_equal(trust_load(options, &trust, &err), -1);
	assert_null(trust);
	assert_int_equal(err.kind, ERROR_FILE);
	snprintf(text, sizeof(text), "cannot %s in \"%s\"", what, path);
	assert_memory_equal(err.text, text, strlen(text));
	snprintf(text, sizeof(text), ": %s", why);
	assert_string_equal(strrchr(err.text, ':'), text);
}

static void test_a_certificate_and_its_key(void **state)
{
	const struct options options = {
		.cafile = certificate_path, .certificate = certificate_path, .key = key_path};
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	(void)state;
	assert_int_equal(trust_load(&options, &trust, &err), 0);
	assert_true(trust_identify(trust, context));
	assert_int_equal(X509_cmp(SSL_CTX_get0_certificate(context), ours.certificate), 0);
	assert_int_equal(SSL_CTX_check_private_key(context), 1);
	SSL_CTX_free(context);
	trust_free(&trust);
	assert_null(trust);
}

static void test_no_certificate_is_none(void **state)
{
	const struct options options = {.cafile = certificate_path};
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	(void)state;
	assert_int_equal(trust_load(&options, &trust, &err), 0);
	assert_true(trust_identify(trust, context));
	assert_null(SSL_CTX_get0_certificate(context));
	assert_true(trust_is_whole(trust));
	assert_false(trust_is_empty(trust));
	SSL_CTX_free(context);
	trust_free(&trust);
}

static void test_files_that_are_not_taken(void **state)
{
	(void)state;
	assert_refused(&(struct options){.cafile = nowhere}, "read the issuers", nowhere,
		       "No such file or directory");
	assert_refused(&(struct options){.cafile = garbage_path}, "read the issuers", garbage_path,
		       "no certificate or crl found");
	assert_refused(
		&(struct options){.cafile = certificate_path, .certificate = key_path, .key = key_path},
		"use the certificate", key_path, "no start line");
}

static void assert_key_refused(const char *path, const char *why)
{
	assert_refused(
		&(struct options){.cafile = certificate_path, .certificate = certificate_path, .key = path},
		"use the key", path, why);
}

static void test_keys_that_are_not_taken(void **state)
{
	(void)state;
	assert_key_refused(nowhere, "No such file or directory");
	assert_key_refused(other_key_path, "key values mismatch");
	assert_key_refused(rsa_key_path, "different key types");
}

static char *in_directory(char *path, const char *name)
{
	snprintf(path, 64, "%s/%s", directory, name);
	return path;
}

static int make_world(void **state)
{
	const struct identity *alone[] = {&ours};
	FILE *garbage;

	(void)state;
	if (!mkdtemp(directory))
		return -1;
	ours = identity_make(&(struct recipe){.name = "ours"});
	other = identity_make(&(struct recipe){.name = "other"});
	rsa = identity_make(&(struct recipe){.name = "rsa", .rsa_bits = 2048});
	certificates_write(in_directory(certificate_path, "certificate"), alone, 1);
	key_write(in_directory(key_path, "key"), &ours);
	key_write(in_directory(other_key_path, "other"), &other);
	key_write(in_directory(rsa_key_path, "rsa"), &rsa);
	garbage = fopen(in_directory(garbage_path, "garbage"), "w");
	fputs("nothing\n", garbage);
	in_directory(nowhere, "nowhere");
	return fclose(garbage);
}

static int end_world(void **state)
{
	const char *const paths[] = {certificate_path, key_path, other_key_path, rsa_key_path, garbage_path};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		unlink(paths[i]);
	identity_free(&ours);
	identity_free(&other);
	identity_free(&rsa);
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_certificate_and_its_key),
		cmocka_unit_test(test_no_certificate_is_none),
		cmocka_unit_test(test_files_that_are_not_taken),
		cmocka_unit_test(test_keys_that_are_not_taken),
	};

	return cmocka_run_group_tests_name("reach_trust", tests, make_world, end_world);
}
