/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which links and addresses a family would have to go by. An interface that is switched off loses its routes, and of IPv6 its
 * addresses too; one whose cable is pulled loses them by the hand of whoever configures it. So a link that is off is the reason for
 * a missing route if it has an address, and any that carries nothing is if there is no other.
 */
#include "link_state.h"
#include "rtnetlink.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <string.h>

enum { LINKS_MOST = 64, SUSPICION_PROVED = 3 };

struct looking {
	enum family family;
	struct family_state state;
	uint32_t links[LINKS_MOST]; /* with an address that can be heard */
	size_t link_count;
	bool some_up;
	unsigned suspected; /* how much state.down is */
};

bool link_state_read(const struct nlmsghdr *message, struct link_state *out)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct link_state link = {0};
	struct parts parts;
	const char *name;

	if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return false;
	parts_read_message(message, sizeof(*header), &parts);
	name = parts_text(&parts, IFLA_IFNAME);
	if (name)
		memcpy(link.name, name, strnlen(name, sizeof(link.name) - 1));
	link.index = (uint32_t)header->ifi_index;
	link.up = header->ifi_flags & IFF_UP;
	link.carrier = header->ifi_flags & IFF_LOWER_UP;
	link.neighbours = !(header->ifi_flags & (IFF_NOARP | IFF_LOOPBACK));
	link.mtu = parts_u32(&parts, IFLA_MTU);
	*out = link;
	return true;
}

static void addresses_restart(void *context)
{
	((struct looking *)context)->link_count = 0;
}

static int address_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	struct looking *looking = context;
	struct address address;
	struct parts parts;

	(void)err;
	if (message->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    header->ifa_family != family_number(looking->family))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	if (!parts_address(&parts, IFA_LOCAL, looking->family, &address) &&
	    !parts_address(&parts, IFA_ADDRESS, looking->family, &address))
		return 0;
	if (!address_is_loopback(&address) && !address_is_link_local(&address) &&
	    looking->link_count < LINKS_MOST)
		looking->links[looking->link_count++] = header->ifa_index;
	return 0;
}

static void links_restart(void *context)
{
	struct looking *looking = context;

	looking->state = (struct family_state){0};
	looking->some_up = false;
	looking->suspected = 0;
}

static bool has_address(const struct looking *looking, uint32_t link)
{
	for (size_t i = 0; i < looking->link_count; i++)
		if (looking->links[i] == link)
			return true;
	return false;
}

/*
 * How likely the link is the reason. One with an address that is up keeps its routes, carrier or not: a bridge of containers without
 * any. Tunnels that the kernel makes for each namespace are down for ever, and are no Ethernet.
 */
static unsigned suspicion(const struct link_state *link, uint16_t type, bool addressed)
{
	if (addressed)
		return link->up ? 0 : SUSPICION_PROVED;
	if (type != ARPHRD_ETHER)
		return 0;
	return link->up ? 2 : 1;
}

static int link_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct looking *looking = context;
	struct link_state link;
	unsigned suspected;

	(void)err;
	if (!link_state_read(message, &link) || header->ifi_flags & IFF_LOOPBACK)
		return 0;
	if (link.up && link.carrier) {
		looking->some_up = true;
		return 0;
	}
	suspected = suspicion(&link, header->ifi_type, has_address(looking, link.index));
	if (suspected > looking->suspected) {
		looking->suspected = suspected;
		looking->state.down = link;
	}
	return 0;
}

int family_lookup(enum family family, struct family_state *out, struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct looking looking = {.family = family};

	if (netlink_open(&netlink, NETLINK_ROUTE, err) < 0 ||
	    addresses_list(&netlink, family_number(family), addresses_restart, address_take, &looking, err) <
		    0 ||
	    links_list(&netlink, links_restart, link_take, &looking, err) < 0)
		return -1;
	looking.state.has_address = looking.link_count > 0;
	looking.state.has_down =
		looking.suspected == SUSPICION_PROVED || (looking.suspected && !looking.some_up);
	*out = looking.state;
	return 0;
}
