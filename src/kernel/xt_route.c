/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches on what the routing tables say: addrtype, rpfilter, realm. For IPv4 they ask what nft's fib asks; for IPv6,
 * where kinds of addresses are not kinds of routes, addrtype asks for some of them otherwise.
 */
#include "xt_decode.h"
#include "xt_key.h"
#include "xt_lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_realm.h>
#include <linux/netfilter/xt_rpfilter.h>

enum { TYPES = (XT_ADDRTYPE_XRESOLVE << 1) - 1, TYPE_BYTES = 4, ADDRESS_BYTES = 16 };

static void fib_load(struct op_list *out, uint32_t flags, uint32_t result)
{
	op_list_add(out, (struct op){.kind = OP_FIB,
				     .dreg = XT_REGISTER,
				     .length = flags & NFTA_FIB_F_PRESENT ? 1 : TYPE_BYTES,
				     .fib = {.flags = flags, .result = result}});
}

/* addrtype */

struct question {
	bool destination, invert;
	uint32_t device; /* NFTA_FIB_F_IIF or _OIF: only its addresses are local */
	uint16_t types;  /* bits by RTN_* */
};

static void types_test(const struct question *question, struct op_list *out)
{
	uint32_t side = question->destination ? NFTA_FIB_F_DADDR : NFTA_FIB_F_SADDR;

	fib_load(out, side | question->device, NFT_FIB_RESULT_ADDRTYPE);
	xt_one_of_bits(out, question->types, TYPE_BYTES, question->invert);
}

static bool addrtype_ipv4(const struct question *question, struct op_list *out)
{
	if (question->types & ~TYPES)
		return false;
	if (question->types)
		types_test(question, out);
	return true;
}

/*
 * IPv6: multicast, unicast and unspecified are asked of the address itself, and all that are named have to hold; then one of
 * those that are asked of the route. Whatever a route refuses with is unreachable.
 */

enum {
	OF_ADDRESS = XT_ADDRTYPE_MULTICAST | XT_ADDRTYPE_UNICAST | XT_ADDRTYPE_UNSPEC,
	OF_ROUTE = XT_ADDRTYPE_LOCAL | XT_ADDRTYPE_ANYCAST | XT_ADDRTYPE_UNREACHABLE,
	REFUSED = XT_ADDRTYPE_UNREACHABLE | XT_ADDRTYPE_BLACKHOLE | XT_ADDRTYPE_PROHIBIT | XT_ADDRTYPE_THROW,
};

static const uint8_t unspecified[ADDRESS_BYTES], multicast[] = {0xff},
						 mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void beginning_test(const struct question *question, const uint8_t *bytes, uint8_t length, bool invert,
			   struct op_list *out)
{
	xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, xt_address_offset(NFPROTO_IPV6, question->destination),
		   length);
	xt_equal(out, bytes, length, invert);
}

static void unicast_test(const struct question *question, struct op_list *out)
{
	beginning_test(question, multicast, sizeof(multicast), true, out);
	beginning_test(question, unspecified, sizeof(unspecified), true, out);
	beginning_test(question, mapped, sizeof(mapped), true, out);
}

/* Of several tests, and unicast is several, there is no inversion. */
static bool is_invertible(uint16_t types)
{
	uint16_t of_address = types & OF_ADDRESS;

	if (of_address == 0)
		return true;
	return (of_address == XT_ADDRTYPE_MULTICAST || of_address == XT_ADDRTYPE_UNSPEC) &&
	       !(types & OF_ROUTE);
}

static bool addrtype_ipv6(const struct question *question, struct op_list *out)
{
	struct question route = *question;

	if ((question->types & ~(OF_ADDRESS | OF_ROUTE)) ||
	    (question->invert && !is_invertible(question->types)))
		return false;
	if (question->types & XT_ADDRTYPE_MULTICAST)
		beginning_test(question, multicast, sizeof(multicast), question->invert, out);
	if (question->types & XT_ADDRTYPE_UNSPEC)
		beginning_test(question, unspecified, sizeof(unspecified), question->invert, out);
	if (question->types & XT_ADDRTYPE_UNICAST)
		unicast_test(question, out);
	route.types &= OF_ROUTE;
	if (route.types & XT_ADDRTYPE_UNREACHABLE)
		route.types |= REFUSED;
	if (route.types)
		types_test(&route, out);
	return true;
}

