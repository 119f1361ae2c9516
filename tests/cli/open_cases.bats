#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport open https` on hosts whose ruleset somebody else wrote. Each case tells the same story with real packets: the
# client fails, why names the rule, open opens and nothing else changes, again does nothing, close leaves no trace.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	serve 22 80 443
}
teardown() { world_down; }

# before [FAMILY WORD RULE POSITION [PACKET]]...: the client fails with WORD, and why blames that rule.
before() {
	fwport --json why in 443
	assert_status 1
	assert_field verdict blocked
	while [ $# -gt 0 ]; do
		if [ "$1" = ipv4 ]; then expect4 "443=$2"; else expect6 "443=$2"; fi
		assert_field "families.$1.verdict" blocked
		assert_blocker "$1" "$3" "$4" "$5"
		shift 5
	done
	rules=$(ruleset)
}

# What everybody may rely on once it is open: the second time is nothing, status and why agree.
opened() {
	local number
	fwport why in 443
	assert_status 0
	fwport --json why in 443
	assert_status 0
	assert_field verdict open
	fwport status
	assert_status 0
	assert_says https 443
	number=$(ruleset_number)
	fwport --json open https
	assert_status 0
	assert_field changed false
	assert_number "$number"
}

closed() {
	fwport --json close https
	assert_status 0
	assert_field changed true
	assert_ruleset "$rules"
	fwport status
	assert_status 0
	assert_says_not https
}

# story SPEC=WORD...: open and close, while the neighbours stay as they are. `rules` is the ruleset to come back to.
story() {
	expect46 "$@"
	fwport --json open https
	assert_status 0
	assert_field changed true
	assert_field openings.ipv4.verdict open
	assert_field openings.ipv6.verdict open
	expect46 443=open "$@"
	opened
	closed
	expect46 "$@"
}

@test "open: a host without firewall is open, gets a record, and close says it stays open" {
	rules=$(ruleset)
	expect46 443=open
	fwport --json why in 443
	assert_status 0
	assert_field verdict open
	fwport open https
	assert_status 0
	opened
	expect46 443=open 80=open
	closed
	expect46 443=open
	fwport --json close https
	assert_status 1
}

@test "open: chains that filter nothing" {
	ruleset_is <<-END
		table inet watch {
			chain early { type filter hook prerouting priority raw; counter; }
			chain input {
				type filter hook input priority filter; policy accept
				ct state established counter
				tcp dport 443 counter
			}
			chain output { type filter hook output priority filter; policy accept; }
		}
		table ip6 empty { chain input { type filter hook input priority 5; policy accept; }; }
	END
	rules=$(ruleset)
	fwport why in 443
	assert_status 0
	fwport open https
	assert_status 0
	opened
	expect46 443=open 80=open
	fwport --json close https
	assert_status 0
	assert_field changed true
	assert_ruleset "$rules"
}

@test "open: a drop policy of somebody else's inet filter input" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				iif lo accept
				ct state established,related accept
				tcp dport 22 accept
			}
		}
	END
	before ipv4 timeout "inet filter input" policy syn ipv6 timeout "inet filter input" policy syn
	story 22=open 80=timeout
}

@test "open: a drop policy and not one rule" {
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; }
		}
	END
	before ipv4 timeout "inet filter input" policy syn ipv6 timeout "inet filter input" policy syn
	story 22=timeout 80=timeout
}

@test "open: a rationed reject before a drop policy, as a distribution ships it" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state invalid drop
				ct state { established, related } accept
				iif lo accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 22 accept
				meta pkttype host limit rate 5/second counter reject with icmpx admin-prohibited
				counter
			}
		}
	END
	before ipv4 unreachable "inet filter input" 6 syn ipv6 unreachable "inet filter input" 6 syn
	story 22=open
}

@test "open: a drop policy behind a goto" {
	ruleset_is <<-END
		table inet filter {
			chain services { tcp dport 22 accept; counter; }
			chain input {
				type filter hook input priority filter; policy drop
				ct state established,related accept
				meta l4proto { icmp, ipv6-icmp } accept
				goto services
			}
		}
	END
	before ipv4 timeout "inet filter input" policy syn ipv6 timeout "inet filter input" policy syn
	story 22=open 80=timeout
}

