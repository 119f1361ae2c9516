#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# fwport watch: what others throw out is put back, and what somebody closed stays closed; with packets. Its times are not asserted.

# shellcheck disable=SC2154,SC2030,SC2031 # world.bash and run set what is not set here
load world
load watching
load reloads

setup() {
	world_up
	serve 443 8443 9000
}
teardown() { world_down; }

# handle CHAIN TAG: of the first rule of ours there.
handle() {
	# shellcheck disable=SC2086 # the chain is three words
	host nft -a list chain $1 | sed -n "s/.*\"fwport:$2\" # handle //p" | head -n 1
}

@test "watch: opens again what a reload threw out, and says so" {
	input_drops
	fwport open 443 8443
	assert_status 0
	watch_begin
	input_drops
	awaits restored
	expect46 443=open 8443=open 9000=timeout
	grep -q '"event":"restored".*"ports":"443".*"ports":"8443".*"after":"nft (process [0-9]*)"' "$world/told"
	fwport status
	assert_status 0
	assert_says "fwport watch (process" "has put rules back 1 time, last at" "after nft"
	input_drops
	awaits restored 2
	expect46 443=open
}

@test "watch: puts back at its start what is missing" {
	input_drops
	fwport open 443
	input_drops
	watch_begin
	assert_told restored 1
	expect46 443=open
}

@test "watch: what it leaves alone is told, though the rest cannot be put back" {
	ruleset_is <<-END
		table ip filter {
			chain input { type filter hook input priority filter; policy drop; tcp dport 22 accept; }
		}
		table ip6 filter {
			chain input { type filter hook input priority filter; policy drop; tcp dport 22 accept; }
		}
	END
	fwport open 443 -4
	fwport open 8443 -6
	watch_begin
	mv "$world/state/journal" "$world/journal" && mkdir "$world/state/journal"
	host nft "delete rule ip filter input handle $(handle "ip filter input" 1); delete table ip6 filter; add table ip6 filter;
		add chain ip6 filter input { type filter hook input priority filter; policy drop; }"
	awaits failed
	assert_told left 1
	rmdir "$world/state/journal" && mv "$world/journal" "$world/state/"
	awaits restored
	assert_told left 1
}

@test "watch --once: looks once, and its exit status says whether all is open" {
	input_drops
	fwport open 443
	fwport watch --once
	assert_status 0
	[ -z "$output" ]
	input_drops
	fwport watch --once
	assert_status 0
	assert_says "Put back 443/tcp in"
	expect46 443=open
	host nft insert rule inet filter input tcp dport 443 drop
	fwport watch --once --json
	assert_status 1
	assert_says '"event":"blocked"' "tcp dport 443 drop"
}

@test "watch: a second one is refused, and status knows whether one runs" {
	input_drops
	fwport open 443
	fwport status
	assert_says_not "fwport watch ("
	watch_begin
	fwport status
	assert_says "fwport watch (process" "puts back what others throw out."
	fwport watch
	assert_status 5
	assert_says "another fwport watch runs already"
	watch_signal KILL
	await "status to miss it" no_watcher
	[ -e "$world/run/watch.lock" ]
}

no_watcher() {
	fwport status
	[[ $output != *"fwport watch ("* ]]
}

@test "watch: opens again behind an iptables-restore (iptables-nft)" {
	on iptables-nft
	restored_file_is_mended
}

@test "watch: opens again behind an iptables-restore (iptables-legacy)" {
	on iptables-legacy
	restored_file_is_mended
}

restored_file_is_mended() {
	host "$engine-save" >"$world/rules.v4"
	host "ip6${engine#ip}-save" >"$world/rules.v6"
	fwport open 443
	assert_status 0
	watch_begin
	expect46 443=open
	host "$engine-restore" "$world/rules.v4"
	host "ip6${engine#ip}-restore" "$world/rules.v6"
	await "the port to be open in both families" both_open
	# The table of the other tool's making is as it was, but for our rules.
	host "$engine-save" | grep -q -- "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"
}

both_open() { expect46 443=open; }

