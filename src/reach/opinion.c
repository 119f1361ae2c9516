/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Second opinions: where a stage failed, the same address is asked once more in another way, and what then passes says what was in
 * the way. At most five more connections, each of a second or two.
 */
#include "judgement.h"
#include "probe.h"
#include "proxy.h"
#include "proxy_trial.h"
#include "stages.h"

#include <stdio.h>
#include <sys/random.h>

enum {
	PROBE_MS = 3000,
	SILENCE_MS = 500,
	LOSS_MS = 1500,
	PROXY_MS = 5000,
	MORE_CONNECTS = 4,
	SMALL_SEGMENT = 536,
	NAME_BYTES = 40
};

/* Half of what is left is kept for the questions that follow. */
static struct deadline soon(const struct examination *examination, unsigned milliseconds)
{
	const unsigned half = (unsigned)deadline_left(examination->deadline) / 2;

	return deadline_in(milliseconds < half ? milliseconds : half);
}

static enum opinion_answer answer_of(bool yes)
{
	return yes ? OPINION_YES : OPINION_NO;
}

/* One that nobody has a certificate for, new every time, of the kind that never exists (RFC 6761). */
static void name_nobody(char out[NAME_BYTES])
{
	unsigned number = 0;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number = (unsigned)deadline_in(0).at;
	snprintf(out, NAME_BYTES, "fwport-%08x.invalid", number);
}

static void ask_other_name(struct examination *examination, const struct endpoint *endpoint)
{
	const struct deadline deadline = soon(examination, PROBE_MS);
	CLEANUP(probe_end) struct probe probe = probe_begin(endpoint, 0, deadline);
	struct probe_answer answer;
	char name[NAME_BYTES];

	if (probe.socket < 0)
		return;
	name_nobody(name);
	answer = probe_handshake(&probe, name, deadline);
	examination->opinion.other_name_works = answer_of(
		endpoint->tls.bytes_in ? answer.shook_hands : answer.speaks); /* further than the first */
	examination->opinion.other_name_minted = answer_of(answer.made_for);
}

static void ask_small_segments(struct examination *examination, const struct endpoint *endpoint)
{
	const struct deadline deadline = soon(examination, PROBE_MS);
	CLEANUP(probe_end) struct probe probe = probe_begin(endpoint, SMALL_SEGMENT, deadline);

	if (probe.socket < 0)
		return;
	examination->opinion.small_segments_work =
		answer_of(probe_handshake(&probe, endpoint->tls.sni, deadline).shook_hands);
}

static void ask_silently(struct examination *examination, const struct endpoint *endpoint)
{
	CLEANUP(probe_end) struct probe probe = probe_begin(endpoint, 0, soon(examination, PROBE_MS));

	if (probe.reset)
		examination->opinion.ends_without_a_word = SILENT_END_RESET;
	if (probe.socket < 0)
		return;
	examination->opinion.ends_without_a_word = probe_listen(&probe, soon(examination, SILENCE_MS));
}

/* One packet that was sent again may be an accident; of several connections more than one is not. */
static void ask_for_losses(struct examination *examination, const struct endpoint *endpoint)
{
	struct opinion_facts *opinion = &examination->opinion;

	for (unsigned i = 0; i < MORE_CONNECTS && deadline_left(examination->deadline) > LOSS_MS; i++) {
		CLEANUP(probe_end) struct probe probe = probe_begin(endpoint, 0, soon(examination, LOSS_MS));

		opinion->more_connects++;
		opinion->more_losses += probe.lost;
	}
}

static bool is_untrusted(const struct tls_facts *tls)
{
	return tls->status == TLS_OK && tls->chain.reached && !tls->chain.trusted;
}

static bool is_cut_off(const struct tls_facts *tls)
{
	return tls->status == TLS_CLOSED || tls->status == TLS_RESET;
}

static void ask_about_tls(struct examination *examination, const struct endpoint *endpoint)
{
	const struct tls_facts *tls = &endpoint->tls;
	const struct opinion_facts *opinion = &examination->opinion;

	if (tls->status == TLS_TIMED_OUT)
		ask_small_segments(examination, endpoint);
	if (is_cut_off(tls) && !tls->bytes_in)
		ask_silently(examination, endpoint);
	if ((is_cut_off(tls) || tls->status == TLS_TIMED_OUT || is_untrusted(tls)) &&
	    opinion->ends_without_a_word <= SILENT_END_NONE && opinion->small_segments_work != OPINION_YES)
		ask_other_name(examination, endpoint);
}

/* Where nobody gets out directly, one way out was named. */
static void ask_proxy(struct examination *examination)
{
	const char *url = examination->equipment->options->try_proxy;
	struct proxy_facts proxy = {0};
	struct error ignored;

	if (!url || (examination->best && endpoint_works(examination->best)))
		return;
	if (proxy_parse(url, examination->pool, &proxy, &ignored) < 0 || proxy.invalid)
		return;
	examination->proxy.tried = proxy.shown;
	examination->proxy.try_works = proxy_leads_there(examination, url, soon(examination, PROXY_MS));
}

/* Through a proxy only the proxy is seen; what goes by it alone is the proxy's. */
static void ask_directly(struct examination *examination)
{
	const struct tls_facts *tls = &examination->best->tls;

	if (!tls->reached || (tls->status == TLS_OK && !is_untrusted(tls)))
		return;
	examination->opinion.direct_works =
		answer_of(target_answers(examination, is_untrusted(tls), soon(examination, PROXY_MS)));
}

void opinions(struct examination *examination)
{
	const struct endpoint *best = examination->best;

	if (examination->by_proxy) {
		if (best)
			ask_directly(examination);
		return;
	}
	ask_proxy(examination);
	if (!best || !best->tcp.reached || best->tcp.status != TCP_OK)
		return;
	if (best->tls.reached)
		ask_about_tls(examination, best);
	if ((best->tcp.has_info && best->tcp.info.tcpi_total_retrans) || best->tcp.bytes.out_of_order)
		ask_for_losses(examination, best);
}
