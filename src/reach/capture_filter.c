/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A jump in this language is one of two distances forward. They are written as the places they lead to, which the enum below names;
 * a load behind the end of a packet drops it. X holds where the header of the transport begins.
 */
#include "capture_filter.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <stdbool.h>

enum {
	AT_START,
	AT_IPV4 = 4,
	AT_IPV6 = 9,
	AT_TRANSPORT = 11,
	AT_TCP = 19,
	AT_FIRST = 23, /* a segment with SYN */
	AT_ANSWER = 25,
	AT_ICMP = 27,
	AT_ICMPV6 = 31,
	AT_TAKE = 35,
	AT_DROP,
	AT_OURS, /* the ports */
	AT_NEXT = -1,
};

struct program {
	struct sock_filter *code;
	int length;
};

static void add(struct program *program, uint16_t code, uint32_t value)
{
	program->code[program->length++] = (struct sock_filter){.code = code, .k = value};
}

static uint8_t distance(const struct program *program, int place)
{
	return (uint8_t)(place == AT_NEXT ? 0 : place - program->length - 1);
}

static void add_jump(struct program *program, uint16_t condition, uint32_t value, int then, int otherwise)
{
	program->code[program->length] = (struct sock_filter){.code = (uint16_t)(BPF_JMP | condition | BPF_K),
							      .jt = distance(program, then),
							      .jf = distance(program, otherwise),
							      .k = value};
	program->length++;
}

static void add_direction(struct program *program)
{
	add(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
}

static void add_network(struct program *program)
{
	add(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL));
	add_jump(program, BPF_JEQ, ETH_P_IPV6, AT_IPV6, AT_NEXT);
	add_jump(program, BPF_JEQ, ETH_P_ARP, AT_TAKE, AT_NEXT);
	add_jump(program, BPF_JEQ, ETH_P_IP, AT_IPV4, AT_DROP);

	/* AT_IPV4: of fragments the first has the ports */
	add(program, BPF_LD | BPF_H | BPF_ABS, 6);
	add_jump(program, BPF_JSET, 0x1fff, AT_DROP, AT_NEXT);
	add(program, BPF_LDX | BPF_B | BPF_MSH, 0);
	add(program, BPF_LD | BPF_B | BPF_ABS, 9);
	add(program, BPF_JMP | BPF_JA, (uint32_t)(AT_TRANSPORT - program->length - 1));

	/* AT_IPV6 */
	add(program, BPF_LDX | BPF_W | BPF_IMM, 40);
	add(program, BPF_LD | BPF_B | BPF_ABS, 6);
}

/* Extension headers are rare, and are for whoever reads the headers. */
static void add_transport(struct program *program)
{
	static const uint8_t extensions[] = {IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT,
					     IPPROTO_DSTOPTS};

	add_jump(program, BPF_JEQ, IPPROTO_TCP, AT_TCP, AT_NEXT);
	add_jump(program, BPF_JEQ, IPPROTO_UDP, AT_OURS, AT_NEXT);
	add_jump(program, BPF_JEQ, IPPROTO_ICMP, AT_ICMP, AT_NEXT);
	add_jump(program, BPF_JEQ, IPPROTO_ICMPV6, AT_ICMPV6, AT_NEXT);
	for (size_t i = 0; i < sizeof(extensions); i++) {
		const bool last = i + 1 == sizeof(extensions);

		add_jump(program, BPF_JEQ, extensions[i], AT_TAKE, last ? AT_DROP : AT_NEXT);
	}
}

/* Others' connections to this host are nothing to the witness: a SYN matters on its way out, its answer on the way in. */
static void add_tcp(struct program *program)
{
	add(program, BPF_LD | BPF_B | BPF_IND, 13);
	add_jump(program, BPF_JSET, TH_RST | TH_FIN, AT_TAKE, AT_NEXT);
	add_jump(program, BPF_JSET, TH_SYN, AT_NEXT, AT_OURS);
	add_jump(program, BPF_JSET, TH_ACK, AT_ANSWER, AT_FIRST);

	/* AT_FIRST, AT_ANSWER */
	add_direction(program);
	add_jump(program, BPF_JEQ, PACKET_OUTGOING, AT_TAKE, AT_DROP);
	add_direction(program);
	add_jump(program, BPF_JEQ, PACKET_OUTGOING, AT_DROP, AT_TAKE);
}

static void add_icmp(struct program *program)
{
	add(program, BPF_LD | BPF_B | BPF_IND, 0);
	add_jump(program, BPF_JEQ, ICMP_DEST_UNREACH, AT_TAKE, AT_NEXT);
	add_jump(program, BPF_JEQ, ICMP_TIME_EXCEEDED, AT_TAKE, AT_NEXT);
	add_jump(program, BPF_JEQ, ICMP_PARAMETERPROB, AT_TAKE, AT_DROP);

	/* AT_ICMPV6: types below 128 are errors */
	add(program, BPF_LD | BPF_B | BPF_IND, 0);
	add_jump(program, BPF_JGE, 128, AT_NEXT, AT_TAKE);
	add_jump(program, BPF_JEQ, ND_NEIGHBOR_SOLICIT, AT_TAKE, AT_NEXT);
	add_jump(program, BPF_JEQ, ND_NEIGHBOR_ADVERT, AT_TAKE, AT_DROP);
}

/* A port is compared and taken in two instructions, so that no jump is longer than its field. */
static void add_ports(struct program *program, const uint16_t *ports, size_t count)
{
	add_direction(program);
	add_jump(program, BPF_JEQ, PACKET_OUTGOING, AT_NEXT, program->length + 3);
	add(program, BPF_LD | BPF_H | BPF_IND, 0);
	add(program, BPF_JMP | BPF_JA, 1);
	add(program, BPF_LD | BPF_H | BPF_IND, 2);
	for (size_t i = 0; i < count; i++) {
		add_jump(program, BPF_JEQ, ports[i], AT_NEXT, program->length + 2);
		add(program, BPF_RET | BPF_K, CAPTURED_MOST);
	}
	add(program, BPF_RET | BPF_K, 0);
}

size_t capture_filter_build(const uint16_t *ports, size_t count, struct sock_filter out[CAPTURE_FILTER_MOST])
{
	struct program program = {.code = out};

	add_network(&program);
	add_transport(&program);
	add_tcp(&program);
	add_icmp(&program);
	add(&program, BPF_RET | BPF_K, CAPTURED_MOST);
	add(&program, BPF_RET | BPF_K, 0);
	add_ports(&program, ports, count < FILTERED_PORTS_MOST ? count : FILTERED_PORTS_MOST);
	return (size_t)program.length;
}