@test "watch: a rule that was deleted by itself is somebody's will (nft)" {
	input_drops
	fwport open 443
	fwport open 9009
	watch_begin
	host nft delete rule inet filter input handle "$(handle "inet filter input" 1)"
	awaits left
	watch_settles
	expect46 443=timeout
	assert_told restored 0
	grep -q '"event":"left".*"ports":"443".*nft (process' "$world/told"
	# A reload throws the other out as well: that one is put back, and this one is not.
	input_drops
	awaits restored
	expect46 443=timeout
	host nft list chain inet filter input | grep -q 'dport 9009'
	# Who restores it has it watched over again.
	fwport restore
	assert_status 0
	watch_settles
	input_drops
	awaits restored 2
	expect46 443=open
}

@test "watch: a rule that was deleted by itself is somebody's will (iptables-nft)" {
	on iptables-nft
	deleted_rule_is_left
}

@test "watch: a rule that was deleted by itself is somebody's will (iptables-legacy)" {
	on iptables-legacy
	deleted_rule_is_left
}

deleted_rule_is_left() {
	fwport open 443 -4
	assert_status 0
	fwport open 9009
	expect4 443=open 9000=refused
	watch_begin
	delete_tagged 1
	awaits left
	watch_settles
	expect4 443=refused
	assert_told restored 0
}

# delete_tagged TAG: as somebody would who has listed the rules.
delete_tagged() {
	local rule
	rule=$(host "$engine" -S | grep -m 1 -w "fwport:$1")
	host sh -c "$engine ${rule/#-A/-D}"
}

@test "watch: SIGHUP makes it look anew, at what was left alone, too" {
	input_drops
	fwport open 443
	watch_begin
	host nft delete rule inet filter input handle "$(handle "inet filter input" 1)"
	awaits left
	watch_signal HUP
	awaits restored
	expect46 443=open
}

@test "watch: a chain that is emptied in many small transactions is a neighbour's doing" {
	input_drops
	fwport open 443
	watch_begin
	for handle in $(host nft -a list chain inet filter input | sed -n 's/.*# handle //p' | sed 1d); do
		host nft delete rule inet filter input handle "$handle"
	done
	host nft add rule inet filter input icmpv6 type '{ nd-neighbor-solicit, nd-neighbor-advert }' accept
	awaits restored
	expect46 443=open
	assert_told left 0
}

@test "watch: what is closed stays closed" {
	input_drops
	fwport open 443 8443
	fwport open 9009
	watch_begin
	fwport close 443
	fwport close 8443 --runtime
	input_drops
	awaits restored
	watch_settles
	expect46 443=timeout 8443=timeout
	fwport close 9009
	fwport open 9009
	input_drops
	awaits restored 2
	expect46 443=timeout 8443=timeout
	fwport status
	assert_says "8443/tcp"
}

@test "watch: what has ended stays ended" {
	input_drops
	fwport open 443 --for 2s
	fwport open 9009
	watch_begin
	await "the end of the opening" expired
	input_drops
	awaits restored
	watch_settles
	expect46 443=timeout
}

expired() { expect46 443=timeout; }

@test "watch: a closed port that a restored file brings back is closed again" {
	on iptables-nft
	fwport open 443 8443
	host iptables-nft-save >"$world/rules.v4"
	fwport close 443
	watch_begin
	host iptables-nft-restore "$world/rules.v4"
	awaits restored
	expect46 443=refused 8443=open
}

@test "watch: a drop in a new chain is gone past, an explicit deny is told and left" {
	input_drops
	fwport open 443
	watch_begin
	ruleset_is <<-END
		table inet other {
			chain input {
				type filter hook input priority 10; policy drop
				ct state established accept
				icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
			}
		}
	END
	awaits restored
	expect46 443=open
	host nft insert rule inet filter input tcp dport 443 drop
	awaits blocked
	expect46 443=timeout
	grep -q '"event":"blocked".*"ports":"443".*tcp dport 443 drop' "$world/told"
	watch_again_tells_nothing
}

# It was told once, and is not told again while it is so.
watch_again_tells_nothing() {
	host nft add table inet nothing
	fwport open 9000
	host nft add rule inet filter input tcp dport 9000 drop
	input_drops
	awaits restored 2
	assert_told blocked 1
}

