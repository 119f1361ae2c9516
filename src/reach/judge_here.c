/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this host stops between its own programs and its devices. The kernel counts what it sends and what it gets, and the witness what
 * passes the device: what is missing between the two was stopped here, by a rule on lengths, words or flags, or of ARP or ICMPv6.
 */
#include "judgement.h"

static bool never_left(const struct endpoint *endpoint)
{
	return endpoint->tls.bytes_out && !endpoint->tcp.sighting.data_out;
}

static bool never_arrived(const struct endpoint *endpoint)
{
	return endpoint->tcp.sighting.data_in > endpoint->tcp.bytes.data_segments_in;
}

bool judge_data_stopped_here(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct sighting *seen = &endpoint->tcp.sighting;
	struct charge charge = {PARTY_LOCAL_FIREWALL, CODE_INPUT_DROP, STAGE_FIREWALL, CONFIDENCE_PROVED,
				"nft list ruleset; iptables-save"};

	if (!seen->watched || !seen->sees_data)
		return false;
	if (never_left(endpoint)) {
		charge.code = endpoint->tls.status == TLS_RESET ? CODE_OUTPUT_REJECT : CODE_OUTPUT_DROP;
		judgement_fault(
			judgement, charge,
			"the connection is made, and of what is sent over it nothing leaves this host%s",
			endpoint->tls.status == TLS_RESET ? ", which resets it" : "");
		return true;
	}
	if (!never_arrived(endpoint))
		return false;
	judgement_fault(judgement, charge,
			"the target answers, and this host drops its data: %u packets came in, and %llu "
			"reached the program",
			seen->data_in, (unsigned long long)endpoint->tcp.bytes.data_segments_in);
	return true;
}

/* Between this host and the cable: neither needs a rule that names the target. */
bool judge_neighbour_stopped_here(struct judgement *judgement, const struct endpoint *endpoint)
{
	const struct route_facts *route = &endpoint->route;
	const bool unheard = route->neighbour == NEIGHBOUR_UNHEARD;
	const bool by_arp = endpoint->address.family == FAMILY_IPV4;

	if (!unheard && route->neighbour != NEIGHBOUR_UNASKED)
		return false;
	judgement_fault(
		judgement,
		(struct charge){PARTY_LOCAL_FIREWALL, unheard ? CODE_INPUT_DROP : CODE_OUTPUT_DROP,
				STAGE_FIREWALL, CONFIDENCE_LIKELY,
				by_arp ? "nft list ruleset; arptables-save"
				       : "nft list ruleset: ICMPv6 has to be accepted"},
		"%s port %u: %s for %s, on the way there, %s",
		judgement_address(judgement, &endpoint->address), endpoint->port,
		by_arp ? "ARP" : "neighbour discovery (ICMPv6)",
		judgement_address(judgement, route->has_gateway ? &route->gateway : &endpoint->address),
		unheard ? "is answered, and this host drops the answer" : "never leaves this host");
	return true;
}

bool judge_losses_here(struct judgement *judgement, const struct endpoint *endpoint)
{
	const unsigned sent = endpoint->tcp.bytes.syns_out, left = endpoint->tcp.sighting.syn_out;

	if (!endpoint->tcp.sighting.watched || !left || sent <= left)
		return false;
	judgement_warning(
		judgement,
		(struct charge){PARTY_LOCAL_FIREWALL, CODE_OUTPUT_DROP, STAGE_FIREWALL, CONFIDENCE_PROVED,
				"nft list ruleset: limit, numgen, ct count"},
		"this host sent its SYN %u times, and it left %u time%s: its own firewall drops some", sent,
		left, left == 1 ? "" : "s");
	return true;
}