@test "open: a catch-all reject at the end" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy accept
				ct state vmap { established : accept, related : accept, invalid : drop }
				iif lo accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 22 accept
				counter reject with icmpx admin-prohibited
			}
		}
	END
	before ipv4 unreachable "inet filter input" 5 syn ipv6 unreachable "inet filter input" 5 syn
	story 22=open 80=unreachable
}

@test "open: an accept appended behind the catch-all is somebody's mistake and does not count" {
	ruleset_is <<-END
		table ip filter {
			chain INPUT {
				type filter hook input priority filter; policy accept
				ct state established accept
				tcp dport 22 accept
				reject with icmp host-prohibited
				tcp dport 443 accept
			}
		}
	END
	before ipv4 unreachable "ip filter INPUT" 3 syn
	fwport open https
	assert_status 0
	expect46 443=open
	expect4 80=unreachable 22=open
	opened
	closed
	expect4 443=unreachable
}

@test "open: several base chains of several owners, at different priorities, each of which drops" {
	ruleset_is <<-END
		table inet early {
			chain raw { type filter hook prerouting priority raw; policy accept; jump gate; }
			chain gate {
				tcp dport { 22, 8000-8100 } return
				meta l4proto tcp drop
			}
		}
		table inet admin {
			chain input {
				type filter hook input priority -10; policy drop
				ct state established accept
				iifname "eth0" tcp dport 22 accept
			}
		}
		table ip filter {
			chain INPUT {
				type filter hook input priority filter; policy accept
				ip protocol tcp goto services
			}
			chain services {
				ct state { established, related } accept
				tcp dport 22 accept
				counter reject with tcp reset
			}
		}
		table ip6 filter {
			chain INPUT {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
		table inet late {
			chain input {
				type filter hook input priority 20; policy accept
				tcp dport != 22 tcp flags & (syn | ack) == syn drop
			}
		}
	END
	before ipv4 timeout "inet early gate" 2 syn ipv6 timeout "inet early gate" 2 syn
	[ "$(field families.ipv4.blockers.length)" -ge 4 ]
	story 22=open 80=timeout
}

@test "open: an output policy that kills the SYN-ACK" {
	ruleset_is <<-END
		table inet filter {
			chain output {
				type filter hook output priority filter; policy drop
				oif lo accept
				udp dport 53 accept
				tcp sport 22 accept
			}
		}
	END
	before ipv4 timeout "inet filter output" policy syn-ack ipv6 timeout "inet filter output" policy syn-ack
	story 22=open 80=timeout
}

@test "open: a drop of every SYN-ACK in the output hook" {
	ruleset_is <<-END
		table inet filter {
			chain output {
				type filter hook output priority filter; policy accept
				tcp sport 22 accept
				tcp flags & (syn | ack) == syn | ack counter drop
			}
		}
	END
	before ipv4 timeout "inet filter output" 2 syn-ack ipv6 timeout "inet filter output" 2 syn-ack
	story 22=open 80=timeout
}

@test "open: new connections are accepted, but nothing lets their later packets in" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				iif lo accept
				tcp dport { 22, 443 } ct state new accept
			}
		}
	END
	before ipv4 no-data "inet filter input" policy ack ipv6 no-data "inet filter input" policy ack
	story 22=no-data 80=timeout
}

@test "open: IPv4 is open and IPv6 is closed" {
	ruleset_is <<-END
		table ip6 filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
	before ipv6 timeout "ip6 filter input" policy syn
	expect4 443=open
	assert_field families.ipv4.verdict open
	fwport why in 443 -4
	assert_status 0
	fwport open https
	assert_status 0
	expect46 443=open 22=open
	expect6 80=timeout
	opened
	closed
	expect4 443=open
	expect6 443=timeout
}

@test "open: IPv6 is open and IPv4 is closed" {
	ruleset_is <<-END
		table ip filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
	before ipv4 timeout "ip filter input" policy syn
	expect6 443=open
	assert_field families.ipv6.verdict open
	fwport open https
	assert_status 0
	expect46 443=open 22=open
	expect4 80=timeout
	opened
	closed
	expect6 443=open
	expect4 443=timeout
}

