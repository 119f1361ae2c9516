#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What is said of rules with matches of x_tables is what becomes of real conversations.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	command -v iptables-nft-restore >/dev/null || skip "needs iptables-nft"
	world_up
}
teardown() { world_down; }

# rules4, rules6 < LINES: of a filter table whose INPUT drops what no line accepts.
rules() {
	host "$1" < <(
		echo '*filter'
		echo ':INPUT DROP'
		echo ':OUTPUT ACCEPT'
		cat
		echo COMMIT
	)
}
rules4() { rules iptables-nft-restore; }
rules6() { rules ip6tables-nft-restore; }

# said FAMILY PORT=WORD...: open is said of what is open, and blocked of all else.
said() {
	local family=$1 spec verdict
	shift
	for spec; do
		verdict=blocked
		[ "${spec#*=}" != open ] || verdict=open
		fwport --json why in "${spec%=*}" "-$family" --from "$peer" --iface eth0
		assert_field verdict "$verdict" || return 1
	done
}

# true4, true6 PORT=WORD...: so it is, and so it is said.
true4() {
	local peer=192.0.2.1
	expect4 "$@"
	said 4 "$@"
}
true6() {
	local peer=2001:db8::1
	expect6 "$@"
	said 6 "$@"
}

@test "conntrack: states, protocol, ports and addresses" {
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
		-A INPUT -p tcp --dport 2 -m conntrack --ctstate NEW -j ACCEPT
		-A INPUT -p tcp --dport 3 -m conntrack ! --ctstate INVALID,UNTRACKED -j ACCEPT
		-A INPUT -p tcp --dport 4 -m state --state NEW,ESTABLISHED -j ACCEPT
		-A INPUT -p tcp --dport 5 -m conntrack --ctstate NEW,ESTABLISHED --ctorigdstport 4:6 -j ACCEPT
		-A INPUT -p tcp --dport 6 -m conntrack ! --ctorigdstport 6 -j ACCEPT
		-A INPUT -p tcp --dport 7 -m conntrack --ctproto tcp --ctorigsrc 192.0.2.0/24 ! --ctreplsrc 192.0.2.1 -j ACCEPT
		-A INPUT -p tcp --dport 8 -m conntrack --ctdir ORIGINAL -j ACCEPT
		-A INPUT -p tcp --dport 9 -m conntrack --ctdir REPLY -j ACCEPT
		-A INPUT -p tcp --dport 10 -m conntrack ! --ctstatus EXPECTED -j ACCEPT
		-A INPUT -p tcp --dport 11 -m conntrack ! --ctstatus CONFIRMED -j ACCEPT
	END
	serve {1..11}
	true4 1=open 2=no-data 3=open 4=open 5=open 6=timeout 7=open 8=open 9=timeout 10=open 11=no-data
}

@test "conntrack: NAT is part of the state" {
	rules4 <<-END
		-A INPUT -m conntrack --ctstate DNAT -j ACCEPT
		-A INPUT -p tcp --dport 2 -m conntrack ! --ctstate DNAT,INVALID -j ACCEPT
		-A INPUT -p tcp --dport 3 -m conntrack ! --ctstate DNAT -j DROP
	END
	ruleset_is <<-END
		table ip nat {
			chain PREROUTING {
				type nat hook prerouting priority dstnat; policy accept
				tcp dport 80 redirect to :8080
			}
		}
	END
	serve 2 3 8080
	true4 2=open 3=timeout 8080=timeout
	fwport --json why in 80 -4 --from 192.0.2.1
	assert_field verdict open
}

