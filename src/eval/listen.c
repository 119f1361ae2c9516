/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for a packet. The kernel takes the socket that fits best (inet_lookup_listener, udp4_lib_lookup2); where several fit,
 * which one that is is not told.
 */
#include "listen.h"

static bool serves(const struct listener *listener, const struct packet *packet, uint16_t port)
{
	if ((uint8_t)listener->protocol != packet->protocol || (port && listener->port != port))
		return false;
	return listener->family == packet->family ||
	       (listener->both_families && packet->family == FAMILY_IPV4);
}

static bool waits_for(const struct listener *listener, const struct packet *packet)
{
	bool here = !listener->link || !packet->iface || listener->link == packet->iface->index;

	return serves(listener, packet, packet->destination_port) && here &&
	       (listener->any || address_equal(&listener->address, &packet->destination));
}

enum truth listener_find(const struct host *host, const struct packet *packet, const struct listener **out,
			 bool *alike)
{
	*out = NULL;
	*alike = true;
	for (size_t i = 0; host->listeners && i < host->listeners->count; i++) {
		const struct listener *listener = &host->listeners->list[i];

		if (!waits_for(listener, packet))
			continue;
		*alike = *alike && (!*out || ((*out)->any == listener->any &&
					      (*out)->transparent == listener->transparent));
		*out = listener;
	}
	if (!host->listeners)
		return MAYBE;
	return *out ? YES : NO;
}

enum truth proxy_listens(const struct host *host, const struct packet *packet, uint16_t port)
{
	for (size_t i = 0; host->listeners && i < host->listeners->count; i++) {
		const struct listener *listener = &host->listeners->list[i];

		if (listener->transparent && serves(listener, packet, port))
			return MAYBE; /* if it is on an address where it is looked for */
	}
	return host->listeners ? NO : MAYBE;
}
