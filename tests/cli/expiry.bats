#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# open --for: the kernel ends an opening by itself, whatever holds its rule; the next change collects what is left.

load world

setup() { world_up; }
teardown() { world_down; }

closed46() { expect46 443=timeout >/dev/null; }
set_is_empty() { ! host nft list set inet fwport "$1" | grep -q elements; }

# Opens 443 for an hour, then for two seconds, and waits until it is closed, with no fwport run in between. Then any change
# leaves the ruleset as it was.
closes_by_itself() {
	local before
	serve 443
	before=$(ruleset)
	expect46 443=timeout
	fwport open https --for 1h
	assert_status 0
	assert_says "Open until"
	assert_says_not "after that, too"
	expect46 443=open
	fwport status
	assert_status 0
	assert_says " left"
	fwport open https --for 2s
	assert_status 0
	await "the kernel to close 443" closed46
	fwport status
	assert_status 0
	assert_says expired
	fwport why in https
	assert_status 1
	fwport close 9
	assert_status 1
	assert_says "1 opening had expired, and was removed"
	assert_ruleset "$before"
	fwport status
	assert_says "holds no port open"
}

@test "expiry: a guest in a chain of nft" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				iif lo accept
				ct state established,related accept
			}
		}
	END
	closes_by_itself
}

@test "expiry: a guest with several ports, from one network, in a table of iptables-nft" {
	command -v iptables-nft >/dev/null || skip "needs iptables-nft"
	host iptables-nft -P INPUT DROP
	host ip6tables-nft -P INPUT DROP
	serve 443 8443
	fwport open 443 8443 --from 192.0.2.0/24,2001:db8::/64 --for 1h
	assert_status 0
	expect46 443=open 8443=open
	host iptables-nft -S INPUT | grep -q -- "--datestop"
	fwport open 443 8443 --from 192.0.2.0/24,2001:db8::/64 --for 2s
	assert_status 0
	await "the kernel to close 443" closed46
	expect46 8443=timeout
}

@test "expiry: a guest in a table of iptables-nft, which iptables lists, finds and restores" {
	command -v iptables-nft >/dev/null || skip "needs iptables-nft"
	host iptables-nft -P INPUT DROP
	host ip6tables-nft -P INPUT DROP
	fwport open 443 --for 1h
	assert_status 0
	iptables_can iptables-nft
	fwport open 443 8443
	fwport close 443 8443
	closes_by_itself
}

@test "expiry: a rule in a table of iptables-legacy, which iptables lists, finds and restores" {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	# shellcheck disable=SC2034 # ruleset reads it
	engine=iptables-legacy
	host iptables-legacy -P INPUT DROP
	host ip6tables-legacy -P INPUT DROP
	fwport open 443 --for 1h
	assert_status 0
	iptables_can iptables-legacy
	fwport close 443
	closes_by_itself
}

# iptables_can TOOL: -C finds our rule as -S lists it, save and restore change nothing that we would put right, -D removes it.
iptables_can() {
	local rule
	rule=$(host "$1" -S | sed -n '/datestop/s/^-A //p')
	[[ $rule == *"-m time --datestop "*"fwport:1"* ]]
	rule=${rule//\"/}
	# shellcheck disable=SC2086 # the words of a rule
	host "$1" -C $rule
	host sh -c "$1-save | $1-restore"
	fwport open 443 --dry-run
	host sh -c "$1-save" | grep -q -- "--datestop"
	fwport status
	assert_status 0
	assert_says_not "not as recorded"
	# shellcheck disable=SC2086
	host "$1" -D $rule
	fwport status
	assert_status 1
	assert_says "not as recorded"
}

@test "expiry: an element of the home goes by itself, and with the next change the table" {
	fwport open https --for 1h
	assert_status 0
	host nft list set inet fwport tcp_in_timed | grep -q "443 .*timeout"
	fwport open https --for 2s
	assert_status 0
	await "the kernel to remove the element" set_is_empty tcp_in_timed
	fwport open 80/udp
	assert_status 0
	assert_says "1 opening had expired"
	run ! host nft list set inet fwport tcp_in_timed
	fwport close 80/udp
	assert_ruleset ""
}

@test "expiry: what was said last holds, but what stays is given no end" {
	fwport open https --for 2h --json
	assert_status 0
	[[ "$(field openings.0.expires)" == 20??-??-??T??:??:??Z ]]
	assert_field openings.0.changed true
	fwport open https
	assert_status 0
	assert_says_not "Open until"
	fwport open https --for 2h
	assert_status 0
	assert_says "was open without an end, and stays so" "Nothing to change"
	fwport status --json
	assert_field openings.0.expires null
	assert_field openings.0.expired false
}

@test "expiry: what others let pass is told to outlive the opening" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ip saddr 192.0.2.0/24 tcp dport 8443 accept
				tcp dport 80 accept
			}
		}
	END
	fwport open 80 443 --for 1h
	assert_status 0
	assert_says "80/tcp can be reached after that, too: IPv4 by rule 2 of inet filter input"
	assert_says_not "443/tcp can be reached after that"
	fwport open 440-450
	fwport open 443 --for 2h --json
	assert_field openings.0.outlived true
}

