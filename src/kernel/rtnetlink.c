/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps of rtnetlink and their attributes. Knows how lists are asked for, and nothing of what is in them.
 */
#include "rtnetlink.h"

#include "nft_attributes.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

enum { READ_ATTEMPTS = 5, REQUEST_BYTES = 256 };

void parts_read(const void *bytes, size_t length, struct parts *out)
{
	const struct nlattr *attribute;
	size_t at = 0;

	*out = (struct parts){0};
	while ((attribute = attribute_next(bytes, length, &at)))
		if (attribute_type(attribute) < PARTS_LIMIT)
			out->at[attribute_type(attribute)] = attribute;
}

void parts_read_message(const struct nlmsghdr *message, size_t header, struct parts *out)
{
	size_t length = mnl_nlmsg_get_payload_len(message), skip = NLMSG_ALIGN(header);

	parts_read(mnl_nlmsg_get_payload_offset(message, header), length > skip ? length - skip : 0, out);
}

void part_nested(const struct parts *parts, unsigned type, struct parts *out)
{
	*out = (struct parts){0};
	if (parts->at[type])
		parts_read(attribute_bytes(parts->at[type]), attribute_length(parts->at[type]), out);
}

uint32_t parts_u32(const struct parts *parts, unsigned type)
{
	uint32_t value = 0;

	if (parts->at[type] && attribute_length(parts->at[type]) == sizeof(value))
		memcpy(&value, attribute_bytes(parts->at[type]), sizeof(value));
	return value;
}

const char *parts_text(const struct parts *parts, unsigned type)
{
	const struct nlattr *attribute = parts->at[type];

	if (!attribute || !memchr(attribute_bytes(attribute), '\0', attribute_length(attribute)))
		return NULL;
	return attribute_bytes(attribute);
}

bool parts_address(const struct parts *parts, unsigned type, enum family family, struct address *out)
{
	const struct nlattr *attribute = parts->at[type];

	if (!attribute || attribute_length(attribute) != address_size(family))
		return false;
	*out = (struct address){.family = family};
	memcpy(out->bytes, attribute_bytes(attribute), address_size(family));
	return true;
}

bool family_of(uint8_t number, enum family *out)
{
	if (number != AF_INET && number != AF_INET6)
		return false;
	*out = number == AF_INET ? FAMILY_IPV4 : FAMILY_IPV6;
	return true;
}

uint8_t family_number(enum family family)
{
	return family == FAMILY_IPV4 ? AF_INET : AF_INET6;
}

struct prefix network_of(struct address address, unsigned length)
{
	unsigned bits = 8 * address_size(address.family);
	struct prefix network = {.address = address, .length = (uint8_t)(length < bits ? length : bits)};

	for (unsigned bit = network.length; bit < bits; bit++)
		network.address.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return network;
}

int listing_read(struct netlink *netlink, const struct listing *listing, struct error *err)
{
	for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
		_Alignas(struct nlmsghdr) uint8_t buffer[REQUEST_BYTES] = {0};
		struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
		enum netlink_dump_result result;

		message->nlmsg_type = listing->type;
		memcpy(mnl_nlmsg_put_extra_header(message, listing->header_size), listing->header,
		       listing->header_size);
		listing->restart(listing->context);
		if (netlink_dump(netlink, message, listing->what, listing->each, listing->context, &result,
				 err) < 0)
			return -1;
		if (result == NETLINK_DUMP_WHOLE)
			return 0;
	}
	return error_set(err, ERROR_BUSY, "%s: the list changed %d times while it was read", listing->what,
			 READ_ATTEMPTS);
}

int links_list(struct netlink *netlink, void (*restart)(void *context), netlink_each *each, void *context,
	       struct error *err)
{
	const struct ifinfomsg header = {.ifi_family = AF_UNSPEC};
	const struct listing listing = {
		.what = "cannot read the interfaces",
		.type = RTM_GETLINK,
		.header = &header,
		.header_size = sizeof(header),
		.restart = restart,
		.each = each,
		.context = context,
	};

	return listing_read(netlink, &listing, err);
}

int addresses_list(struct netlink *netlink, uint8_t family, void (*restart)(void *context),
		   netlink_each *each, void *context, struct error *err)
{
	const struct ifaddrmsg header = {.ifa_family = family};
	const struct listing listing = {
		.what = "cannot read the addresses",
		.type = RTM_GETADDR,
		.header = &header,
		.header_size = sizeof(header),
		.restart = restart,
		.each = each,
		.context = context,
	};

	return listing_read(netlink, &listing, err);
}
