#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What is told is so: who opens which part, what is reachable after a close, what a refusal leaves, what would help.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() { world_up; }
teardown() { world_down; }

# base RULE...: a closed host with further rules, from number 4 on.
base() {
	host nft flush ruleset
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop
				ct state established accept
				tcp dport 22 accept
				meta l4proto icmpv6 accept
				$(printf '%s\n' "$@")
			}
		}
	END
	rules=$(ruleset)
}

@test "told: each part of a range is credited to the rule that opens it" {
	base "tcp dport 8000-8100 accept"
	fwport open 8000-8200
	assert_status 0
	assert_says "8000-8100 by rule 4 of inet filter input, 8101-8200 by rule 5 of inet filter input (inserted"
	fwport --json status
	assert_status 0
	assert_says '"position":4' '"position":5'
}

@test "told: two addresses of the host may be open by different rules" {
	host ip addr add 192.0.2.11/24 dev eth0
	base "ip daddr 192.0.2.11 tcp dport 443 accept"
	fwport open 443 -4
	assert_status 0
	assert_says "at 192.0.2.10 by rule 5 of inet filter input" "at 192.0.2.11 by rule 4 of inet filter input"
}

@test "told: a closed range that is open in part says so" {
	base "tcp dport 8000-8100 accept"
	serve 8050 8150
	fwport open 8000-8200
	assert_status 0
	fwport close 8000-8200
	assert_status 0
	assert_says "8000-8200/tcp can be reached all the same: IPv4 8000-8100 by rule 4 of inet filter input, IPv6 8000"
	expect46 8050=open 8150=timeout
	fwport open 8000-8200
	fwport --json close 8000-8200
	assert_field still_open true
	assert_field openings.0.still_open true
	assert_field openings.0.reachable.0.ports 8000-8100
	assert_field openings.0.reachable.0.rules.0.position 4
	assert_ruleset "$rules"
}

@test "told: whom a rule still lets in after a close, and when nothing was ours" {
	base "ip saddr 192.0.2.66 tcp dport 443 accept"
	fwport open 443
	assert_status 0
	fwport close 443
	assert_status 0
	assert_says "443/tcp IPv4: except 192.0.2.66: accepted by rule 4 of inet filter input"
	fwport close 443
	assert_status 1
	assert_says "443/tcp IPv4: except 192.0.2.66: accepted by rule 4" "holds no such opening"
	base "tcp dport 443 accept"
	fwport close 443
	assert_status 1
	assert_says "443/tcp can be reached all the same: IPv4 by rule 4 of inet filter input"
}

@test "told: closing one that is ours and one that is not is no full success" {
	base
	fwport open 443
	fwport close 443 8443
	assert_status 1
	assert_says "8443/tcp in, IPv4 and IPv6, anyone: fwport holds no such opening" "the others were closed"
	assert_ruleset "$rules"
}

@test "told: a close that only sweeps up what others put back does not speak of others" {
	base
	fwport open 443
	fwport close 443
	host nft 'add rule inet filter input tcp dport 443 accept comment "fwport:1"'
	fwport close 443
	assert_status 1
	assert_says "fwport holds no such opening" "rules of fwport that stood there without a record were removed"
	assert_says_not "others were closed"
	assert_ruleset "$rules"
}

@test "told: a close without a record closes what is read off the rules" {
	base
	fwport open 443
	rm -r "$world/state/state.json" "$world/state/generations"
	fwport close 443
	assert_status 0
	assert_says "1 opening was read off the rules that bear our tag"
	assert_ruleset "$rules"
}

@test "told: JSON of a refused change tells what is, and beside it what was planned" {
	base "tcp dport 8443 drop"
	fwport --json open 443 8443
	assert_status 6
	assert_field outcome blocked
	assert_field changed false
	assert_field steps.length 0
	assert_field openings.0.ports 443
	assert_field openings.0.verdict blocked
	assert_field openings.0.planned open
	assert_field openings.0.changed false
	assert_field openings.2.ports 8443
	assert_field openings.2.planned blocked
	assert_says_not '"handle":0'
	fwport --json open --dry-run 443
	assert_status 1
	assert_field openings.0.verdict blocked
	assert_field openings.0.planned open
	assert_field openings.0.changed false
	fwport open 443
	fwport --json close --dry-run 443
	assert_status 1
	assert_field openings.0.verdict open
	assert_field openings.0.planned blocked
	assert_field still_open false
}