@test "open: who is on a blocklist before the blocker stays blocked" {
	ruleset_is <<-END
		table inet filter {
			set banned4 { type ipv4_addr; flags interval; elements = { 192.0.2.64/28, 198.51.100.7 }; }
			set banned6 { type ipv6_addr; elements = { 2001:db8::66 }; }
			chain input {
				type filter hook input priority filter; policy drop
				ip saddr @banned4 drop
				ip6 saddr @banned6 drop
				ct state established,related accept
				tcp dport 22 accept
			}
		}
	END
	before ipv4 timeout "inet filter input" policy syn ipv6 timeout "inet filter input" policy syn
	fwport --json open https
	assert_status 0
	expect46 443=open 22=open 80=timeout
	expect_from 192.0.2.66 "$HOST4" 443=timeout 22=timeout
	expect_from 2001:db8::66 "$HOST6" 443=timeout 22=timeout
	fwport --json why in 443
	assert_status 0
	[[ "$(field families.ipv4.exceptions)" == *banned4* ]]
	[[ "$(field families.ipv6.exceptions)" == *banned6* ]]
	fwport why in 443 --from 192.0.2.66
	assert_status 1
	opened
	closed
	expect46 443=timeout
}

@test "open: a chain that bans and logs every source before its drop does not ban or log the accepted" {
	ruleset_is <<-END
		table inet filter {
			counter noticed { }
			set banned4 { type ipv4_addr; flags dynamic, timeout; timeout 1h; size 1000; }
			set banned6 { type ipv6_addr; flags dynamic, timeout; timeout 1h; size 1000; }
			chain input {
				type filter hook input priority filter; policy drop
				ip saddr @banned4 drop
				ip6 saddr @banned6 drop
				ct state established accept
				tcp dport 22 accept
				add @banned4 { ip saddr }
				add @banned6 { ip6 saddr }
				log group 5 prefix "blocked: "
				counter name noticed
			}
		}
	END
	rules=$(ruleset)
	fwport --json why in 443
	assert_status 1
	fwport open https
	assert_status 0
	expect46 443=open 22=open
	expect46 443=open 22=open
	opened
	[[ "$(host nft list counter inet filter noticed)" == *"packets 0 "* ]]
	[[ "$(host nft list set inet filter banned4)" != *192.0.2.1* ]]
	[[ "$(host nft list set inet filter banned6)" != *2001:db8::1* ]]
	expect_from 192.0.2.66 "$HOST4" 80=timeout
	expect_from 192.0.2.66 "$HOST4" 443=timeout 22=timeout
	[[ "$(host nft list set inet filter banned4)" == *192.0.2.66* ]]
	host nft flush set inet filter banned4
	closed
	expect46 443=timeout
}

@test "open: a chain that logs and then rejects does not log the accepted" {
	ruleset_is <<-END
		table ip filter {
			counter noticed { }
			chain logging { log group 5; counter name noticed; }
			chain input {
				type filter hook input priority filter; policy accept
				ct state established accept
				tcp dport 22 accept
				meta mark set 0x7
				jump logging
				reject with icmp host-prohibited
			}
		}
	END
	rules=$(ruleset)
	expect6 443=open
	fwport --json why in 443
	assert_status 1
	assert_blocker ipv4 "ip filter input" 5 syn
	fwport open https
	assert_status 0
	expect46 443=open 22=open
	[[ "$(host nft list counter ip filter noticed)" == *"packets 0 "* ]]
	opened
	expect4 80=unreachable
	[[ "$(host nft list counter ip filter noticed)" == *"packets 1 "* ]]
	closed
	expect4 443=unreachable
}

@test "open: a chain that input and forward share opens the host, not what is behind it" {
	world_lan
	serve lan 22 443
	ruleset_is <<-END
		table inet filter {
			chain common {
				ct state established,related accept
				tcp dport 22 accept
				counter drop
			}
			chain input { type filter hook input priority filter; policy accept; jump common; }
			chain forward { type filter hook forward priority filter; policy accept; jump common; }
		}
	END
	before ipv4 timeout "inet filter common" 3 syn ipv6 timeout "inet filter common" 3 syn
	expect 198.51.100.10 443=timeout 22=open
	fwport --json open https
	assert_status 0
	expect46 443=open 22=open 80=timeout
	expect 198.51.100.10 443=timeout 22=open
	opened
	closed
	expect46 443=timeout
	expect 198.51.100.10 443=timeout 22=open
}

