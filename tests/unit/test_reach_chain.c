/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the certificates of a server say, and whether they are taken, by a trust store of one root or of the system. */
#include "cmocka_all.h"

#include "authority.h"
#include "chain.h"
#include "trust_tls.h"

#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char directory[] = "/tmp/fwport-test-XXXXXX";
static char root_path[64], empty_path[64], nowhere[64];
static struct identity root, intermediate, stranger;
static struct trust *trust;
static struct pool pool;
static struct error err;
static struct chain_facts facts;

static const struct recipe usual = {.name = "site", .names = "DNS:site.test,DNS:*.wild.test,IP:192.0.2.7"};

/* Each is made by the intermediate, as it were by the usual recipe. */
static struct identity made_by(const struct identity *issuer, struct recipe recipe)
{
	recipe.issuer = issuer;
	return identity_make(&recipe);
}

static void read_chain(const struct identity *const *sent, size_t count, const char *name)
{
	STACK_OF(X509) *stack = sk_X509_new_null();

	for (size_t i = 0; i < count; i++)
		sk_X509_push(stack, sent[i]->certificate);
	assert_int_equal(chain_read(stack, trust, name, &pool, &facts, &err), 0);
	sk_X509_free(stack);
}

/* The leaf with the intermediate behind it. */
static void read_leaf(const struct identity *leaf)
{
	const struct identity *sent[] = {leaf, &intermediate};

	read_chain(sent, 2, "site.test");
}

static void read_recipe(struct recipe recipe)
{
	struct identity leaf = made_by(&intermediate, recipe);

	read_leaf(&leaf);
	identity_free(&leaf);
}

static bool has_error(int error)
{
	for (size_t i = 0; i < facts.error_count; i++)
		if (facts.errors[i] == error)
			return true;
	return false;
}

static void assert_only_error(int error)
{
	assert_int_equal(facts.error_count, 1);
	assert_int_equal(facts.errors[0], error);
}

static void test_a_good_chain_is_trusted_and_read(void **state)
{
	const struct certificate_facts *leaf;

	(void)state;
	read_recipe(usual);
	leaf = &facts.list[0];
	assert_true(facts.reached && facts.trusted && facts.name_fits);
	assert_false(facts.name_in_subject_only || facts.store_empty || facts.intermediate_evidence);
	assert_int_equal(facts.error_count, 0);
	assert_int_equal(facts.count, 2);
	assert_string_equal(leaf->subject, "CN=site");
	assert_string_equal(leaf->issuer, "CN=Intermediate,O=Lab");
	assert_string_equal(leaf->names, "site.test, *.wild.test, 192.0.2.7");
	assert_string_equal(leaf->key_type, "EC");
	assert_int_equal(leaf->key_bits, 256);
	assert_string_equal(leaf->signature, "ecdsa-with-SHA256");
	assert_int_equal(strlen(leaf->key_pin), strlen("sha256//") + 44);
	assert_true(leaf->not_before < time(NULL) && leaf->not_after > time(NULL));
	assert_null(leaf->issuer_url);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		bool fits;
	} rows[] = {
		{"site.test", true},      {"SITE.test", true},        {"a.wild.test", true},
		{"a.b.wild.test", false}, {"other.test", false},      {"192.0.2.7", true},
		{"192.0.2.8", false},     {"2001:db8::7", false},     {"wild.test", false},
		{"site.test.x", false},   {"site.test.", true},       {"a_b.wild.test", true},
		{"site_.test", false},    {"a.b_c.wild.test", false}, {".", false},
	};
	struct identity leaf = made_by(&intermediate, usual);
	const struct identity *sent[] = {&leaf, &intermediate};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_chain(sent, 2, rows[i].name);
		assert_true(facts.trusted);
		assert_int_equal(facts.name_fits, rows[i].fits);
	}
	identity_free(&leaf);
}

static void test_a_name_in_the_subject_alone_is_told(void **state)
{
	(void)state;
	read_recipe((struct recipe){.name = "site.test"});
	assert_true(facts.name_fits && facts.name_in_subject_only);
	assert_string_equal(facts.list[0].names, "");
}

static void test_dates(void **state)
{
	struct recipe expired = usual, future = usual;

	(void)state;
	expired.from_day = -20;
	expired.to_day = -10;
	read_recipe(expired);
	assert_true(facts.trusted);
	assert_only_error(X509_V_ERR_CERT_HAS_EXPIRED);
	future.from_day = 10;
	future.to_day = 20;
	read_recipe(future);
	assert_true(facts.trusted);
	assert_only_error(X509_V_ERR_CERT_NOT_YET_VALID);
}

