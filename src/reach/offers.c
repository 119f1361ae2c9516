/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --audit: does the target still take what has long been broken. One connection a question, and a ClientHello that offers nothing
 * else: who accepts it offers it. No answer is no answer, and never a clean bill.
 */
#include "caa.h"
#include "hello.h"
#include "probe.h"
#include "stages.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { QUESTION_MS = 2000, HEARTBEAT_MS = 1000, CAA_MS = 4000 };

static const uint16_t usual[] = {0xc02f, 0xc030, 0xc02b, 0xc02c, 0xc013, 0xc014, 0xc009, 0xc00a, 0x009e,
				 0x009f, 0x0033, 0x0039, 0x009c, 0x009d, 0x003c, 0x002f, 0x0035, 0x000a};
static const uint16_t rc4[] = {0x0004, 0x0005, 0xc007, 0xc011};
static const uint16_t triple_des[] = {0x000a, 0x0016, 0x0013, 0xc008, 0xc012};
static const uint16_t export_grade[] = {0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014};
static const uint16_t null_cipher[] = {0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010};
static const uint16_t anonymous[] = {0x0017, 0x0018, 0x001b, 0x0034, 0x003a,
				     0x006c, 0x00a6, 0xc016, 0xc018, 0xc019};
static const uint16_t without_secrecy[] = {0x009c, 0x009d, 0x003c, 0x003d, 0x002f, 0x0035};
static const uint16_t with_secrecy[] = {0xc02f, 0xc030, 0xc02b, 0xc02c, 0xcca8, 0xcca9, 0xc013, 0xc014,
					0xc009, 0xc00a, 0xc023, 0xc027, 0x009e, 0x009f, 0x0033, 0x0039};

#define SUITES(list) .suites = (list), .suite_count = sizeof(list) / sizeof((list)[0])

static const struct question {
	const char *code, *text;
	struct hello hello;
	bool only; /* the version that is chosen has to be the one that was offered */
} questions[] = {
	{"sslv3", "SSLv3 (POODLE)", {VERSION_SSL3, SUITES(usual)}, true},
	{"tls1.0", "TLS 1.0 (BEAST)", {VERSION_TLS1_0, SUITES(usual)}, true},
	{"tls1.1", "TLS 1.1", {VERSION_TLS1_1, SUITES(usual)}, true},
	{"rc4", "RC4, whose stream leaks", {VERSION_TLS1_2, SUITES(rc4)}, false},
	{"3des", "3DES, whose blocks are small (Sweet32)", {VERSION_TLS1_2, SUITES(triple_des)}, false},
	{"export",
	 "ciphers that were weakened for export (FREAK, Logjam)",
	 {VERSION_TLS1_2, SUITES(export_grade)},
	 false},
	{"null", "ciphers that encrypt nothing", {VERSION_TLS1_2, SUITES(null_cipher)}, false},
	{"anonymous", "suites without a certificate", {VERSION_TLS1_2, SUITES(anonymous)}, false},
};

enum { QUESTION_COUNT = sizeof(questions) / sizeof(questions[0]), MORE_ITEMS = 3 };

/* Exactly so many bytes; how many came. */
static size_t receive(int socket, uint8_t *out, size_t length, struct deadline deadline)
{
	size_t got = 0;

	while (got < length && deadline_await(deadline, socket, POLLIN)) {
		const ssize_t count = recv(socket, out + got, length - got, 0);

		if (count == 0 || (count < 0 && errno != EINTR))
			break;
		got += count > 0 ? (size_t)count : 0;
	}
	return got;
}

/* A record, whole or as far as it came. */
static size_t receive_record(int socket, uint8_t out[RECORD_MOST], struct deadline deadline)
{
	size_t length = receive(socket, out, RECORD_HEAD, deadline), body;

	if (length < RECORD_HEAD)
		return length;
	body = (size_t)out[3] << 8 | out[4];
	if (body > RECORD_MOST - RECORD_HEAD)
		return length;
	return length + receive(socket, out + RECORD_HEAD, body, deadline);
}

static struct hello_answer say_hello(int socket, const struct hello *hello, struct deadline deadline)
{
	uint8_t bytes[HELLO_MOST], record[RECORD_MOST];
	const size_t length = hello_build(hello, bytes);