@test "open: a host without connection tracking, with a NAT chain that sleeps, stays without" {
	ruleset_is <<-END
		table ip nat {
			chain prerouting { type nat hook prerouting priority dstnat; policy accept; tcp dport { 443, 22 } drop; }
		}
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; tcp dport 22 accept; }
			chain output { type filter hook output priority filter; policy drop; tcp sport 22 accept; }
		}
	END
	before ipv4 timeout "inet filter input" policy syn ipv6 timeout "inet filter input" policy syn
	fwport open --dry-run https
	assert_status 1
	assert_says_not "connection tracking"
	story 22=open 80=timeout
	fwport open https
	assert_status 0
	expect46 443=open
	[ "$(host cat /proc/sys/net/netfilter/nf_conntrack_count)" = 0 ]
	[[ "$(ruleset)" != *"ct state"* ]]
}

@test "open: the way back is for answers only; an opened port may not call out" {
	serve client 9000
	ruleset_is <<-END
		table inet filter {
			chain output { type filter hook output priority filter; policy drop; tcp sport 2222 accept; }
		}
	END
	fwport open 8443
	assert_status 0
	host python3 -IS "$here/client.py" --from "$HOST4#2222" 192.0.2.1 9000=open
	host python3 -IS "$here/client.py" --from "$HOST4#8443" 192.0.2.1 9000=timeout
}

# "wrong-answer": that of the server on 8443, which connects and reads all the same.
@test "open: behind a redirect to another port, which stays closed itself" {
	serve 8443
	ruleset_is <<-END
		table inet nat {
			chain prerouting {
				type nat hook prerouting priority dstnat
				tcp dport 443 redirect to :8443
			}
		}
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
			chain output {
				type filter hook output priority filter; policy drop
				tcp sport 22 accept
			}
		}
	END
	rules=$(ruleset)
	expect46 443=timeout 8443=timeout 22=open
	fwport open https
	assert_status 0
	expect46 443=wrong-answer 8443=timeout 22=open 80=timeout
	opened
	closed
	expect46 443=timeout 8443=timeout 22=open
}

@test "open: a port that NAT sends to another host is explained, and nothing changes" {
	world_lan
	serve lan 443
	ruleset_is <<-END
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat
				iifname eth0 tcp dport 443 dnat to 198.51.100.10
			}
		}
		table ip filter {
			chain input {
				type filter hook input priority filter; policy drop
			}
			chain DOCKER-USER {
				ip daddr 198.51.100.10 tcp dport 443 drop
			}
			chain forward {
				type filter hook forward priority filter; policy accept
				jump DOCKER-USER
			}
		}
	END
	rules=$(ruleset)
	expect4 443=timeout
	fwport open -4 https
	assert_status 6
	assert_says "to 198.51.100.10, another host: input rules do not see them" \
		"on their way there they are blocked by rule 1 of ip filter DOCKER-USER" \
		"who may reach port 443 there is said in chain DOCKER-USER of ip filter"
	assert_ruleset "$rules"
	host nft flush chain ip filter DOCKER-USER
	expect4 443=open
	fwport open -4 https
	assert_status 6
	assert_says "on their way there they are let through by every rule of this host"
}

@test "open: a table that somebody holds with the owner flag takes no guest, and nothing changes" {
	local number
	host_background "$tools/own_table" held
	await "the held table" eval 'host nft list table inet held | grep -q "policy drop"'
	before ipv4 timeout "inet held input" policy syn ipv6 timeout "inet held input" policy syn
	number=$(ruleset_number)
	fwport open https
	assert_status 6
	assert_says held
	assert_number "$number"
	assert_ruleset "$rules"
	expect46 443=timeout 22=timeout
	fwport status
	assert_status 0
	assert_says_not https
}

@test "open: an explicit drop of the very port is somebody's intent" {
	local number
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy accept; tcp dport 22 accept; tcp dport 443 drop; }
		}
	END
	before ipv4 timeout "inet filter input" 2 syn ipv6 timeout "inet filter input" 2 syn
	number=$(ruleset_number)
	fwport open https
	assert_status 6
	assert_says "rule 2 of inet filter input" --override
	assert_number "$number"
	assert_ruleset "$rules"
	expect46 443=timeout 80=open
	fwport open --override https
	assert_status 0
	expect46 443=open 80=open 22=open
	fwport open 8080
	assert_status 0
	fwport close 8080
	assert_status 0
	expect46 443=open
	closed
	expect46 443=timeout
}