@test "told: a refusal lists no steps that will never be done" {
	base "tcp dport 8443 drop"
	fwport open -v 443 8443
	assert_status 6
	assert_says "nothing was changed"
	assert_says_not "+ "
	fwport open --dry-run 443 8443
	assert_status 6
	assert_says_not "+ "
}

@test "told: a packet that NAT sends elsewhere is not delivered, and where it goes" {
	base "tcp dport 443 accept"
	ruleset_is <<-END
		table ip nat {
			chain pre {
				type nat hook prerouting priority dstnat
				tcp dport 443 dnat to 198.51.100.10:8443
			}
		}
	END
	fwport --json why in 443 -4
	assert_status 1
	assert_field families.ipv4.packets.syn.verdict drop
	assert_field families.ipv4.packets.syn.delivered false
	assert_field families.ipv4.packets.syn.forwarded_to 198.51.100.10
	assert_field families.ipv4.packets.syn.decided_by.table nat
	fwport why in 443 -4
	assert_says "BLOCKED here, and sent on to 198.51.100.10" "sent to 198.51.100.10:8443, which is not this host, by rule 1 (handle "
	fwport --json why in 22 -4
	assert_field families.ipv4.packets.syn.delivered true
}

@test "told: what blocks beyond a rate is not among all that blocks, what blocks by chance is" {
	base "ct count over 20 drop" "numgen random mod 2 0 drop"
	ruleset_is <<<"table inet late { chain i { type filter hook input priority 9; policy accept; tcp dport 443 drop; }; }"
	fwport why in 443 -4
	assert_status 1
	assert_says "SYN: the policy of inet filter input" "SYN: rule 1 of inet late i"
	assert_says "SYN: rule 5"
	assert_says_not "SYN: rule 4"
}

@test "told: two addresses of one interface have headlines of their own" {
	host ip -batch - <<-END
		addr add 192.0.2.11/24 dev eth0
		addr add 192.0.2.12/24 dev eth0
	END
	base "ip daddr 192.0.2.11 tcp dport 443 accept"
	fwport why in 443 -4
	assert_status 1
	assert_says "443/tcp in IPv4 on eth0 at 192.0.2.10, 192.0.2.12: BLOCKED" "443/tcp in IPv4 on eth0 at 192.0.2.11: OPEN"
	fwport --json why in 443 -4
	assert_field families.0.address "192.0.2.10, 192.0.2.12"
	assert_field families.1.address 192.0.2.11
	base "tcp dport 443 accept"
	fwport why in 443 -4
	assert_says "443/tcp in IPv4 on eth0: OPEN"
}

# fix FAMILY: the two fixes of the first entry of a family.
fixes() {
	echo "$(field "families.$1.fix.fwport") | $(field "families.$1.fix.owner")"
}

@test "told: the owner's fix stands before what only prepares the block, and works" {
	serve 443
	host nft -f - <<-END
		table inet filter {
			set banned {
				type ipv4_addr
				flags dynamic,timeout
				timeout 1h
			}
			chain input {
				type filter hook input priority 0; policy drop
				ct state established accept
				meta l4proto icmpv6 accept
				ip saddr @banned drop
				add @banned { ip saddr }
				log prefix "dropped "
			}
		}
	END
	fwport --json why in 443 -4
	assert_status 1
	owner=$(field families.ipv4.fix.owner)
	[[ $owner == "nft insert rule inet filter input position "* ]] || { tell "$owner" && false; }
	host $owner
	expect4 443=open
	expect4 443=open
}

@test "told: the owner's fix is about all that blocks, and works" {
	serve 443
	base
	host nft -f - <<-END
		table inet hosting {
			chain incoming {
				type filter hook input priority 10; policy accept
				ct state established accept
				meta l4proto icmpv6 accept
				reject
			}
			chain outgoing {
				type filter hook output priority 0; policy drop
				meta l4proto icmpv6 accept
			}
		}
	END
	expect4 443=timeout
	fwport --json why in 443
	assert_status 1
	host sh -c "$(field families.ipv4.fix.owner)"
	expect46 443=open
}