@test "conntrack: without a connection there is no NAT, and nothing else to ask for" {
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m conntrack ! --ctstate DNAT -j ACCEPT
		-A INPUT -p tcp --dport 2 -m conntrack --ctstate DNAT -j ACCEPT
		-A INPUT -p tcp --dport 3 -m conntrack --ctstate UNTRACKED,SNAT -j ACCEPT
		-A INPUT -p tcp --dport 4 -m conntrack ! --ctorigsrc 203.0.113.1 -j ACCEPT
		-A INPUT -p tcp --dport 5 -m helper ! --helper ftp -j ACCEPT
		-A INPUT -p tcp --dport 6 -m helper --helper ftp -j ACCEPT
		-A INPUT -p tcp --dport 7 -m connmark ! --mark 5 -j ACCEPT
	END
	ruleset_is <<-END
		table ip past_tracking {
			chain prerouting { type filter hook prerouting priority raw; notrack; }
			chain output { type filter hook output priority raw; notrack; }
		}
	END
	serve {1..7}
	true4 1=open 2=timeout 3=open 4=timeout 5=open 6=timeout 7=timeout
}

@test "connmark and helper of a connection" {
	rules6 <<-END
		-A INPUT -p ipv6-icmp -j ACCEPT
		-A INPUT -p tcp --dport 1 -m connmark --mark 0/0xff -j ACCEPT
		-A INPUT -p tcp --dport 2 -m connmark ! --mark 0 -j ACCEPT
		-A INPUT -p tcp --dport 3 -m helper --helper ftp -j ACCEPT
		-A INPUT -p tcp --dport 4 -m helper ! --helper ftp -j ACCEPT
	END
	serve {1..4}
	true6 1=open 2=timeout 3=timeout 4=open
}

@test "headers: addresses, lifetime, service, length" {
	rules4 <<-END
		-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
		-A INPUT -p tcp --dport 1 -m iprange --src-range 192.0.2.1-192.0.2.5 -j ACCEPT
		-A INPUT -p tcp --dport 2 -m iprange ! --src-range 192.0.2.1-192.0.2.5 -j ACCEPT
		-A INPUT -p tcp --dport 3 -m iprange --dst-range 192.0.2.10-192.0.2.10 -j ACCEPT
		-A INPUT -p tcp --dport 4 -m dscp --dscp 0 -j ACCEPT
		-A INPUT -p tcp --dport 5 -m dscp ! --dscp 0 -j ACCEPT
		-A INPUT -p tcp --dport 6 -m tos --tos 0/0xff -j ACCEPT
		-A INPUT -p tcp --dport 7 -m length --length 0:127 -j ACCEPT
		-A INPUT -p tcp --dport 8 -m length ! --length 0:127 -j ACCEPT
		-A INPUT -p tcp --dport 9 -m ecn --ecn-ip-ect 0 -j ACCEPT
		-A INPUT -p tcp --dport 10:19 -j ACCEPT
		-A OUTPUT -p tcp --sport 10 -m ttl ! --ttl-eq 64 -j DROP
		-A OUTPUT -p tcp --sport 11 -m ttl --ttl-gt 63 -j DROP
		-A OUTPUT -p tcp --sport 12 -m ttl --ttl-lt 64 -j DROP
		-A OUTPUT -p tcp --sport 13 -m iprange --dst-range 192.0.2.1-192.0.2.9 -j DROP
	END
	serve {1..13}
	true4 1=open 2=timeout 3=open 4=open 5=timeout 6=open 7=open 8=timeout 9=open \
		10=open 11=timeout 12=open 13=timeout
}

@test "headers: the neighbour is found by ICMPv6" {
	local types="-m icmp6 --icmpv6-type"
	host ip neigh del 2001:db8::1 dev eth0
	rules6 <<-END
		-A INPUT -p tcp --dport 443 -j ACCEPT
		-A INPUT -p ipv6-icmp $types neighbour-advertisement -m hl --hl-eq 255 -j ACCEPT
		-A INPUT -p ipv6-icmp $types neighbour-solicitation -m hl --hl-eq 255 -j ACCEPT
	END
	serve 443
	true6 443=open
	host ip neigh flush dev eth0
	host ip6tables-nft -I INPUT -p ipv6-icmp $types 136/0 -j DROP
	expect6 443=timeout
	fwport why in 443 -6
	assert_says "neighbour advertisement (ICMPv6 136) is dropped by rule 1"
	host ip6tables-nft -R INPUT 1 -p ipv6-icmp -m icmp6 ! --icmpv6-type 136/0 -j DROP
	host ip neigh flush dev eth0
	true6 443=open
	assert_says_not "(ICMPv6 136) is dropped"
}