@test "watch: a policy that drops is put back, and left when somebody deletes it by hand" {
	fwport open 443
	fwport policy in=drop --no-confirm
	assert_status 0
	watch_begin
	host nft flush ruleset
	awaits restored
	expect46 443=open 9000=timeout
	host nft delete rule inet fwport input handle "$(policy_handle)"
	awaits policy-left
	expect46 9000=open
	assert_told restored 1
}

policy_handle() {
	host nft -a list chain inet fwport input | sed -n 's/.* drop .*# handle //p' | tail -n 1
}

@test "watch: a change that awaits confirmation is neither kept nor broken" {
	input_drops
	watch_begin
	fwport open 443 --confirm=600
	assert_status 0
	input_drops
	awaits restored
	expect46 443=open
	fwport status
	assert_says "Generation 1 awaits confirmation"
	fwport rollback
	assert_status 0
	expect46 443=timeout
	assert_told restored 1
}

@test "watch: waits for whoever holds the lock, and then puts back" {
	input_drops
	fwport open 443
	watch_begin
	host_background flock "$world/state/lock" sh -c 'echo >"$1/held"; while [ -e "$1/held" ]; do sleep 0.1; done' sh "$world"
	await "the lock to be held" test -e "$world/held"
	input_drops
	expect46 443=timeout
	rm "$world/held"
	awaits restored
	expect46 443=open
}

@test "watch: a record that cannot be read is told once, and when it is there again it goes on" {
	input_drops
	fwport open 443
	watch_begin
	cp -p "$world/state/state.json" "$world/good.json"
	echo '{' >"$world/state/state.json"
	input_drops
	awaits failed
	host nft add table inet one
	host nft delete table inet one
	cp -p "$world/good.json" "$world/state/state.json"
	watch_signal HUP
	awaits restored
	expect46 443=open
	assert_told failed 1
}

@test "watch: what it could not hear it sees" {
	input_drops
	fwport open 443
	watch_begin
	watch_signal STOP
	flood 60000 | host nft -f -
	input_drops
	unheard
	watch_signal CONT
	awaits restored
	expect46 443=open
}

# Some socket that listens to the group of nf_tables, 64 in the mask, has lost something.
unheard() {
	host awk '$4 == "00000040" && $9 > 0 { lost = 1 } END { exit !lost }' /proc/thread-self/net/netlink
}

# Elements enough that the kernel has to drop some of what it tells.
flood() {
	awk -v count="$1" 'BEGIN {
		print "table inet flood { set s { type ipv4_addr; elements = {"
		for (i = 0; i < count; i++)
			print "10." int(i / 65536) "." int(i / 256) % 256 "." i % 256 ","
		print "}\n}\n}"
	}'
}

@test "watch: a ruleset that is never quiet does not keep it from it" {
	input_drops
	fwport open 443
	watch_begin
	host_background sh -c 'nft add table inet busy; while sleep 0.05; do nft add chain inet busy c; nft delete chain inet busy c; done'
	await "the ruleset to be busy" host nft list table inet busy
	input_drops_only
	awaits restored
	expect46 443=open
	echo "# put back after $(sed -n 's/.*"event":"restored".*"ms":\([0-9]*\).*/\1/p' "$world/told") ms" >&3
}

# The neighbour goes on beside it.
input_drops_only() {
	ruleset_is <<-END
		delete table inet fwport
		flush chain inet filter input
		add rule inet filter input ct state established accept
		add rule inet filter input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
	END
}

@test "watch: puts back so often within a minute, and then waits" {
	local n
	input_drops
	fwport open 443
	watch_begin
	for ((n = 1; n <= 20 && $(told waiting) == 0; n++)); do
		input_drops
		await "it to be seen to" seen_to "$n"
	done
	input_drops
	awaits waiting
	grep -q '"event":"waiting".*nft (process' "$world/told"
	expect46 443=timeout
	assert_told waiting 1
	fwport restore
	assert_status 0
	expect46 443=open
}

seen_to() { [ "$(told restored)" -ge "$1" ] || [ "$(told waiting)" -gt 0 ]; }

@test "watch: killed at any moment, the next command goes on" {
	input_drops
	fwport open 443
	watch_begin
	for _ in 1 2 3; do
		input_drops
		watch_signal KILL
		watch_begin
		awaits restored
		expect46 443=open
	done
	fwport open 8443
	assert_status 0
	expect46 443=open 8443=open
}