static bool addrtype_decode(const struct xt_extension *in, struct op_list *out)
{
	const uint32_t limits = XT_ADDRTYPE_LIMIT_IFACE_IN | XT_ADDRTYPE_LIMIT_IFACE_OUT;
	const uint32_t known = XT_ADDRTYPE_INVERT_SOURCE | XT_ADDRTYPE_INVERT_DEST | limits;
	const struct xt_addrtype_info_v1 *info = in->info;
	uint32_t device = info->flags & XT_ADDRTYPE_LIMIT_IFACE_IN    ? NFTA_FIB_F_IIF
			  : info->flags & XT_ADDRTYPE_LIMIT_IFACE_OUT ? NFTA_FIB_F_OIF
								      : 0;
	const struct question source = {false, info->flags & XT_ADDRTYPE_INVERT_SOURCE, device, info->source};
	const struct question dest = {true, info->flags & XT_ADDRTYPE_INVERT_DEST, device, info->dest};

	if ((info->flags & ~known) || (info->flags & limits) == limits)
		return false;
	if (in->family == NFPROTO_IPV6)
		return addrtype_ipv6(&source, out) && addrtype_ipv6(&dest, out);
	return addrtype_ipv4(&source, out) && addrtype_ipv4(&dest, out);
}

static bool addrtype0_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_addrtype_info *info = in->info;
	const struct question source = {false, info->invert_source, 0, info->source};
	const struct question dest = {true, info->invert_dest, 0, info->dest};

	if (info->invert_source > 1 || info->invert_dest > 1)
		return false;
	return addrtype_ipv4(&source, out) && addrtype_ipv4(&dest, out);
}

/*
 * A source that is this host's own address, which accept_local is about, is nobody whom packets come from. IPv6 looks for a
 * route by the link first (rpfilter_lookup_reverse6).
 */
static bool rpfilter_decode(const struct xt_extension *in, struct op_list *out)
{
	const uint8_t known =
		XT_RPFILTER_LOOSE | XT_RPFILTER_VALID_MARK | XT_RPFILTER_ACCEPT_LOCAL | XT_RPFILTER_INVERT;
	const struct xt_rpfilter_info *info = in->info;
	uint32_t flags = NFTA_FIB_F_SADDR | NFTA_FIB_F_PRESENT;
	uint8_t present = !(info->flags & XT_RPFILTER_INVERT);

	if (info->flags & ~known)
		return false;
	if (!(info->flags & XT_RPFILTER_LOOSE))
		flags |= NFTA_FIB_F_IIF | (in->family == NFPROTO_IPV6 ? FIB_F_ANY_METRIC : 0u);
	if (info->flags & XT_RPFILTER_VALID_MARK)
		flags |= NFTA_FIB_F_MARK;
	fib_load(out, flags, NFT_FIB_RESULT_OIF);
	xt_equal(out, &present, sizeof(present), false);
	return true;
}

static bool realm_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_realm_info *info = in->info;

	if (info->invert > 1)
		return false;
	xt_meta(out, NFT_META_RTCLASSID, sizeof(info->id));
	xt_equal_masked(out, &info->id, &info->mask, sizeof(info->id), info->invert);
	return true;
}

static const struct xt_kind kinds[] = {
	{"addrtype", 0, NFPROTO_IPV4, sizeof(struct xt_addrtype_info), addrtype0_decode},
	{"addrtype", 1, NFPROTO_IPV4, sizeof(struct xt_addrtype_info_v1), addrtype_decode},
	{"addrtype", 1, NFPROTO_IPV6, sizeof(struct xt_addrtype_info_v1), addrtype_decode},
	{"rpfilter", 0, NFPROTO_IPV4, sizeof(struct xt_rpfilter_info), rpfilter_decode},
	{"rpfilter", 0, NFPROTO_IPV6, sizeof(struct xt_rpfilter_info), rpfilter_decode},
	{"realm", 0, NFPROTO_UNSPEC, sizeof(struct xt_realm_info), realm_decode},
};

const struct xt_kinds xt_route_matches = {kinds, COUNT(kinds)};