@test "headers: what the other end chooses is a condition" {
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT
		-A INPUT -p tcp --dport 2 -m ttl --ttl-gt 60 -j ACCEPT
	END
	serve 1 2
	expect4 1=open 2=open
	fwport why in 1 -4
	assert_status 10
	assert_says "the link layer's header, which rule 1"
	fwport why in 2 -4
	assert_status 10
	assert_says "the IP header, which rule 2"
}

@test "routes: kinds of addresses, the way back" {
	host sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/eth0/rp_filter'
	host ip link add other type veth peer name far
	host ip addr add 203.0.113.10/24 dev other
	host ip link set other up
	host ip link set far up
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m addrtype --dst-type LOCAL -j ACCEPT
		-A INPUT -p tcp --dport 2 -m addrtype ! --dst-type LOCAL,BROADCAST -j ACCEPT
		-A INPUT -p tcp --dport 3 -m addrtype --src-type UNICAST --dst-type LOCAL,MULTICAST -j ACCEPT
		-A INPUT -p tcp --dport 4 -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT
		-A INPUT -p tcp --dport 5 -m addrtype --src-type LOCAL -j ACCEPT
		-A INPUT -p tcp --dport 6:9 -j ACCEPT
	END
	host iptables-nft -t raw -A PREROUTING -p tcp --dport 6 -m rpfilter --invert -j DROP
	host iptables-nft -t raw -A PREROUTING -p tcp --dport 7 -m rpfilter -j DROP
	host iptables-nft -t raw -A PREROUTING -p tcp --dport 8 -m rpfilter --loose --validmark --invert -j DROP
	serve {1..8}
	true4 1=open 2=timeout 3=open 4=open 5=timeout 6=open 7=timeout 8=open
	host ip route replace 192.0.2.1/32 dev other
	true4 6=timeout
	assert_blocker 0 "ip raw PREROUTING" 1 syn
	[ "$(host iptables-nft -t raw -nvxL PREROUTING 1 | awk '{ print $1 }')" -gt 0 ]
}

@test "routes: kinds of IPv6 addresses" {
	rules6 <<-END
		-A INPUT -p tcp --dport 1 -m addrtype --dst-type LOCAL -j ACCEPT
		-A INPUT -p tcp --dport 2 -m addrtype ! --dst-type LOCAL -j ACCEPT
		-A INPUT -p tcp --dport 3 -m addrtype --dst-type UNICAST -j ACCEPT
		-A INPUT -p tcp --dport 4 -m addrtype --dst-type MULTICAST -j ACCEPT
		-A INPUT -p tcp --dport 5 -m addrtype ! --dst-type MULTICAST -j ACCEPT
		-A INPUT -p tcp --dport 6 -m addrtype --src-type UNICAST --dst-type UNICAST,LOCAL -j ACCEPT
		-A INPUT -p tcp --dport 7 -m addrtype --src-type LOCAL -j ACCEPT
		-A INPUT -p tcp --dport 8 -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT
		-A INPUT -p tcp --dport 9 -m addrtype --src-type UNREACHABLE -j ACCEPT
		-A INPUT -p tcp --dport 10:11 -j ACCEPT
	END
	host ip6tables-nft -t raw -A PREROUTING -p tcp --dport 10 -m rpfilter --invert -j DROP
	host ip6tables-nft -t raw -A PREROUTING -p tcp --dport 11 -m rpfilter --loose -j DROP
	serve {1..11}
	true6 1=open 2=timeout 3=open 4=timeout 5=open 6=open 7=timeout 8=open 9=timeout 10=open 11=timeout
}

