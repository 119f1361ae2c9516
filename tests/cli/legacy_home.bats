#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The home in tables of iptables-legacy: chains FWPORT-IN and FWPORT-OUT, called before what blocks and behind what protects; they
# heal, and when the last opening goes they go.

# shellcheck disable=SC2154 # world.bash sets what is not set here
load world

setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
}
teardown() { world_down; }

ipt() { host iptables-legacy "$@"; }
ip6t() { host ip6tables-legacy "$@"; }
saved() { host sh -c 'iptables-legacy-save; ip6tables-legacy-save' | grep -v '^#' | sed 's/ \[[0-9:]*\]$//'; }
call() { ipt -S INPUT | grep -n -- "-j FWPORT-IN" | cut -d: -f1; } # the policy is line 1

blocked_by_nft() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
			}
		}
	END
}

# What a careful administrator has: bans, a limit, ssh, and a block that is logged.
guarded() {
	local tool banned
	for tool in ipt ip6t; do
		banned=192.0.2.66
		[ $tool = ipt ] || banned=2001:db8::66
		$tool -N bans
		$tool -A bans -s "$banned" -j REJECT
		$tool -A INPUT -i lo -j ACCEPT
		$tool -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		$tool -A INPUT -m conntrack --ctstate INVALID -j DROP
		$tool -A INPUT -j bans
		$tool -A INPUT -p tcp --dport 22 -j ACCEPT
		$tool -A INPUT -j LOG --log-prefix "blocked: "
		$tool -A INPUT -p tcp -j REJECT --reject-with tcp-reset
		$tool -A INPUT -j REJECT
	done
}

@test "legacy home: the call stands behind the bans and before the log; who is banned stays out" {
	local before
	serve 80 443 8000-8001
	guarded
	before=$(saved)
	fwport open http https 8000-8001
	assert_status 0
	expect46 80=open 443=open 8000=open 8001=open
	expect_from 192.0.2.66 "$HOST4" 443=refused
	expect_from 2001:db8::66 "$HOST6" 443=refused
	[ "$(call)" = 7 ]
	[ "$(ipt -S FWPORT-IN | grep -c fwport:)" = 1 ]
	[[ "$(ip6t -S INPUT 6)" == "-A INPUT -j FWPORT-IN" ]]
	[[ "$(ipt -S INPUT)" != *fwport:* ]]
	ipt -C FWPORT-IN -p tcp -m multiport --dports 80,443,8000:8001 -m comment --comment fwport:1 -j ACCEPT
	host sh -c 'iptables-legacy-save | iptables-legacy-restore; ip6tables-legacy-save | ip6tables-legacy-restore'
	fwport open http
	assert_status 0
	assert_says "Nothing to change"
	fwport close http https 8000-8001
	assert_status 0
	[ "$(saved)" = "$before" ]
	expect46 443=refused
}

@test "legacy home: what others flush is drift, and the next change heals it" {
	local before
	serve 80 443
	guarded
	before=$(saved)
	fwport open https
	assert_status 0
	ipt -D INPUT -j FWPORT-IN
	expect4 443=refused
	fwport status
	assert_says "+ rule in ip filter INPUT (legacy) before rule 6: counter jump FWPORT-IN"
	ipt -F FWPORT-IN
	ipt -X FWPORT-IN
	fwport status
	assert_says "+ chain ip filter FWPORT-IN (legacy)"
	fwport open http
	assert_status 0
	expect46 80=open 443=open
	[ "$(call)" = 7 ]
	fwport close http https
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy home: a ban that is put behind the call works again after the next change" {
	serve 80 443
	guarded
	fwport open https -4
	assert_status 0
	ipt -I INPUT 7 -s 192.0.2.1 -j REJECT
	expect4 443=open
	fwport open http -4
	assert_status 0
	expect4 443=refused 80=refused
	[ "$(call)" = 8 ]
}

