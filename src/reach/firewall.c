/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stage of this host's own firewall: for each address the evaluator's answer, as the user that asks. */
#include "oracle.h"
#include "stages.h"

int firewall_ask(struct examination *examination, struct error *err)
{
	const struct equipment *equipment = examination->equipment;

	for (size_t i = 0; i < examination->endpoint_count; i++) {
		struct endpoint *endpoint = &examination->endpoints[i];

		if (oracle_ask(equipment->oracle, IPPROTO_TCP, &endpoint->address, endpoint->port,
			       equipment->uid, examination->pool, &endpoint->firewall, err) < 0)
			return -1;
	}
	return 0;
}
