/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --trace: fwport has the right to let the kernel follow packets, and is asked to for as long as the target is talked to. */
#include "oracle.h"
#include "stages.h"

int trace_begin(struct examination *examination, struct error *err)
{
	const struct equipment *equipment = examination->equipment;
	struct trace_facts *facts = &examination->trace;
	struct address remotes[ENDPOINTS_MOST];

	if (!equipment->options->trace)
		return 0;
	facts->reached = true;
	for (size_t i = 0; i < examination->endpoint_count; i++)
		remotes[i] = examination->endpoints[i].address;
	return oracle_trace(equipment->oracle, remotes, examination->endpoint_count,
			    examination->endpoints[0].port, examination->pool, &facts->refused, err);
}

int trace_end(struct examination *examination, struct error *err)
{
	struct trace_facts *facts = &examination->trace;

	if (!facts->reached || facts->refused)
		return 0;
	return oracle_traced(examination->equipment->oracle, examination->pool, facts, err);
}
