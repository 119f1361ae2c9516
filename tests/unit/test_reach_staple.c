/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which OCSP answers count, and what is said of the others. */
#include "cmocka_all.h"

#include "authority.h"
#include "staple.h"

#include "fwport/pool.h"

#include <openssl/ocsp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root_path[] = "/tmp/fwport-test-XXXXXX";
static struct identity root, leaf, other, stranger;
static struct trust *trust;
static struct chain_facts facts;

struct answer {
	const struct identity *about, *signer;
	int status;
	int from_day, to_day;
	int response_status;
};

static OCSP_BASICRESP *basic_make(const struct answer *answer)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(NULL, answer->about->certificate, root.certificate);
	ASN1_TIME *from = X509_gmtime_adj(NULL, answer->from_day * 86400L),
		  *to = X509_gmtime_adj(NULL, answer->to_day * 86400L);

	assert_non_null(OCSP_basic_add1_status(basic, id, answer->status, -1, from, from, to));
	assert_true(OCSP_basic_sign(basic, answer->signer->certificate, answer->signer->key, EVP_sha256(),
				    NULL, 0));
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return basic;
}

static void read_bytes(const unsigned char *bytes, long length)
{
	STACK_OF(X509) *sent = sk_X509_new_null();

	facts = (struct chain_facts){0};
	sk_X509_push(sent, leaf.certificate);
	staple_read(bytes, length, sent, trust, &facts);
	sk_X509_free(sent);
}

static void read_answer(struct answer answer)
{
	OCSP_BASICRESP *basic = basic_make(&answer);
	OCSP_RESPONSE *response =
		OCSP_response_create(answer.response_status, answer.response_status ? NULL : basic);
	unsigned char *bytes = NULL;
	const int length = i2d_OCSP_RESPONSE(response, &bytes);

	assert_true(length > 0);
	read_bytes(bytes, length);
	assert_true(facts.has_staple);
	OPENSSL_free(bytes);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
}

static void assert_status(struct answer answer, int status)
{
	read_answer(answer);
	assert_null(facts.staple_error);
	assert_int_equal(facts.staple_status, status);
}

static void assert_error(struct answer answer, const char *error)
{
	read_answer(answer);
	assert_string_equal(facts.staple_error, error);
	assert_int_equal(facts.staple_status, -1);
}

static struct answer good(void)
{
	return (struct answer){.about = &leaf,
			       .signer = &root,
			       .status = V_OCSP_CERTSTATUS_GOOD,
			       .from_day = -1,
			       .to_day = 1};
}

static void test_answers_that_count(void **state)
{
	struct answer revoked = good();

	(void)state;
	revoked.status = V_OCSP_CERTSTATUS_REVOKED;
	assert_status(good(), V_OCSP_CERTSTATUS_GOOD);
	assert_status(revoked, V_OCSP_CERTSTATUS_REVOKED);
}

static void test_answers_that_do_not(void **state)
{
	struct answer late = good(), misplaced = good(), forged = good(), busy = good();

	(void)state;
	late.from_day = -9;
	late.to_day = -2;
	misplaced.about = &other;
	forged.signer = &stranger;
	busy.response_status = OCSP_RESPONSE_STATUS_TRYLATER;
	assert_error(late, "it is out of date");
	assert_error(misplaced, "it is about another certificate");
	assert_error(forged, "its signature cannot be verified");
	assert_error(busy, "trylater");
}

static void test_what_is_no_answer(void **state)
{
	(void)state;
	read_bytes((const unsigned char *)"garbage", 7);
	assert_true(facts.has_staple);
	assert_string_equal(facts.staple_error, "it does not parse");
	read_bytes(NULL, -1);
	assert_false(facts.has_staple);
	assert_int_equal(facts.staple_status, -1);
	assert_null(facts.staple_error);
}

static int make_world(void **state)
{
	const struct identity *alone[] = {&root};
	const struct options options = {.cafile = root_path};
	struct error err;

	(void)state;
	close(mkstemp(root_path));
	root = identity_make(&(struct recipe){.name = "Root", .is_ca = true});
	stranger = identity_make(&(struct recipe){.name = "Stranger", .is_ca = true});
	leaf = identity_make(&(struct recipe){.name = "leaf", .issuer = &root});
	other = identity_make(&(struct recipe){.name = "other", .issuer = &root});
	certificates_write(root_path, alone, 1);
	return trust_load(&options, &trust, &err);
}

static int end_world(void **state)
{
	(void)state;
	trust_free(&trust);
	identity_free(&root);
	identity_free(&stranger);
	identity_free(&leaf);
	identity_free(&other);
	return unlink(root_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_that_count),
		cmocka_unit_test(test_answers_that_do_not),
		cmocka_unit_test(test_what_is_no_answer),
	};

	return cmocka_run_group_tests_name("reach_staple", tests, make_world, end_world);
}
