/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests: makes table inet NAME with the owner flag and in it a chain "input" that drops everything, and holds it as
 * firewalld holds its own. The kernel removes the table when this process ends.
 */
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifndef NFT_TABLE_F_OWNER
#define NFT_TABLE_F_OWNER 0x2
#endif

static struct nftnl_table *owned_table(const char *name)
{
	struct nftnl_table *table = nftnl_table_alloc();

	if (!table)
		return NULL;
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, name);
	nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, NFT_TABLE_F_OWNER);
	return table;
}

static struct nftnl_chain *dropping_chain(const char *table)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();

	if (!chain)
		return NULL;
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, table);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, "input");
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter");
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, NF_INET_LOCAL_IN);
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_PRIO, 0);
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_DROP);
	return chain;
}

static size_t batch_write(char *buffer, size_t size, const struct nftnl_table *table,
			  const struct nftnl_chain *chain)
{
	struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(buffer, size);
	struct nlmsghdr *message;
	size_t length;

	nftnl_batch_begin(mnl_nlmsg_batch_current(batch), 0);
	mnl_nlmsg_batch_next(batch);
	message = nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(batch), NFT_MSG_NEWTABLE, NFPROTO_INET,
					NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, 1);
	nftnl_table_nlmsg_build_payload(message, table);
	mnl_nlmsg_batch_next(batch);
	message = nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(batch), NFT_MSG_NEWCHAIN, NFPROTO_INET,
					NLM_F_CREATE | NLM_F_ACK, 2);
	nftnl_chain_nlmsg_build_payload(message, chain);
	mnl_nlmsg_batch_next(batch);
	nftnl_batch_end(mnl_nlmsg_batch_current(batch), 3);
	mnl_nlmsg_batch_next(batch);
	length = mnl_nlmsg_batch_size(batch);
	mnl_nlmsg_batch_stop(batch);
	return length;
}

/* Both messages ask for an acknowledgement. */
static int answers_read(struct mnl_socket *kernel, char *buffer, size_t size)
{
	for (unsigned seq = 1; seq <= 2; seq++) {
		ssize_t length = mnl_socket_recvfrom(kernel, buffer, size);

		if (length < 0 ||
		    mnl_cb_run(buffer, (size_t)length, 0, mnl_socket_get_portid(kernel), NULL, NULL) < 0)
			return -1;
	}
	return 0;
}

static int table_own(struct mnl_socket *kernel, const char *name)
{
	static char buffer[16384];
	struct nftnl_table *table = owned_table(name);
	struct nftnl_chain *chain = dropping_chain(name);
	int result = -1;

	if (table && chain && mnl_socket_bind(kernel, 0, MNL_SOCKET_AUTOPID) == 0) {
		size_t length = batch_write(buffer, sizeof(buffer), table, chain);

		if (mnl_socket_sendto(kernel, buffer, length) >= 0)
			result = answers_read(kernel, buffer, sizeof(buffer));
	}
	if (chain)
		nftnl_chain_free(chain);
	if (table)
		nftnl_table_free(table);
	return result;
}

int main(int argc, char **argv)
{
	struct mnl_socket *kernel = mnl_socket_open(NETLINK_NETFILTER);

	if (argc != 2 || !kernel || table_own(kernel, argv[1]) < 0) {
		fprintf(stderr, "%s: %s\n", argc == 2 ? argv[1] : "usage: own_table NAME", strerror(errno));
		return 1;
	}
	pause();
	mnl_socket_close(kernel);
	return 0;
}