@test "legacy home: where nothing blocks the call is the last rule, and before a block that comes later" {
	local before
	serve 443
	ipt -A INPUT -s 192.0.2.66 -j DROP
	before=$(saved)
	fwport open https -4
	assert_status 0
	[ "$(call)" = 3 ]
	ipt -A INPUT -j DROP
	expect4 443=open
	fwport open https -4
	assert_status 0
	assert_says "Nothing to change"
	ipt -D INPUT -j DROP
	fwport close https -4
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy home: calls out have a chain of their own" {
	local before
	serve client 443
	ipt -P OUTPUT DROP
	ipt -A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
	before=$(saved)
	fwport open --out https --to 192.0.2.1
	assert_status 0
	host python3 -IS "$here/client.py" 192.0.2.1 443=open
	[[ "$(ipt -S FWPORT-OUT 1)" == "-A FWPORT-OUT -d 192.0.2.1/32 -p tcp -m tcp --dport 443 "* ]]
	[ "$(ipt -S OUTPUT | tail -1)" = "-A OUTPUT -j FWPORT-OUT" ]
	[[ "$(ipt -S)" != *FWPORT-IN* ]]
	fwport close --out https --to 192.0.2.1
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy home: a prefix that holds everybody is no condition, and found again as recorded" {
	local before
	serve 443
	guarded
	before=$(saved)
	fwport open https --from 0.0.0.0/0,2001:db8::/32,::/0
	assert_status 0
	expect46 443=open
	[[ "$(ipt -S FWPORT-IN 1)" == "-A FWPORT-IN -p tcp -m tcp --dport 443 "* ]]
	fwport status
	assert_status 0
	assert_says_not "not as recorded"
	fwport open https --from 0.0.0.0/0,2001:db8::/32,::/0
	assert_status 0
	assert_says "Nothing to change"
	fwport close https --from 0.0.0.0/0,2001:db8::/32,::/0
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy home: what another table blocks has a guest there" {
	local before
	serve 443
	guarded
	ipt -t mangle -A PREROUTING -p tcp --dport 1:1023 -j DROP
	before=$(saved)
	fwport open https
	assert_status 0
	expect46 443=open
	[[ "$(ipt -t mangle -S PREROUTING 1)" == *"--dport 443"*fwport:1* ]]
	[ "$(call)" = 7 ]
	fwport close https
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy home: --backend=iptables beside nft rules; what nft blocks has a guest there" {
	local legacy nft
	serve 443
	guarded
	blocked_by_nft
	legacy=$(saved)
	nft=$(ruleset)
	fwport --backend=iptables open https
	assert_status 0
	expect46 443=open
	[ "$(call)" = 7 ]
	[[ "$(ruleset)" != *"table inet fwport"* ]]
	fwport status
	assert_status 0
	assert_says_not "not as recorded"
	fwport close https
	assert_status 0
	[ "$(saved)" = "$legacy" ]
	assert_ruleset "$nft"
}

@test "legacy home: what moved the home is rolled back, and the home goes back with it" {
	local rules
	serve 443
	guarded
	blocked_by_nft
	fwport open https
	assert_status 0
	[[ "$(ruleset)" == *"table inet fwport"* ]]
	rules="$(ruleset) $(saved)"
	fwport --backend=iptables open http
	assert_status 0
	[[ "$(ruleset)" != *"table inet fwport"* ]]
	fwport rollback
	assert_status 0
	[ "$(ruleset) $(saved)" = "$rules" ]
	fwport --backend=iptables open http --confirm=10
	assert_status 0
	[ "$(ruleset) $(saved)" != "$rules" ]
	is_back() { [ "$(ruleset) $(saved)" = "$rules" ]; }
	await "the deadline" is_back || await "the rollback" is_back
}

@test "legacy home: nft rules that only trace packets do not move it" {
	guarded
	ruleset_is <<-END
		table inet trace {
			chain output {
				type filter hook output priority -450; policy accept;
				tcp dport 443 meta nftrace set 1
			}
		}
	END
	fwport open 8080
	assert_status 0
	[ "$(call)" = 7 ]
	run host nft list tables
	[ "$output" = "table inet trace" ]
	fwport status
	assert_says_not "nf_tables and iptables-legacy both"
}

@test "legacy home: a table that is not there is not made, even when asked for" {
	serve 443
	blocked_by_nft
	fwport --backend=iptables open https
	assert_status 0
	expect46 443=open
	[ -z "$(host cat /proc/net/ip_tables_names /proc/net/ip6_tables_names)" ]
	[[ "$(ruleset)" != *"table inet fwport"* ]]
}

@test "legacy home: a family without the table has none" {
	serve 443
	ip6t -A INPUT -p tcp -j REJECT
	fwport open https
	assert_status 0
	expect46 443=open
	[ -z "$(host cat /proc/net/ip_tables_names)" ]
	[[ "$(ip6t -S INPUT 1)" == "-A INPUT -j FWPORT-IN" ]]
}

@test "legacy home: a chain that each interface calls has the guests, behind its bans" {
	local before
	serve 443
	ipt -P INPUT DROP
	ipt -N zone
	ipt -A INPUT -i eth1 -j zone
	ipt -A INPUT -i eth0 -j zone
	ipt -A zone -s 192.0.2.66 -j DROP
	ipt -A zone -m conntrack --ctstate ESTABLISHED -j ACCEPT
	ipt -A zone -j DROP
	before=$(saved)
	fwport open https -4
	assert_status 0
	[[ "$(ipt -S zone 3)" == "-A zone -p tcp -m tcp --dport 443 "* ]]
	expect4 443=open
	expect_from 192.0.2.66 "$HOST4" 443=timeout
	fwport close https -4
	assert_status 0
	[ "$(saved)" = "$before" ]
}

