/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who stands in netfilter's hooks, by the kernel's own list (nfnetlink_hook, since Linux 5.14). Who is not known to be the kernel's
 * or to be read elsewhere is an interceptor. A module that is not loaded is not loaded for this: where it is missing the kernel
 * would start modprobe each time.
 */
#include "interceptors.h"

#include "bpf.h"
#include "nft_attributes.h"
#include "rtnetlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_hook.h>
#include <string.h>
#include <unistd.h>

/* NFNL_HOOK_TYPE_BPF and NFNLA_HOOK_BPF_ID, since Linux 6.4. */
enum { REQUEST_BYTES = 128, CHAIN_OF_BPF = 2, BPF_ID = 1 };

/* How the functions begin that are judged or read elsewhere, or never drop what is well-formed. */
static const char *const accounted[] = {
	"nft_do_chain",   "ipt_do_table",   "ip6t_do_table", "iptable_",      "ip6table_",     "nf_conntrack",
	"ipv4_conntrack", "ipv6_conntrack", "nf_confirm",    "ipv4_confirm",  "ipv6_confirm",  "ipv4_helper",
	"ipv6_helper",    "ipv4_defrag",    "ipv6_defrag",   "nf_nat_",       "nf_hook_entry", "ip_vs_",
	"selinux_",       "smack_",         "apparmor_",     "ipv4_synproxy", "ipv6_synproxy", "br_nf_",
	"ip_sabotage_in", "ipvlan_",
};

struct reading {
	struct pool *pool;
	struct host *host;
	uint8_t family;
	uint32_t hook;
};

static bool is_accounted(const char *function)
{
	for (size_t i = 0; i < COUNT(accounted); i++)
		if (strncmp(function, accounted[i], strlen(accounted[i])) == 0)
			return true;
	return false;
}

/* The number of the program of BPF, 0 when the hook has none. */
static uint32_t program_of(const struct parts *parts)
{
	struct parts info, description;

	part_nested(parts, NFNLA_HOOK_CHAIN_INFO, &info);
	part_nested(&info, NFNLA_HOOK_INFO_DESC, &description);
	return ntohl(parts_u32(&info, NFNLA_HOOK_INFO_TYPE)) == CHAIN_OF_BPF
		       ? ntohl(parts_u32(&description, BPF_ID))
		       : 0;
}

static const char *function_text(const struct parts *parts, struct pool *pool)
{
	const char *function = parts_text(parts, NFNLA_HOOK_FUNCTION_NAME);
	const char *module = parts_text(parts, NFNLA_HOOK_MODULE_NAME);

	return pool_format(pool, module ? "%s [%s]" : "%s", function ? function : "unnamed", module);
}

static int hook_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct reading *reading = context;
	struct interceptor hook = {
		.comes = reading->hook == NF_INET_PRE_ROUTING || reading->hook == NF_INET_LOCAL_IN,
		.goes = reading->hook == NF_INET_LOCAL_OUT || reading->hook == NF_INET_POST_ROUTING,
		.families = FAMILY_BIT(reading->family == NFPROTO_IPV6 ? FAMILY_IPV6 : FAMILY_IPV4),
	};
	const char *function;
	struct parts parts;
	uint32_t program;

	parts_read_message(message, sizeof(struct nfgenmsg), &parts);
	function = parts_text(&parts, NFNLA_HOOK_FUNCTION_NAME);
	program = program_of(&parts);
	if (!program && function && is_accounted(function))
		return 0;
	hook.kind = program ? INTERCEPTOR_NETFILTER : INTERCEPTOR_HOOK;
	hook.name = program ? bpf_program_text(program, reading->pool) : function_text(&parts, reading->pool);
	return hook.name ? interceptor_add(reading->host, &hook, reading->pool, err) : error_memory(err);
}

static int hook_read(struct netlink *netlink, struct reading *reading, struct error *err)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[REQUEST_BYTES] = {0};
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	enum netlink_dump_result ignored;
	struct nfgenmsg *header;

	message->nlmsg_type = NFNL_SUBSYS_HOOK << 8 | NFNL_MSG_HOOK_GET;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->nfgen_family = reading->family;
	header->version = NFNETLINK_V0;
	mnl_attr_put_u32(message, NFNLA_HOOK_HOOKNUM, htonl(reading->hook));
	return netlink_dump(netlink, message, "cannot read netfilter's hooks", hook_take, reading, &ignored,
			    err);
}

/* A kernel without modules has it or says that it has not. */
static bool may_ask(void)
{
	return access("/sys/module/nfnetlink_hook", F_OK) == 0 || access("/proc/modules", F_OK) < 0;
}

int hooks_read(struct pool *pool, struct host *host, bool *known, struct error *err)
{
	static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};

	*known = false;
	if (!may_ask())
		return 0;
	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(families); i++)
		for (uint32_t hook = NF_INET_PRE_ROUTING; hook < NF_INET_NUMHOOKS; hook++) {
			struct reading reading = {pool, host, families[i], hook};

			if (hook_read(&netlink, &reading, err) == 0)
				continue;
			if (err->sys == EINVAL || err->sys == EOPNOTSUPP)
				return 0; /* there is no such list */
			return err->sys ? unread_note(host, "netfilter's hooks", err->sys, pool, err) : -1;
		}
	*known = true;
	return 0;
}