static void test_all_errors_are_found(void **state)
{
	struct recipe bad = usual;

	(void)state;
	bad.from_day = -20;
	bad.to_day = -10;
	bad.purpose = "clientAuth";
	bad.rsa_bits = 1024;
	read_recipe(bad);
	assert_true(has_error(X509_V_ERR_CERT_HAS_EXPIRED));
	assert_true(has_error(X509_V_ERR_INVALID_PURPOSE));
	assert_true(has_error(X509_V_ERR_EE_KEY_TOO_SMALL));
	assert_int_equal(facts.error_count, 3);
	assert_string_equal(facts.list[0].key_type, "RSA");
	assert_int_equal(facts.list[0].key_bits, 1024);
}

static void test_a_weak_signature(void **state)
{
	struct recipe weak = usual;

	(void)state;
	weak.digest = EVP_sha1();
	read_recipe(weak);
	assert_only_error(X509_V_ERR_CA_MD_TOO_WEAK);
	assert_string_equal(facts.list[0].signature, "ecdsa-with-SHA1");
}

static void test_self_signed(void **state)
{
	struct identity self = identity_make(&usual);
	const struct identity *sent[] = {&self};

	(void)state;
	read_chain(sent, 1, "site.test");
	assert_false(facts.trusted || facts.intermediate_evidence);
	assert_true(facts.name_fits);
	assert_only_error(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
	identity_free(&self);
}

static void test_an_unknown_issuer(void **state)
{
	struct identity leaf = made_by(&stranger, usual);
	const struct identity *alone[] = {&leaf}, *with_root[] = {&leaf, &stranger};

	(void)state;
	read_chain(alone, 1, "site.test");
	assert_false(facts.trusted || facts.intermediate_evidence);
	assert_true(has_error(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY));
	read_chain(with_root, 2, "site.test");
	assert_false(facts.trusted || facts.intermediate_evidence);
	assert_only_error(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
	identity_free(&leaf);
}

static void assert_evidence(const struct identity *const *sent, size_t count, const char *evidence)
{
	read_chain(sent, count, "site.test");
	assert_false(facts.trusted);
	assert_string_equal(facts.intermediate_evidence, evidence);
}

static void test_a_missing_intermediate_is_told_by_what_the_leaf_says(void **state)
{
	struct recipe with_url = usual;
	struct identity known = made_by(&intermediate, usual), other = made_by(&stranger, usual), fetchable;
	const struct identity *ours[] = {&known}, *strangers[] = {&other, &intermediate}, *third[1];

	(void)state;
	with_url.access = "caIssuers;URI:http://ca.test/issuer.der";
	fetchable = made_by(&stranger, with_url);
	third[0] = &fetchable;
	assert_evidence(ours, 1, "its issuer belongs to an organization that is trusted");
	assert_evidence(strangers, 2, "none of the certificates sent with it is its issuer");
	assert_evidence(third, 1, "it tells where its issuer can be fetched");
	assert_string_equal(facts.list[0].issuer_url, "http://ca.test/issuer.der");
	identity_free(&known);
	identity_free(&other);
	identity_free(&fetchable);
}

static void test_a_signature_that_does_not_hold_is_not_trusted(void **state)
{
	struct identity forged = made_by(&intermediate, usual);

	(void)state;
	assert_true(X509_sign(forged.certificate, stranger.key, EVP_sha256()));
	read_leaf(&forged);
	assert_false(facts.trusted);
	assert_true(has_error(X509_V_ERR_CERT_SIGNATURE_FAILURE));
	identity_free(&forged);
}

static void test_names_that_are_meant_to_deceive(void **state)
{
	static const unsigned char evil[] = "site.test\0.evil.test\x1b[31m";
	struct identity leaf = made_by(&intermediate, usual);
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();

	(void)state;
	assert_true(ASN1_STRING_set(text, evil, sizeof(evil) - 1));
	GENERAL_NAME_set0_value(name, GEN_DNS, text);
	sk_GENERAL_NAME_push(names, name);
	assert_true(X509_add1_ext_i2d(leaf.certificate, NID_subject_alt_name, names, 0, X509V3_ADD_REPLACE));
	assert_true(X509_sign(leaf.certificate, intermediate.key, EVP_sha256()));
	read_leaf(&leaf);
	assert_false(facts.name_fits);
	assert_string_equal(facts.list[0].names, "site.test\\0.evil.test\x1b[31m");
	GENERAL_NAMES_free(names);
	identity_free(&leaf);
}

static void test_chain_check_says_the_first_error(void **state)
{
	struct recipe expired = usual;
	struct identity good = made_by(&intermediate, usual), bad;
	STACK_OF(X509) *stack = sk_X509_new_null();

	(void)state;
	expired.from_day = -20;
	expired.to_day = -10;
	bad = made_by(&intermediate, expired);
	assert_int_not_equal(chain_check(stack, trust), X509_V_OK);
	sk_X509_push(stack, good.certificate);
	sk_X509_push(stack, intermediate.certificate);
	assert_int_equal(chain_check(stack, trust), X509_V_OK);
	sk_X509_set(stack, 0, bad.certificate);
	assert_int_equal(chain_check(stack, trust), X509_V_ERR_CERT_HAS_EXPIRED);
	sk_X509_free(stack);
	identity_free(&good);
	identity_free(&bad);
}

/* --- the system's store --- */

static void use_system_store(const char *store_directory, const char *bundle)
{
	const struct options options = {0};

	trust_free(&trust);
	setenv("SSL_CERT_DIR", store_directory, 1);
	setenv("SSL_CERT_FILE", bundle, 1);
	assert_int_equal(trust_load(&options, &trust, &err), 0);
}

static int use_root(void **state)
{
	const struct options options = {.cafile = root_path};

	(void)state;
	trust_free(&trust);
	return trust_load(&options, &trust, &err);
}

static void test_the_bundle_is_read_where_the_directory_has_no_issuer(void **state)
{
	(void)state;
	use_system_store(empty_path, root_path);
	read_recipe(usual);
	assert_true(facts.trusted);
	assert_int_equal(facts.error_count, 0);
	assert_true(trust_is_whole(trust));
}

static void test_an_issuer_in_the_directory_needs_no_bundle(void **state)
{
	char link[128];

	(void)state;
	snprintf(link, sizeof(link), "%s/%08lx.0", directory, X509_subject_name_hash(root.certificate));
	assert_int_equal(symlink(root_path, link), 0);
	use_system_store(directory, nowhere);
	read_recipe(usual);
	assert_true(facts.trusted);
	assert_false(trust_is_whole(trust));
	unlink(link);
}

static void test_a_store_that_trusts_nobody_is_told(void **state)
{
	(void)state;
	use_system_store(empty_path, nowhere);
	read_recipe(usual);
	assert_false(facts.trusted);
	assert_true(facts.store_empty);
	use_system_store(nowhere, nowhere);
	read_recipe(usual);
	assert_true(facts.store_empty);
}

/* --- the world --- */

static int make_world(void **state)
{
	const struct identity *alone[] = {&root};

	(void)state;
	root = identity_make(&(struct recipe){.name = "Root", .organization = "Lab", .is_ca = true});
	stranger = identity_make(&(struct recipe){.name = "Stranger", .organization = "Else", .is_ca = true});
	intermediate =
		made_by(&root, (struct recipe){.name = "Intermediate", .organization = "Lab", .is_ca = true});
	if (!mkdtemp(directory))
		return -1;
	snprintf(root_path, sizeof(root_path), "%s/root.pem", directory);
	snprintf(empty_path, sizeof(empty_path), "%s/empty", directory);
	snprintf(nowhere, sizeof(nowhere), "%s/nowhere", directory);
	certificates_write(root_path, alone, 1);
	return mkdir(empty_path, 0700);
}

static int end_world(void **state)
{
	(void)state;
	trust_free(&trust);
	pool_free(&pool);
	identity_free(&root);
	identity_free(&stranger);
	identity_free(&intermediate);
	unlink(root_path);
	rmdir(empty_path);
	return rmdir(directory);
}

#define BY_ROOT(test) cmocka_unit_test_setup(test, use_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BY_ROOT(test_a_good_chain_is_trusted_and_read),
		BY_ROOT(test_names),
		BY_ROOT(test_a_name_in_the_subject_alone_is_told),
		BY_ROOT(test_dates),
		BY_ROOT(test_all_errors_are_found),
		BY_ROOT(test_a_weak_signature),
		BY_ROOT(test_self_signed),
		BY_ROOT(test_an_unknown_issuer),
		BY_ROOT(test_a_missing_intermediate_is_told_by_what_the_leaf_says),
		BY_ROOT(test_a_signature_that_does_not_hold_is_not_trusted),
		BY_ROOT(test_names_that_are_meant_to_deceive),
		BY_ROOT(test_chain_check_says_the_first_error),
		cmocka_unit_test(test_the_bundle_is_read_where_the_directory_has_no_issuer),
		cmocka_unit_test(test_an_issuer_in_the_directory_needs_no_bundle),
		cmocka_unit_test(test_a_store_that_trusts_nobody_is_told),
	};

	return cmocka_run_group_tests_name("reach: the certificates", tests, make_world, end_world);
}