	if (!length || send(socket, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
		return (struct hello_answer){.kind = HELLO_NOTHING};
	return hello_parse(record, receive_record(socket, record, deadline));
}

static struct hello with_name(const struct examination *examination, struct hello hello)
{
	hello.name = examination->best->tls.sni;
	return hello;
}

static struct hello_answer ask(const struct examination *examination, const struct hello *offered)
{
	const struct deadline deadline = deadline_within(examination->deadline, QUESTION_MS);
	const struct hello hello = with_name(examination, *offered);
	CLEANUP(probe_end) struct probe probe = probe_begin(examination->best, 0, deadline);

	if (probe.socket < 0)
		return (struct hello_answer){.kind = HELLO_NOTHING};
	return say_hello(probe.socket, &hello, deadline);
}

static bool is_offered(const struct hello *hello, uint16_t suite)
{
	for (size_t i = 0; i < hello->suite_count; i++)
		if (hello->suites[i] == suite)
			return true;
	return false;
}

/* A server that ends the connection without a word has refused, too, if it is one that talks TLS otherwise. */
static enum audit_answer answer_of(const struct question *question, const struct hello_answer *answer)
{
	if (answer->kind == HELLO_REFUSED)
		return AUDIT_NO;
	if (answer->kind != HELLO_ACCEPTED)
		return AUDIT_UNKNOWN;
	if (question->only && answer->version != question->hello.version)
		return AUDIT_NO;
	return is_offered(&question->hello, answer->suite) ? AUDIT_YES : AUDIT_UNKNOWN;
}

static void add(struct audit_facts *facts, const char *code, enum audit_answer answer, const char *text)
{
	facts->items[facts->count++] = (struct audit_item){code, answer, text};
}

/* It has none if it takes suites without, and refuses all that have it. */
static enum audit_answer lacks_secrecy(const struct examination *examination)
{
	const struct hello secret = {VERSION_TLS1_2, SUITES(with_secrecy)},
			   open = {VERSION_TLS1_2, SUITES(without_secrecy)};
	const struct hello_answer has = ask(examination, &secret);

	if (has.kind == HELLO_ACCEPTED ||
	    (examination->best->tls.version && !strcmp(examination->best->tls.version, "TLSv1.3")))
		return AUDIT_NO;
	if (has.kind != HELLO_REFUSED)
		return AUDIT_UNKNOWN;
	return ask(examination, &open).kind == HELLO_ACCEPTED ? AUDIT_YES : AUDIT_UNKNOWN;
}

/* --- Heartbleed --- */

/* Whether a heartbeat comes back; what else the server says is passed over, and may have no end. */
static bool heart_beats(int socket, const uint8_t *request, size_t length, uint16_t version,
			struct deadline deadline)
{
	const uint8_t head[RECORD_HEAD] = {RECORD_HEARTBEAT, (uint8_t)(version >> 8), (uint8_t)version,
					   (uint8_t)(length >> 8), (uint8_t)length};
	uint8_t record[RECORD_MOST];

	if (send(socket, head, sizeof(head), MSG_NOSIGNAL | MSG_MORE) != RECORD_HEAD ||
	    send(socket, request, length, MSG_NOSIGNAL) != (ssize_t)length)
		return false;
	while (deadline_left(deadline) && receive_record(socket, record, deadline) > RECORD_HEAD)
		if (record[0] == RECORD_HEARTBEAT)
			return true;
	return false;
}

/*
 * A request that claims no payload and lacks the padding is shorter than RFC 6520 allows, and to be discarded. Who answers it does
 * not look at lengths. Nothing of anybody's memory is asked for. Who answers a good one afterwards is alive, and has discarded it.
 */
static enum audit_answer is_heartbleed(const struct examination *examination)
{
	static const uint8_t bad[] = {1, 0, 0}, good[1 + 2 + 1 + 16] = {1, 0, 1, 'f'};
	const struct hello hello =
		with_name(examination, (struct hello){VERSION_TLS1_2, SUITES(usual), .heartbeat = true});
	const struct deadline deadline = deadline_within(examination->deadline, QUESTION_MS);
	CLEANUP(probe_end) struct probe probe = probe_begin(examination->best, 0, deadline);
	struct hello_answer answer = {.kind = HELLO_NOTHING};

	if (probe.socket >= 0)
		answer = say_hello(probe.socket, &hello, deadline);
	if (answer.kind == HELLO_REFUSED || (answer.kind == HELLO_ACCEPTED && !answer.heartbeat))
		return AUDIT_NO;
	if (answer.kind != HELLO_ACCEPTED)
		return AUDIT_UNKNOWN;
	if (heart_beats(probe.socket, bad, sizeof(bad), answer.version,
			deadline_within(examination->deadline, HEARTBEAT_MS)))
		return AUDIT_YES;
	return heart_beats(probe.socket, good, sizeof(good), answer.version,
			   deadline_within(examination->deadline, HEARTBEAT_MS))
		       ? AUDIT_NO
		       : AUDIT_UNKNOWN;
}

static int add_caa(struct examination *examination, struct error *err)
{
	enum audit_answer lacks;
	const char *issuers;

	if (examination->target.is_address)
		return 0;
	if (caa_ask(examination->target.host, deadline_within(examination->deadline, CAA_MS),
		    examination->pool, &lacks, &issuers, err) < 0)
		return -1;
	add(&examination->audit, "no-caa", lacks,
	    issuers ? issuers : "no CAA record: any issuer may make certificates for it");
	return 0;
}

int audit(struct examination *examination, struct error *err)
{
	struct audit_facts *facts = &examination->audit;
	const struct endpoint *best = examination->best;

	if (!best || examination->by_proxy || !best->tls.reached || best->tls.status == TLS_NOT_TLS)
		return 0;
	facts->items = pool_alloc(examination->pool, (QUESTION_COUNT + MORE_ITEMS) * sizeof(*facts->items));
	if (!facts->items)
		return error_memory(err);
	facts->reached = true;
	for (size_t i = 0; i < QUESTION_COUNT; i++) {
		const struct hello_answer answer = ask(examination, &questions[i].hello);

		add(facts, questions[i].code, answer_of(&questions[i], &answer), questions[i].text);
	}
	add(facts, "no-forward-secrecy", lacks_secrecy(examination),
	    "only suites whose old traffic is read by who gets the key");
	add(facts, "heartbleed", is_heartbleed(examination),
	    "heartbeats without looking at their length (Heartbleed, CVE-2014-0160)");
	return add_caa(examination, err);
}