# nft's fib takes the best route alone.
@test "routes: any route of IPv6 as close as the best is a way back" {
	local drops counters
	client ip addr add 2001:db8:5::5/128 dev eth0 nodad
	host ip link add other type veth peer name far
	host ip link set far up
	host ip link set other up
	host ip addr add 2001:db8:9::1/64 dev other nodad
	host ip route add ::/0 via 2001:db8:9::9 dev other metric 10
	rules6 <<<'-A INPUT -j ACCEPT'
	host ip6tables-nft -t raw -A PREROUTING -p tcp --dport 1 -m rpfilter --invert -j DROP
	ruleset_is <<-END
		table ip6 native {
			chain prerouting {
				type filter hook prerouting priority raw; policy accept
				tcp dport 2 fib saddr . iif oif missing counter drop
			}
		}
	END
	expect_from 2001:db8:5::5 "$HOST6" 1=timeout 2=timeout
	drops=$(host ip6tables-nft -t raw -nvxL PREROUTING 1 | awk '{ print $1 }')
	[ "$drops" = 0 ]
	counters=$(host nft list table ip6 native)
	[[ "$counters" != *"packets 0"* ]]
	fwport --json why in 1 -6 --from 2001:db8:5::5 --iface eth0
	assert_field families.0.packets.0.verdict pass
	fwport --json why in 2 -6 --from 2001:db8:5::5 --iface eth0
	assert_field families.0.packets.0.verdict drop
}

@test "attached: marks, types, groups, owners, IPsec, bridges" {
	host ip link set eth0 group 3
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m mark --mark 5/0xf -j ACCEPT
		-A INPUT -p tcp --dport 2 -m mark ! --mark 5 -j ACCEPT
		-A INPUT -p tcp --dport 3 -m pkttype --pkt-type unicast -j ACCEPT
		-A INPUT -p tcp --dport 4 -m pkttype ! --pkt-type multicast -j ACCEPT
		-A INPUT -p tcp --dport 5 -m devgroup --src-group 3 -j ACCEPT
		-A INPUT -p tcp --dport 6 -m devgroup ! --src-group 0x3/0x1 -j ACCEPT
		-A INPUT -p tcp --dport 7 -m policy --dir in --pol none -j ACCEPT
		-A INPUT -p tcp --dport 8 -m policy --dir in --pol ipsec -j ACCEPT
		-A INPUT -p tcp --dport 9 -m physdev --physdev-is-in -j ACCEPT
		-A INPUT -p tcp --dport 10 -m physdev ! --physdev-in eth9 -j ACCEPT
		-A INPUT -p tcp --dport 11 -m statistic --mode random --probability 1 -j ACCEPT
		-A INPUT -p tcp --dport 20:30 -j ACCEPT
		-A OUTPUT -p tcp --sport 20 -m owner ! --socket-exists -j DROP
		-A OUTPUT -p tcp --sport 21 -m owner --socket-exists -j DROP
		-A OUTPUT -p tcp --sport 22 -m policy --dir out --pol ipsec -j DROP
		-A OUTPUT -p tcp --sport 23 -m policy --dir out --pol none -j DROP
	END
	host iptables-nft -t raw -A PREROUTING -p tcp --dport 1 -j MARK --set-mark 0x25
	serve {1..11} {20..23}
	expect4 1=open
	true4 2=open 3=open 4=open 5=open 6=timeout 7=open 8=timeout 9=timeout 10=open 11=open \
		20=open 21=timeout 22=open 23=timeout
}

@test "attached: the owner of what leaves" {
	host ip6tables-nft -A OUTPUT -p tcp --dport 1 -m owner --uid-owner 0 -j REJECT
	host ip6tables-nft -A OUTPUT -p tcp --dport 2 -m owner ! --uid-owner 0-5 -j REJECT
	host ip6tables-nft -A OUTPUT -p tcp --dport 3 -m owner ! --gid-owner 7 -j REJECT
	serve client {1..3}
	host python3 -IS "$here/client.py" 2001:db8::1 1=refused 2=open 3=refused
	for port in 1=blocked 2=open 3=blocked; do
		fwport --json why out "${port%=*}" -6 --to 2001:db8::1
		assert_field verdict "${port#*=}"
	done
}