@test "expiry: durations that are none" {
	fwport open https --for 2x
	assert_status 2
	assert_says '--for: "2x" is not a duration' "30s, 10m, 2h, 1d or 1h30m"
	fwport open https --for 3651d
	assert_status 2
	assert_says '--for: a duration of "3651d" is out of range 1s-3650d'
	fwport close https --for 2h
	assert_status 2
}

@test "expiry: two families of one opening, and a scope, end together" {
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority 0; policy drop; }
		}
	END
	serve 443
	fwport open 443 --from 192.0.2.0/24,2001:db8::/64 --iface eth0 --for 1h
	assert_status 0
	expect46 443=open
	fwport open 443 --from 192.0.2.0/24,2001:db8::/64 --iface eth0 --for 2s
	assert_status 0
	await "the kernel to close 443" closed46
}

@test "expiry: another boot keeps what is left of the time, and brings nothing back that has ended" {
	fwport open https --for 1h
	fwport open 8443 --for 2s
	await "the kernel to remove the element" eval '! host nft list set inet fwport tcp_in_timed | grep -q 8443'
	host nft flush ruleset
	# shellcheck disable=SC2154 # world_up set it
	sed -i 's/"boot":"[^"]*"/"boot":"00000000-0000-0000-0000-000000000000"/' "$world/state/state.json"
	fwport status --json
	assert_field openings.0.expired false
	fwport open 80
	assert_status 0
	host nft list set inet fwport tcp_in_timed | grep -Eq "443 .*timeout [0-9]+m"
	fwport status --json
	assert_field openings.length 4
}

@test "expiry: a clock that was put back is told" {
	fwport open https --for 1h
	sed -i 's/"created":[0-9]*/"created":4102444800/' "$world/state/state.json"
	fwport status
	assert_status 0
	assert_says "the clock is before 2100-01-01 00:00:00 UTC, when https 443/tcp was opened"
	fwport open 80 --json
	assert_field from_later 2100-01-01T00:00:00Z
}

@test "expiry: the timer's command removes what has ended, and opens nothing" {
	local before
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority 0; policy drop; ct state established,related accept; }
		}
	END
	serve 443 8443
	fwport open 8443
	fwport close 8443 --runtime
	before=$(ruleset)
	fwport open https --for 2s
	assert_status 0
	assert_says "Then the next fwport that changes something removes its rules"
	await "the kernel to close 443" closed46
	fwport restore --expired
	assert_status 0
	assert_says "1 opening had expired, and was removed"
	assert_ruleset "$before"
	expect46 8443=timeout
	fwport history
	assert_says "expire" "-https 443/tcp"
	fwport restore --expired
	assert_status 0
	assert_says "Nothing to change."
	fwport restore --expired --boot
	assert_status 2
}

@test "expiry: the timer's command leaves alone what awaits confirmation" {
	fwport open https --for 2s
	fwport open 8443 --confirm=90
	await "the kernel to remove the element" eval '! host nft list set inet fwport tcp_in_timed | grep -q 443'
	fwport restore --expired
	assert_status 5
	assert_says "generation 2 awaits confirmation"
}