@test "told: behind a redirect only what opens is offered" {
	base
	serve 8443
	ruleset_is <<-END
		table inet nat {
			chain pre {
				type nat hook prerouting priority dstnat
				tcp dport 443 redirect to :8443
			}
		}
	END
	expect46 443=timeout
	fwport --json why in 443 -4
	assert_status 1
	[ "$(fixes ipv4)" = "fwport open 443/tcp -4 | null" ] || { tell "$(fixes ipv4)" && false; }
	fwport open 443/tcp
	assert_status 0
	expect46 443=wrong-answer # it is that of 8443
}

@test "told: the fixes name all ports, and the destination asked about" {
	base "tcp dport 444 accept"
	fwport --json why in 443-445 -4 --to 192.0.2.10
	output=$(grep '"ports":"443,445"' <<<"$output")
	[ "$(fixes ipv4)" = "fwport open 443/tcp 445/tcp --to 192.0.2.10 | nft add rule inet filter input ip daddr 192.0.2.10 tcp dport { 443, 445 } accept" ] ||
		{ tell "$(fixes ipv4)" && false; }
}

@test "told: a rule that is replaced is told with what stands in its stead" {
	base
	mkdir -p "$world/etc/profiles"
	printf "http = 80\nhttps = 443\n" >"$world/etc/profiles/web.profile"
	echo "[in]" >"$world/etc/profiles/none.profile"
	fwport apply web
	fwport open 443
	fwport apply none
	assert_status 0
	assert_says "- rule in inet filter input: tcp dport { 80, 443 } accept" "+ rule in inet filter input" ": tcp dport 443 accept"
}

# full COMMAND...: with an output that takes nothing.
full() {
	run --separate-stderr host timeout 60 sh -c 'exec "$@" >/dev/full' sh "$top_builddir/fwport" "$@"
	told="fwport $*"
}

@test "told: an answer that cannot be written is none, and a change made is said to be made" {
	[ -e /dev/full ] || skip "no /dev/full"
	base
	mkdir -p "$world/etc/profiles"
	echo "https = 443" >"$world/etc/profiles/web.profile"
	full plan web
	assert_status 4
	full why in 443
	assert_status 4
	full open 443
	assert_status 4
	assert_says "the change was made, but not told: cannot write the output: No space left on device"
	full --json open 8443
	assert_status 4
	assert_says "the change was made, but not told: cannot write"
	fwport why in 443 8443
	assert_status 0
	full open 443
	assert_status 4
	assert_says_not "was made"
}

@test "told: a host that nobody can reach is not open" {
	host ip link del eth0
	base "tcp dport 443 accept"
	fwport why in 443
	assert_status 11
	assert_says "443/tcp in IPv4: NOT APPLICABLE" "this host has no IPv4 address"
	fwport open 443
	assert_status 11
	assert_ruleset "$rules"
}

@test "told: --from a family that the host lacks is not applicable" {
	host ip addr del 2001:db8::10/64 dev eth0
	base "tcp dport 443 accept"
	fwport why in 443 --from 2001:db8:9::/48
	assert_status 11
	assert_says "443/tcp in IPv6: NOT APPLICABLE" "this host has no IPv6 address"
}

@test "told: the loopback is not asked about, and that is said" {
	base "tcp dport 443 accept"
	fwport why in 443 --iface lo
	assert_status 11
	assert_says "interface lo is a loopback"
	assert_says_not "is not up"
}

@test "told: status does not call open what applies to no family" {
	base
	fwport open 443 --iface nosuch0 --accept-unknown
	assert_status 0
	fwport status
	assert_status 1
	assert_says "not applicable"
	fwport open 8443 -4
	fwport close 443 --iface nosuch0
	fwport status
	assert_status 0
}

@test "told: a record of openings that others may have written is not believed" {
	base
	fwport open 443
	chown 65534 "$world/state/state.json"
	for command in status "close 443" "open 8443"; do
		# shellcheck disable=SC2086 # words
		fwport $command
		assert_status 4
		assert_says "state.json belongs to uid 65534"
	done
	chown 0 "$world/state/state.json"
	fwport close 443
	assert_status 0
}
