#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What status and why tell about the host as it is now: listeners, counters, conditions, what cannot be read, and who opened it.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() { world_up; }
teardown() { world_down; }

closed_host() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
}

@test "status: a journal that is damaged is told, since no change can be made" {
	fwport open 443
	echo damaged >>"$world/state/journal"
	fwport status
	assert_says "journal:5: the journal is damaged: its checksum is wrong" "hint: move it away"
	fwport --json status
	[[ $(field damaged) == *"the journal is damaged"* ]]
	fwport open 80
	assert_status 3
}

@test "status: nothing listens" {
	fwport open https
	fwport status
	assert_status 0
	assert_says https "nothing listens"
}

@test "status: only on 127.0.0.1" {
	serve 443@127.0.0.1
	fwport open https
	fwport status
	assert_status 0
	assert_says "only on 127.0.0.1"
	expect4 443=refused
}

@test "status: the process that listens is named" {
	serve 443
	fwport open https
	fwport status
	assert_says python3
	fwport --json why in 443
	assert_status 0
	assert_field listeners.0.port 443
	assert_field listeners.0.protocol tcp
	assert_field listeners.0.uid 0
	[[ "$(field listeners.0.program)" == python3* ]]
	[ "$(field listeners.0.pid)" -gt 1 ]
}

@test "status: counters move with the client's packets" {
	local before
	closed_host
	serve 443
	fwport open https
	fwport --json status
	before=$(field openings.0.packets)
	expect46 443=open
	fwport --json status
	[ "$(field openings.0.packets)" -gt "$before" ] || { tell "it was $before packets before" && return 1; }
}

@test "status: an opening that somebody else shut is told, and opening again repairs it" {
	local rules
	closed_host
	serve 443
	rules=$(ruleset)
	fwport open https
	assert_status 0
	host nft flush chain inet filter input
	host nft add rule inet filter input ct state established accept
	host nft add rule inet filter input tcp dport 22 accept
	expect46 443=timeout
	fwport status
	assert_status 1
	assert_says "inet filter input"
	fwport --json open https
	assert_status 0
	assert_field changed true
	expect46 443=open
	fwport close https
	assert_status 0
	assert_ruleset "$rules"
}

@test "status: after a flush of everything nothing filters, and close forgets the record" {
	closed_host
	fwport open https
	host nft flush ruleset
	fwport status
	assert_status 0
	fwport close https
	assert_status 0
	[ -z "$(ruleset)" ]
	fwport status
	assert_says_not https
}

@test "status: a home table that somebody deleted comes back with the next open" {
	local rules
	closed_host
	rules=$(ruleset)
	fwport open https
	host nft delete table inet fwport
	fwport open https
	assert_status 0
	[[ "$(ruleset)" == *"table inet fwport"* ]]
	fwport close https
	assert_status 0
	assert_ruleset "$rules"
}

@test "close: a port that somebody else's rule opens stays open, and that rule is named" {
	local rules
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport { 22, 443 } accept
			}
		}
	END
	serve 443
	rules=$(ruleset)
	fwport close https
	assert_status 1
	assert_says "inet filter input" "443"
	fwport open https
	assert_status 0
	fwport --json close https
	assert_status 0
	assert_field changed true
	[[ "$output" == *'"still_open":true'* || "$output" == *'"still_open": true'* ]]
	assert_ruleset "$rules"
	expect46 443=open
}

@test "close: tells how many established connections go on" {
	closed_host
	serve 443
	fwport open https
	client python3 -ISc '
import socket, sys, time
talk = socket.create_connection((sys.argv[1], 443))
open(sys.argv[2], "w").close()
time.sleep(60)' "$HOST4" "$world/talking" 3>&- &
	await "a connection" test -e "$world/talking"
	fwport close https
	assert_status 0
	assert_says "1 established"
}

@test "why: asking does not create a legacy table" {
	fwport why in 443
	assert_status 0
	fwport status
	assert_status 0
	fwport open https
	assert_status 0
	[ -z "$(host cat /proc/net/ip_tables_names)" ]
	[ -z "$(host cat /proc/net/ip6_tables_names)" ]
}

@test "why: a family without an address does not apply, and open does without it" {
	closed_host
	serve 443
	host ip -6 addr flush dev eth0 scope global
	fwport --json why in 443
	assert_status 1
	assert_field families.ipv6.applicable false
	fwport --json open https
	assert_status 0
	expect4 443=open
	fwport --json why in 443
	assert_status 0
	assert_field verdict open
}

@test "why: an address or an interface that cannot be meant does not apply, and what is missing is said" {
	serve 443
	fwport why in 443 --to 203.0.113.9
	assert_status 11
	assert_says "no IPv4 address of this host is in the destination asked for"
	fwport why in 443 -4 --iface nosuch0
	assert_status 11
	assert_says "interface nosuch0 is not up with an IPv4 address that fits"
}

@test "why: a rule that drops only data blocks, as it does for the client" {
	serve 443
	ruleset_is <<-END
		table inet f {
			chain i {
				type filter hook input priority 0
				tcp flags & psh == psh drop
			}
		}
	END
	expect4 443=no-data
	fwport --json why in 443
	assert_status 1
	assert_field verdict blocked
}

