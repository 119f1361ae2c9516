#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What stands behind a blocker, with packets, in tables of nft, iptables-nft and iptables-legacy: whom somebody bans stays out
# of what is opened, and what returns to a policy of drop is let through before it returns.

load world

setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
	serve 22 443 8443 443/udp
	# shellcheck disable=SC2034 # ruleset looks at it
	engine=iptables-legacy
}
teardown() { world_down; }

# rule KIND RULE: of IPv4, as iptables takes it; in a table of nft's, as iptables-translate says it.
rule() {
	local kind=$1
	shift
	if [ "$kind" = nft ]; then
		host nft "$(iptables-translate "$@" | sed "s/^nft '//; s/'$//; s/ ip filter / ip guard /")"
	else
		host "$kind" "$@"
	fi
}

# chains KIND POLICY: INPUT, and `w`, which is not called yet.
chains() {
	if [ "$1" = nft ]; then
		host nft "add table ip guard; add chain ip guard INPUT { type filter hook input priority 0; policy $2; }"
		host nft "add chain ip guard w"
	else
		host "$1" -N w
		host "$1" -P INPUT "${2^^}"
	fi
}

# Who asks for port 22 comes back from `w`, to what is appended to INPUT.
chains_behind_w() {
	chains "$1" accept
	rule "$1" -A INPUT -j w
	rule "$1" -A w -p tcp --dport 22 -j RETURN
	rule "$1" -A w -j DROP
}

stays_closed() { # KIND WORDS...
	local before
	before=$(ruleset)
	shift
	fwport open -4 443
	assert_status 6
	assert_says "$@"
	assert_ruleset "$before"
}

ban_behind() {
	chains_behind_w "$1"
	rule "$1" -A INPUT -s 192.0.2.66 -j DROP
	expect4 22=open 443=timeout
	expect_from 192.0.2.66 "$HOST4" 22=timeout
	stays_closed "$1" "a rule here would let through sources that are blocked by rule 2 of ip "
	fwport why in 443 -4
	assert_status 1
	assert_says_not fix
	# What it would have done: the ban never sees whom the chain lets through.
	rule "$1" -I w -p tcp --dport 443 -j ACCEPT
	expect_from 192.0.2.66 "$HOST4" 22=timeout 443=open
}

rate_behind() {
	chains_behind_w "$1"
	rule "$1" -A INPUT -m limit --limit 3/day --limit-burst 3 -j ACCEPT
	rule "$1" -A INPUT -j DROP
	stays_closed "$1" "would be skipped by a rule before what blocks"
}

nothing_behind() {
	chains_behind_w "$1"
	rule "$1" -A INPUT -s 192.0.2.66 -p tcp --dport 22 -j DROP
	fwport open -4 443
	assert_status 0
	expect4 22=open 443=open
	expect_from 192.0.2.66 "$HOST4" 22=timeout 443=open
}

return_to_policy() {
	local before
	chains "$1" drop
	rule "$1" -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
	rule "$1" -A INPUT -p tcp --dport 22 -j ACCEPT
	rule "$1" -A INPUT -j RETURN
	rule "$1" -A INPUT -j LOG
	before=$(ruleset)
	expect4 443=timeout
	fwport open -4 443
	assert_status 0
	expect4 22=open 443=open 8443=timeout
	fwport close -4 443
	assert_status 0
	assert_ruleset "$before"
	expect4 443=timeout
}

later_ban() {
	chains "$1" drop
	rule "$1" -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
	rule "$1" -A INPUT -p tcp --dport 22 -j ACCEPT
	fwport open -4 443
	assert_status 0
	rule "$1" -A INPUT -s 192.0.2.66 -j DROP
	expect_from 192.0.2.66 "$HOST4" 443=open
	fwport restore
	assert_status 0
	expect_from 192.0.2.66 "$HOST4" 443=timeout
	expect4 22=open 443=open
	fwport restore
	assert_says "Nothing to change"
}

split_by_protocol() {
	chains "$1" accept
	rule "$1" -A INPUT -p tcp -j w
	rule "$1" -A INPUT -p udp -j w
	rule "$1" -A w -s 192.0.2.66 -j DROP
	rule "$1" -A w -p tcp --dport 22 -j ACCEPT
	rule "$1" -A w -j DROP
	fwport open -4 443
	assert_status 0
	expect4 443=open 8443=timeout 443/udp=timeout
	expect_from 192.0.2.66 "$HOST4" 443=timeout
}

@test "behind, nft: a ban that port 22 comes back to holds for 443, too" { ban_behind nft; }
@test "behind, iptables-nft: a ban that port 22 comes back to holds for 443, too" { ban_behind iptables-nft; }
@test "behind, iptables-legacy: a ban that port 22 comes back to holds for 443, too" { ban_behind iptables-legacy; }

@test "behind, nft: a rate that port 22 comes back to is not bypassed" { rate_behind nft; }
@test "behind, iptables-nft: a rate that port 22 comes back to is not bypassed" { rate_behind iptables-nft; }
@test "behind, iptables-legacy: a rate that port 22 comes back to is not bypassed" { rate_behind iptables-legacy; }

@test "behind, nft: what is for another port alone does not stand in the way" { nothing_behind nft; }
@test "behind, iptables-nft: what is for another port alone does not stand in the way" { nothing_behind iptables-nft; }
@test "behind, iptables-legacy: what is for another port alone does not stand in the way" { nothing_behind iptables-legacy; }

@test "behind, nft: our rule stands before a return to a policy of drop" { return_to_policy nft; }
@test "behind, iptables-nft: our rule stands before a return to a policy of drop" { return_to_policy iptables-nft; }
@test "behind, iptables-legacy: our rule stands before a return to a policy of drop" { return_to_policy iptables-legacy; }

@test "behind, nft: a chain that protocols have calls of their own for is one way" { split_by_protocol nft; }
@test "behind, iptables-nft: a chain that protocols have calls of their own for is one way" { split_by_protocol iptables-nft; }
@test "behind, iptables-legacy: a chain that protocols have calls of their own for is one way" { split_by_protocol iptables-legacy; }

@test "behind, nft: a ban that comes later has our rule move behind it with the next change" { later_ban nft; }
@test "behind, iptables-nft: a ban that comes later has our rule move behind it with the next change" { later_ban iptables-nft; }
@test "behind, iptables-legacy: a ban that comes later has our rule move behind it with the next change" { later_ban iptables-legacy; }
