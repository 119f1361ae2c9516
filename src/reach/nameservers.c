/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs ask the nameservers one after the other, and the first one's silence costs them five seconds; here each is heard. What
 * a stub cannot tell, whether it or the servers behind it are at fault, these are asked for themselves.
 */
#include "nameservers.h"

#include "dns_question.h"

#include <errno.h>

enum {
	SERVERS_MOST = 2 * NAMESERVERS_MOST,
	QUESTIONS_MOST = SERVERS_MOST * FAMILY_COUNT,
	STUB_PATIENCE = 500,       /* milliseconds until those behind it are asked */
	STRAGGLER_PATIENCE = 2500, /* for the others, when one server has answered */
	EDNS_SIZE = 1232
};

struct round {
	const struct nameservers *nameservers;
	const char *name;
	struct pool *pool;
	struct resolver_facts *facts;
	struct dns_question questions[QUESTIONS_MOST];
	size_t count;
	double began;
	struct deadline deadline;
	bool asked_behind;
};

bool nameserver_is_stub(const struct nameserver *server)
{
	return address_is_loopback(&server->address);
}

static bool is_settled(const struct dns_answer *answer)
{
	return answer->status == DNS_OK || answer->status == DNS_NODATA || answer->status == DNS_NXDOMAIN;
}

static void begin(struct round *round, const struct nameserver *server, const struct dns_query *query,
		  struct nameserver_facts *facts)
{
	struct dns_question *question = &round->questions[round->count++];

	*question = (struct dns_question){
		.server = *server, .query = *query, .answer = &facts->answers[query->family]};
	dns_question_begin(question, round->nameservers->config->tcp_only);
}

static void ask_server(struct round *round, const struct nameserver *server, bool behind)
{
	const struct resolver_config *config = round->nameservers->config;
	struct nameserver_facts *facts = &round->facts->servers[round->facts->server_count];

	*facts = (struct nameserver_facts){.address = server->address,
					   .port = server->port,
					   .device = server->device,
					   .stub = !behind && nameserver_is_stub(server),
					   .behind = behind};
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
		struct dns_query query;
		const char *why_not;

		if (!(round->nameservers->families & FAMILY_BIT(family)))
			continue;
		why_not = dns_query_make(round->name, family, config->edns0 ? EDNS_SIZE : 0, &query);
		if (why_not) {
			round->facts->unaskable = why_not;
			return;
		}
		if (round->nameservers->unchecked)
			dns_query_uncheck(&query);
		begin(round, server, &query, facts);
	}
	round->facts->server_count++;
}

static void ask_behind(struct round *round)
{
	round->asked_behind = true;
	for (size_t i = 0; i < round->nameservers->behind_count; i++)
		ask_server(round, &round->nameservers->behind[i], true);
}

/* A stub has failed, or is late. */
static bool wants_behind(const struct round *round)
{
	if (round->asked_behind || !round->nameservers->behind_count)
		return false;
	for (size_t i = 0; i < round->count; i++) {
		const struct dns_question *question = &round->questions[i];

		if (!nameserver_is_stub(&question->server))
			continue;
		if (question->phase == DNS_PHASE_DONE ? !is_settled(question->answer)
						      : clock_milliseconds() >= round->began + STUB_PATIENCE)
			return true;
	}
	return false;
}

bool nameserver_is_settled(const struct nameserver_facts *facts)
{
	bool settled = true;

	for (size_t i = 0; i < FAMILY_COUNT; i++)
		settled &= !facts->answers[i].asked ||
			   (facts->answers[i].rcode >= 0 && is_settled(&facts->answers[i]));
	return settled;
}

static void shorten(struct round *round)
{
	const int64_t end = (int64_t)round->began + STRAGGLER_PATIENCE;

	for (size_t i = 0; i < round->facts->server_count; i++)
		if (!round->facts->servers[i].behind && nameserver_is_settled(&round->facts->servers[i]) &&
		    end < round->deadline.at)
			round->deadline.at = end;
}

static bool is_over(const struct round *round)
{
	for (size_t i = 0; i < round->count; i++)
		if (round->questions[i].phase != DNS_PHASE_DONE)
			return false;
	return !wants_behind(round);
}

/* Until something is to be done even if nothing comes. */
static int pause_of(const struct round *round)
{
	double next = (double)round->deadline.at, now = clock_milliseconds();

	for (size_t i = 0; i < round->count; i++)
		if (dns_question_due(&round->questions[i]) < next)
			next = dns_question_due(&round->questions[i]);
	if (!round->asked_behind && round->nameservers->behind_count && round->began + STUB_PATIENCE < next)
		next = round->began + STUB_PATIENCE;
	return next <= now ? 0 : (int)(next - now) + 1;
}

static int listen_once(struct round *round, struct error *err)
{
	struct pollfd polled[QUESTIONS_MOST];

	for (size_t i = 0; i < round->count; i++)
		polled[i] = (struct pollfd){.fd = round->questions[i].fd,
					    .events = dns_question_events(&round->questions[i])};
	if (poll(polled, round->count, pause_of(round)) < 0 && errno != EINTR)
		return error_system(err, errno, "cannot wait for the nameservers");
	for (size_t i = 0; i < round->count; i++) {
		struct dns_question *question = &round->questions[i];

		if (polled[i].revents && dns_question_go_on(question, round->pool, err) < 0)
			return -1;
		if (question->phase == DNS_PHASE_UDP && clock_milliseconds() >= dns_question_due(question))
			dns_question_send(question);
	}
	return 0;
}

static int run(struct round *round, struct error *err)
{
	while (!is_over(round) && deadline_left(round->deadline)) {
		if (wants_behind(round))
			ask_behind(round);
		if (listen_once(round, err) < 0)
			return -1;
		shorten(round);
	}
	return 0;
}

int nameservers_ask(const struct nameservers *nameservers, const char *name, struct deadline deadline,
		    struct pool *pool, struct resolver_facts *facts, struct error *err)
{
	struct round round = {.nameservers = nameservers,
			      .name = name,
			      .pool = pool,
			      .facts = facts,
			      .began = clock_milliseconds(),
			      .deadline = deadline};
	int status;

	facts->servers = pool_alloc(pool, SERVERS_MOST * sizeof(*facts->servers));
	facts->server_count = 0;
	if (!facts->servers)
		return error_memory(err);
	for (size_t i = 0; i < nameservers->config->server_count; i++)
		ask_server(&round, &nameservers->config->servers[i], false);
	status = run(&round, err);
	for (size_t i = 0; i < round.count; i++)
		dns_question_give_up(&round.questions[i]);
	return status;
}