@test "legacy home: a chain of our name that somebody else fills is refused and left alone" {
	local before
	guarded
	ipt -N FWPORT-IN
	ipt -A FWPORT-IN -p tcp --dport 25 -j DROP
	before=$(saved)
	fwport open https
	assert_status 6
	assert_says "the name FWPORT-IN is taken: rule 1 of ip filter FWPORT-IN (legacy) was not made by fwport" \
		"rename that chain"
	[ "$(saved)" = "$before" ]
}

@test "legacy home: an empty chain of our name may be somebody else's, and is there when ours goes" {
	local before
	serve 443
	guarded
	ipt -N FWPORT-IN
	before=$(saved)
	fwport open https -4 --dry-run
	assert_says "the chain was there before, and stays when ours goes"
	fwport open https -4
	assert_status 0
	expect4 443=open
	fwport close https -4
	assert_status 0
	[ "$(saved)" = "$before" ]
	expect4 443=refused
	# After a flush of everything, what was ours is such a chain, too.
	ipt -X FWPORT-IN
	fwport open https -4
	assert_status 0
	ipt -F
	ipt -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
	ipt -A INPUT -j REJECT
	fwport restore
	assert_status 0
	expect4 443=open
}

@test "legacy home: who else calls our chain keeps nothing open, and gets nothing opened" {
	local before
	serve 80 443 8443
	guarded
	fwport open http https -4
	assert_status 0
	ipt -A FORWARD -i eth0 -j FWPORT-IN
	before=$(saved)
	fwport open https-alt -4
	assert_status 6
	assert_says "rule 1 of ip filter FORWARD (legacy) calls FWPORT-IN, which is fwport's own" "remove that rule"
	[ "$(saved)" = "$before" ]
	fwport close http -4
	assert_status 0
	expect4 80=refused 443=open 8443=refused
	fwport close https -4
	assert_status 0
	expect4 443=refused
}

@test "legacy home: a rule that somebody adds to ours keeps no opening open, and stays when ours go" {
	serve 80 443
	guarded
	fwport open https -4
	assert_status 0
	ipt -A FWPORT-IN -s 192.0.2.66 -j DROP
	fwport open http -4
	assert_status 0
	expect4 80=open 443=open
	fwport close http https -4
	assert_status 0
	expect4 80=refused 443=refused
	[ "$(ipt -S FWPORT-IN)" = "-N FWPORT-IN"$'\n'"-A FWPORT-IN -s 192.0.2.66/32 -j DROP" ]
	[ "$(call)" = 7 ]
	ipt -F FWPORT-IN
	fwport restore
	assert_status 0
	[[ "$(ipt -S)" != *FWPORT-IN* ]]
}

@test "legacy home: the counter of a rule is told where it is the opening's alone" {
	serve 80 443 8443
	guarded
	fwport open https
	assert_status 0
	fwport open http https-alt
	assert_status 0
	expect46 80=open 443=open
	fwport --json status
	assert_field openings.0.ports 443
	assert_field openings.0.packets 2
	assert_field openings.2.ports 80
	assert_field openings.2.packets null
}

@test "legacy home: rules of single openings come together when there are many" {
	local port
	serve 7001 7031 7033
	guarded
	for port in $(seq 7001 2 7031); do
		fwport open "$port"
		assert_status 0
	done
	[ "$(ipt -S FWPORT-IN | grep -c fwport:)" = 16 ]
	fwport open 7033
	assert_status 0
	[ "$(ipt -S FWPORT-IN | grep -c fwport:)" = 2 ]
	expect46 7001=open 7031=open 7033=open
	fwport status
	assert_status 0
	fwport close 7001
	assert_status 0
	expect46 7001=refused 7031=open 7033=open
}

# The second record of a change does not get onto the disk, so that what is committed already is taken back.
fwport_undoes() {
	local shim=$top_builddir/tests/fault/fault.so
	[ -e "$shim" ] || skip "needs the shim of the tests for faults"
	! ldd "$top_builddir/src/fwport" | grep -q asan || skip "sanitizers want to be preloaded first"
	run --separate-stderr host env LD_PRELOAD="$shim" FAULT_CALLS=pwrite#2:28 "$top_builddir/src/fwport" "$@"
	# shellcheck disable=SC2034 # tell prints it
	told="fwport $*"
	assert_status 4
	assert_says "No space left"
}

@test "legacy home: a call that was moved, and rules that came together, are undone to where they stood" {
	local before port
	serve 80 443
	guarded
	for port in 443 $(seq 7001 2 7029); do
		fwport open "$port"
		assert_status 0
	done
	# Behind our call, which has to move behind it.
	ipt -I INPUT 8 -s 192.0.2.77 -j DROP
	before=$(saved)
	fwport_undoes open http
	[ "$(saved)" = "$before" ] || { diff <(echo "$before") <(saved) >&2 && return 1; }
	expect46 80=refused 443=open
	fwport open http
	assert_status 0
	[ "$(call)" = 9 ]
	[ "$(ipt -S FWPORT-IN | grep -c fwport:)" = 2 ]
	expect46 80=open 443=open
}
