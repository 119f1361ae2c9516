#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Which way the kernel would send it: routes that refuse, links that carry nothing, neighbours that are silent; on the way to the
# target, and on that to its nameserver.

load name

setup() {
	world_up
}

teardown() {
	world_down
}

# assert_way STATUS [DEVICE]
assert_way() {
	assert_field stages.route.status "$1"
	assert_field stages.route.device "${2:-null}"
}

@test "a target on the link" {
	check 192.0.2.80
	assert_verdict ok/ok
	assert_way ok eth0
	assert_field stages.route.gateway null
	assert_field stages.route.source 192.0.2.10
	assert_field stages.route.mtu 1500
}

@test "a target behind a router" {
	router ip addr add 198.51.100.80/32 dev lo
	site router 443@198.51.100.80
	host ip route add 198.51.100.80 via 192.0.2.1 mtu 1400
	check 198.51.100.80
	assert_verdict ok/ok
	assert_field stages.route.gateway 192.0.2.1
	assert_field stages.route.mtu 1400
}

@test "routes that refuse" {
	local kind
	for kind in unreachable prohibit blackhole; do
		host ip route replace "$kind" 198.51.100.80
		check 198.51.100.80
		assert_verdict "local-route/route-$kind"
		assert_way "$kind"
		host ip route replace "$kind" 2001:db8:1::80
		check 2001:db8:1::80
		assert_verdict "local-route/route-$kind"
		assert_way "$kind"
	done
}

@test "a rule of policy routing that is about the user, and one that is about the port" {
	host ip rule add uidrange 65534-65534 prohibit
	check --as-user=nobody 192.0.2.80
	assert_verdict local-route/route-prohibit
	host ip rule del uidrange 65534-65534 prohibit
	host ip rule add ipproto tcp dport 443 to 192.0.2.80 blackhole
	check 192.0.2.80
	assert_verdict local-route/route-blackhole
	check 192.0.2.80:444
	assert_way ok eth0
}

@test "a rule of policy routing that is about the source" {
	host ip rule add from 192.0.2.10 prohibit
	check 192.0.2.80
	assert_verdict local-route/route-prohibit
	host ip rule del from 192.0.2.10 prohibit
	host ip rule add from 192.0.2.10 lookup 100
	host ip route add 192.0.2.80 via 192.0.2.1 table 100
	check 192.0.2.80
	assert_verdict ok/ok
	assert_field stages.route.gateway 192.0.2.1
	assert_field stages.route.source 192.0.2.10
}

@test "no route, and no address" {
	host ip route del default
	check 198.51.100.80
	assert_verdict local-route/no-route
	assert_way none
	host ip -6 addr flush dev eth0
	check 2001:db8:1::80
	assert_verdict local-network/no-address
	assert_way no-source eth0
	host ip addr flush dev eth0
	check 198.51.100.80
	assert_verdict local-network/no-address
}

@test "an interface that is switched off" {
	host ip link set eth0 down
	check 192.0.2.80
	assert_verdict local-network/link-down
	assert_way link-down eth0
	check 2001:db8::80
	assert_verdict local-network/link-down
}

@test "a loopback that is switched off" {
	etc resolv.conf 'nameserver 127.0.0.53'
	host ip link set lo down
	check 127.0.0.1
	assert_verdict local-network/link-down
	assert_way link-down lo
	check www.example
	assert_verdict local-network/link-down
	assert_says "nameserver 127.0.0.53"
}

@test "a host without IPv6 lacks nothing where IPv4 leads to the target" {
	nameservers 192.0.2.53=good
	host ip -6 addr flush dev eth0
	check www.example
	assert_verdict ok/ok
	assert_field warnings '[]'
}

@test "an interface without a carrier" {
	router ip link set eth0 down
	check 192.0.2.80
	assert_verdict local-network/link-down
	assert_way link-down eth0
}

@test "a bridge of containers without any is not why there is no route" {
	host ip link add docker0 type bridge
	host ip addr add 172.17.0.1/16 dev docker0
	host ip link set docker0 up
	host ip route del default
	check 198.51.100.80
	assert_verdict local-route/no-route
}

@test "a next hop that does not answer" {
	check 192.0.2.81
	assert_verdict local-network/next-hop-silent
	assert_field stages.route.neighbour silent
	check 2001:db8::81
	assert_verdict local-network/next-hop-silent
	assert_says "neighbour solicitation"
}

@test "this host itself" {
	site host 443
	check 192.0.2.10
	assert_verdict ok/ok
	assert_way ok lo
	assert_field stages.route.neighbour not-needed
}

@test "a nameserver's silence is not its fault where the way to it is gone" {
	etc resolv.conf 'nameserver 198.51.100.53'
	host ip route add prohibit 198.51.100.53
	check www.example
	assert_verdict local-route/route-prohibit
	assert_says "nameserver 198.51.100.53"
	host ip route del prohibit 198.51.100.53
	router ip route add prohibit 198.51.100.53
	check --timeout=2 www.example
	assert_verdict path/admin-prohibited
	assert_says "router 192.0.2.1"
	host ip route del default
	check www.example
	assert_verdict local-route/no-route
	etc resolv.conf 'nameserver 192.0.2.55'
	check www.example
	assert_verdict local-network/next-hop-silent
	host ip link set eth0 down
	check www.example
	assert_verdict local-network/link-down
}