# The kernel's own messages are nobody's: an inverted owner is theirs.
@test "attached: neighbours are looked for by nobody" {
	host ip6tables-nft -A OUTPUT -p ipv6-icmp -m owner --uid-owner 0 -j DROP
	serve 443
	host ip neigh flush dev eth0 nud permanent
	true6 443=open
	assert_says_not "neighbour discovery"
	host ip6tables-nft -A OUTPUT -p ipv6-icmp -m owner ! --uid-owner 0 -j DROP
	host ip neigh flush dev eth0
	expect6 443=timeout
	fwport why in 443 -6
	assert_says "neighbour discovery (ICMPv6 135 and 136) is dropped by rule 2"
}

@test "headers of IPv6 that are not there" {
	rules6 <<-END
		-A INPUT -p tcp --dport 1 -m frag --fragmore -j ACCEPT
		-A INPUT -p tcp --dport 2 -m rt ! --rt-type 0 -j ACCEPT
		-A INPUT -p tcp --dport 3 -m hbh ! --hbh-len 8 -j ACCEPT
		-A INPUT -p tcp --dport 4 -m dst ! --dst-len 8 -j ACCEPT
		-A INPUT -p tcp --dport 5 -m ipv6header --header prot -j ACCEPT
		-A INPUT -p tcp --dport 6 -m ipv6header ! --header prot -j ACCEPT
		-A INPUT -p tcp --dport 7 -m ipv6header --header route --soft -j ACCEPT
		-A INPUT -p tcp --dport 8 -m ipv6header --header prot --soft -j ACCEPT
	END
	serve {1..8}
	true6 1=timeout 2=timeout 3=timeout 4=timeout 5=open 6=timeout 7=timeout 8=open
}

@test "attached: the port of a bridge is a condition" {
	host ip link add br0 type bridge || skip "needs bridges"
	host ip -batch - <<-END
		link set br0 address 02:00:00:00:00:10 up
		link set eth0 master br0
		addr del $HOST4/24 dev eth0
		addr add $HOST4/24 dev br0
		route add default via 192.0.2.1
	END
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m physdev --physdev-in eth0 -j ACCEPT
		-A INPUT -p tcp --dport 2 -m physdev ! --physdev-in eth9 -j ACCEPT
		-A INPUT -p tcp --dport 3 -j ACCEPT
	END
	serve 1 2 3
	expect4 2=open 3=open
	fwport why in 1 -4
	assert_status 10
	assert_says "the port of a bridge"
	fwport why in 2 -4
	assert_status 10
	fwport why in 3 -4
	assert_status 0
}

@test "the time of day is a condition" {
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m time --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun -j ACCEPT
		-A INPUT -p tcp --dport 2 -m time --timestart 08:00 --timestop 18:00 -j ACCEPT
	END
	serve 1
	true4 1=open
	fwport why in 2 -4
	assert_status 10
	assert_says "the time of day"
}

@test "rates: what is left of a quota is a condition, and so is the turn of a packet" {
	rules4 <<-END
		-A INPUT -p tcp --dport 1 -m quota --quota 60 -j ACCEPT
		-A INPUT -p tcp --dport 2 -m quota --quota 20 -j ACCEPT
		-A INPUT -p tcp --dport 3 -m statistic --mode nth --every 2 --packet 0 -j ACCEPT
		-A INPUT -p tcp --dport 4 -m statistic --mode nth --every 1 --packet 0 -j ACCEPT
	END
	serve 1 2 3 4
	expect4 2=timeout 4=open
	fwport why in 1 -4
	assert_status 10
	assert_says "what is left of a quota"
	fwport why in 2 -4
	assert_status 1
	fwport why in 3 -4
	assert_status 10
	assert_says "1 of 2 packets"
	fwport why in 4 -4
	assert_status 0
}

@test "attached: what leaves without IPsec" {
	host iptables-nft-restore <<-END
		*filter
		-A OUTPUT -p tcp --sport 1 -m policy --dir out --pol none -j ACCEPT
		-A OUTPUT -p tcp --sport 2 -m policy --dir out --pol ipsec -j ACCEPT
		-A OUTPUT -p tcp -j DROP
		COMMIT
	END
	serve 1 2
	true4 1=open 2=timeout
}
