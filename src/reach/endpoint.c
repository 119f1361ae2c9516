/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be said of an address of the target by how far it was reached there. */
#include "examination.h"

bool endpoint_connects(const struct endpoint *endpoint)
{
	return endpoint->tcp.reached && endpoint->tcp.status == TCP_OK &&
	       (!endpoint->tls.reached || endpoint->tls.status == TLS_OK);
}

bool endpoint_works(const struct endpoint *endpoint)
{
	const struct chain_facts *chain = &endpoint->tls.chain;

	if (!endpoint->tcp.reached || endpoint->tcp.status != TCP_OK)
		return false;
	if (!endpoint->tls.reached)
		return !endpoint->http.reached;
	return endpoint->tls.status == TLS_OK && chain->trusted && chain->name_fits && !chain->error_count &&
	       (!endpoint->http.reached || endpoint->http.status == HTTP_OK);
}
