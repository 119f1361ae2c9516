/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A probe from the bytes of a kept case. */
#include "probe.h"

#include <netinet/in.h>
#include <string.h>

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void ends_parse(struct packet *packet)
{
	size_t size = address_size(packet->family);
	const uint8_t *source = packet->network + (packet->family == FAMILY_IPV4 ? 12 : 8);

	packet->source.family = packet->destination.family = packet->family;
	memcpy(packet->source.bytes, source, size);
	memcpy(packet->destination.bytes, source + size, size);
	if (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP)
		return;
	packet->source_port = get16(packet->transport);
	packet->destination_port = get16(packet->transport + 2);
}

static bool network_parse(struct probe *probe)
{
	struct packet *packet = &probe->packet;
	bool ipv4 = probe->bytes[0] >> 4 == 4;

	packet->family = ipv4 ? FAMILY_IPV4 : FAMILY_IPV6;
	packet->network_length = ipv4 ? 20 : 40;
	packet->protocol = probe->bytes[ipv4 ? 9 : 6];
	memcpy(packet->network, probe->bytes, packet->network_length);
	probe->number = ipv4 ? get16(probe->bytes + 4) : get16(probe->bytes + 2);
	return probe->length > packet->network_length;
}

bool probe_parse(struct probe *probe)
{
	struct packet *packet = &probe->packet;
	size_t behind;

	if (!network_parse(probe))
		return false;
	behind = probe->length - packet->network_length;
	packet->transport_length = packet->protocol != IPPROTO_TCP && behind > 8 ? 8 : (uint8_t)behind;
	packet->payload_length = (uint16_t)(behind - packet->transport_length);
	packet->whole = packet->payload_length == 0;
	memcpy(packet->transport, probe->bytes + packet->network_length, packet->transport_length);
	ends_parse(packet);
	return behind <= PACKET_TRANSPORT_BYTES;
}
