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
		fwport --json why in "${spec%=*}" "-$family" --from "$peer"
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