@test "why: a rate limit is a condition, and open does not go past it" {
	local rules
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 443 limit rate 10/second accept
			}
		}
	END
	rules=$(ruleset)
	fwport --json why in 443
	assert_status 10
	assert_field verdict depends
	assert_field families.ipv4.conditions.0.kind rate
	fwport open https
	assert_status 0
	assert_says 10/second
	[ "$(ruleset | sed '/^table inet fwport/,/^}/d' | grep .)" = "$(grep . <<<"$rules")" ]
}

@test "why: a limit for each source says so" {
	ruleset_is <<-END
		table inet filter {
			set clients {
				type ipv4_addr
				flags dynamic
				size 1000
			}
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 443 update @clients { ip saddr limit rate 10/minute } accept
			}
		}
	END
	fwport --json why in 443 -4
	assert_status 10
	assert_field families.ipv4.conditions.0.text \
		"below 10/minute for each source; above that dropped by the policy of inet filter input"
}

@test "why: an allow list of sources answers for whom it is asked" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				ip saddr 192.0.2.66 tcp dport 443 accept
			}
		}
	END
	serve 443
	fwport why in 443 -4
	assert_status 1
	fwport why in 443 --from 192.0.2.66
	assert_status 0
	expect4 443=timeout
	expect_from 192.0.2.66 "$HOST4" 443=open
}

@test "why: a port is open that no neighbour finds over IPv6, and it is said until neighbour discovery is accepted" {
	local lost="neighbour discovery (ICMPv6 135 and 136) is dropped by the policy of inet filter input"
	closed_host
	serve 443
	host ip -6 neigh flush dev eth0 nud permanent
	client ip -6 neigh flush dev eth0 nud permanent
	fwport open https
	assert_status 0
	assert_says "$lost: only neighbours with a static entry reach this host over IPv6"
	expect4 443=open
	expect6 443=unreachable
	fwport --json why in 443
	assert_status 0
	assert_field families.ipv6.verdict open
	assert_field families.ipv4.exceptions.length 0
	assert_field families.ipv6.exceptions.0.kind other
	[[ "$(field families.ipv6.exceptions.0.text)" == "$lost"* ]]
	host nft add rule inet filter input icmpv6 type '{ nd-neighbor-solicit, nd-neighbor-advert }' accept
	expect6 443=open
	fwport why in 443
	assert_status 0
	assert_says_not neighbour
}

@test "why: every packet and every chain of the path is listed, also behind the blocker" {
	ruleset_is <<-END
		table inet first { chain input { type filter hook input priority -5; policy drop; }; }
		table ip second { chain input { type filter hook input priority 5; policy drop; }; }
		table inet third { chain output { type filter hook output priority 0; }; }
	END
	fwport --json why in 443 -4
	assert_status 1
	assert_field families.length 1
	assert_field families.ipv4.packets.0.packet syn
	assert_field families.ipv4.packets.1.packet syn-ack
	assert_field families.ipv4.packets.2.packet ack
	assert_field families.ipv4.packets.syn.path.length 2
	assert_field families.ipv4.packets.syn-ack.path.length 1
	assert_field families.ipv4.packets.syn.decided_by.table first
	assert_field families.ipv4.packets.syn-ack.verdict pass
	assert_field families.ipv4.blockers.length 2
	assert_field families.ipv4.blockers.1.table second
}

@test "why: the number is the kernel's, and owners are told apart" {
	closed_host
	fwport --json why in 443
	assert_field ruleset "$(ruleset_number)"
	assert_field families.ipv4.blockers.0.engine nft
	assert_field families.ipv4.blockers.0.owner admin
}

@test "why: the fix that it prints works" {
	local fix
	closed_host
	serve 443
	fwport --json why in 443
	assert_status 1
	fix=$(field families.ipv4.fix.fwport)
	[[ "$fix" == fwport\ * ]]
	# shellcheck disable=SC2086 # the words of a command
	fwport ${fix#fwport }
	assert_status 0
	expect4 443=open
}

@test "services: says which file won" {
	fwport services https
	assert_status 0
	assert_says 443 services
	fwport services no-such-service
	assert_status 1
	printf 'https=4443\n' >"$world/etc/services"
	fwport services https
	assert_status 0
	assert_says 4443 "$world/etc/services"
	serve 4443
	closed_host
	fwport open https
	expect46 4443=open 443=timeout
}

@test "why: a port that a rule writes is not followed" {
	ruleset_is <<-END
		table ip rewriting {
			chain prerouting {
				type filter hook prerouting priority -310; policy accept
				tcp dport 443 tcp dport set 444
			}
			chain input {
				type filter hook input priority 0; policy drop
				tcp dport { 443, 445 } accept
			}
		}
	END
	serve 443 445
	expect4 443=timeout 445=open
	fwport why in 443 -4
	assert_status 11
	assert_says "an address or port that a rule writes"
	fwport why in 445 -4
	assert_status 0
}
