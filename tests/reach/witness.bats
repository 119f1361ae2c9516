#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the witness sees of a connection that this host's firewall, a router or the target stops.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load ../cli/world

setup() { world_up; }
teardown() { world_down; }

CLIENT4=192.0.2.1
CLIENT6=2001:db8::1

# check WORD...: the check itself, in the host.
check() {
	run --separate-stderr host timeout 60 "$top_builddir/src/fwport-check" --json --stage=tcp --timeout=4 "$@"
	told="fwport-check $*"
	keep_json --json "$@"
}

# lines_say COUNT PATTERN...: so many of the endpoints are told of like that.
lines_say() {
	local count=$1 pattern
	shift
	for pattern; do
		[ "$(grep -oE "$pattern" <<<"$output" | wc -l)" -eq "$count" ] ||
			{ tell "$count times $pattern expected" && return 1; }
	done
}

client_rules() {
	client nft -f -
}

@test "witness: a connection that works is seen once each way" {
	serve client 443
	check "$CLIENT4" "$CLIENT6"
	assert_status 0
	lines_say 2 '"syn_out":1,"syn_ack_in":1,"rst_in":0,"icmp_in":0,"syn_ack_ttl":64'
}

@test "witness: on the loopback interface as well, where packets pass twice" {
	serve host 443
	check 127.0.0.1 ::1 "$HOST4"
	assert_status 0
	lines_say 3 '"syn_out":1,"syn_ack_in":1,'
}

@test "witness: what the output chain drops was never seen to leave" {
	serve client 443
	ruleset_is <<<'table inet f { chain o { type filter hook output priority 0; tcp dport 443 drop; }; }'
	check "$CLIENT4" "$CLIENT6"
	assert_status 1
	lines_say 2 '"status":"timed-out"' '"syn_out":0,"syn_ack_in":0' '"code":"output-drop"' '"confidence":"proved"'
}

@test "witness: what the input chain drops was seen to come" {
	serve client 443
	ruleset_is <<<'table inet f { chain i { type filter hook input priority 0; tcp sport 443 drop; }; }'
	check "$CLIENT4" "$CLIENT6"
	assert_status 1
	lines_say 2 '"status":"timed-out"' '"syn_out":[2-9],"syn_ack_in":[2-9]' '"code":"input-drop"' '"confidence":"proved"'
}

@test "witness: what is dropped on the way was seen to leave, and again" {
	client_rules <<<'table inet f { chain i { type filter hook input priority 0; tcp dport 443 drop; }; }'
	check "$CLIENT4" "$CLIENT6"
	assert_status 1
	lines_say 2 '"syn_out":[2-9],"syn_ack_in":0' '"code":"no-answer"'
}

@test "witness: a reset has the TTL of who sent it" {
	client_rules <<<'table ip f { chain o { type filter hook output priority 0; tcp flags rst ip ttl set 44; }; }'
	check "$CLIENT4"
	assert_status 1
	lines_say 1 '"status":"refused"' '"rst_in":1' '"rst_ttl":44'
}

@test "witness: the router that refuses is named, to the witness and without one" {
	client sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	client ip link add lan type veth peer name lan0
	client ip link set lan up
	client ip link set lan0 up
	client ip route add 198.51.100.0/24 dev lan
	client ip route add 2001:db8:51::/64 dev lan
	client_rules <<-END
		table inet f { chain f { type filter hook forward priority 0; reject with icmpx admin-prohibited; }; }
	END
	check 198.51.100.7 2001:db8:51::7
	assert_status 1
	lines_say 2 '"code":"admin-prohibited"'
	lines_say 2 "\"witness\":[^}]*\"icmp_in\":1[^}]*\"icmp\":\{\"type\":(3,\"code\":13,\"from\":\"$CLIENT4\"|1,\"code\":1,\"from\":\"$CLIENT6\")"
	run --separate-stderr host setpriv --reuid 65534 --clear-groups "$top_builddir/src/fwport-check" --json --stage=tcp 198.51.100.7
	assert_status 1
	lines_say 1 '"witness":null' "\"icmp\":\{\"type\":3,\"code\":13,\"from\":\"$CLIENT4\"\}" '"code":"admin-prohibited"'
}

@test "witness: NAT of this host hides nothing from it" {
	serve host 8443
	serve client 443
	ruleset_is <<-'END'
		table inet n {
			chain o { type nat hook output priority -100; ip daddr 198.51.100.7 tcp dport 443 redirect to :8443; }
			chain p { type nat hook postrouting priority 100; ip daddr 192.0.2.1 masquerade fully-random; }
		}
	END
	check 198.51.100.7 "$CLIENT4"
	assert_status 0
	lines_say 2 '"syn_out":1,"syn_ack_in":1,'
	lines_say 1 '"diverted":\{"address":"127.0.0.1","port":8443\}' '"diverted":null'
}

@test "witness: what the input chain rejects is refused by this host" {
	serve client 443
	ruleset_is <<<'table inet f { chain i { type filter hook input priority 0; tcp sport 443 reject; }; }'
	check "$CLIENT4"
	assert_status 1
	lines_say 1 '"syn_ack_in":[2-9]' '"icmp_out":[1-9]'
}

@test "witness: a bridge shows a packet twice, and it counts once" {
	serve client 443
	host ip -batch - <<-END
		link add br0 address 02:00:00:00:00:10 type bridge
		link set br0 up
		link set eth0 master br0
		addr flush dev eth0
		addr add $HOST4/24 dev br0
		neigh replace $CLIENT4 lladdr 02:00:00:00:00:01 dev br0 nud permanent
	END
	check "$CLIENT4"
	assert_status 0
	lines_say 1 '"syn_out":1,"syn_ack_in":1,'
}
