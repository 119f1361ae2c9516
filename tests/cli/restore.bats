#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to our rules, and what brings them back: flushes, files of rules that were saved at a bad moment, a record that is
# lost; with packets. Boots are in tests/boot.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load reloads

setup() {
	world_up
	# Nobody else's kernel log.
	: >"$world/kmsg"
	[ ! -e /dev/kmsg ] || host mount --bind "$world/kmsg" /dev/kmsg
	serve 443 8443 9000
}
teardown() { world_down; }

save_rules() {
	host "$engine-save" >"$world/rules.v4"
	host "ip6${engine#ip}-save" >"$world/rules.v6"
}

load_rules() {
	host "$engine-restore" "$world/rules.v4"
	host "ip6${engine#ip}-restore" "$world/rules.v6"
}

@test "restore: brings back what was flushed, and changes nothing the second time" {
	input_drops
	fwport open 443 8443
	assert_status 0
	host nft flush ruleset
	input_drops
	expect46 443=timeout
	fwport restore --dry-run
	assert_status 1
	assert_says "+ table inet fwport"
	fwport restore
	assert_status 0
	assert_says "The rules are as recorded in generation 1 again"
	expect46 443=open 8443=open
	fwport restore
	assert_status 0
	assert_says "Nothing to change."
}

@test "restore: moves a rule that no longer stands before what blocks" {
	input_drops
	fwport open 443
	host nft insert rule inet filter input tcp dport 1-1023 drop
	expect46 443=timeout
	fwport restore
	assert_status 0
	expect46 443=open
}

@test "restore: what cannot be opened keeps no other from it, and is told" {
	input_drops
	fwport open 443
	fwport open 8443
	host nft flush ruleset
	input_drops
	host nft insert rule inet filter input tcp dport 443 drop
	fwport restore --json
	assert_status 1
	assert_field outcome "done"
	assert_field openings.0.verdict blocked
	assert_field openings.2.verdict open
	expect46 443=timeout 8443=open
}

@test "restore: nothing to restore is no failure" {
	fwport restore
	assert_status 0
	assert_says "Nothing to change."
	fwport restore --boot
	assert_status 0
	[ -z "$output$stderr" ] || assert_says "neither the journal nor syslog"
}

@test "restore --boot: places rules for families and interfaces that have no address yet" {
	input_drops
	fwport open 443
	fwport open 8443 --iface eth0
	host nft flush ruleset
	input_drops
	host ip link set eth0 down
	host ip -4 addr flush dev eth0
	host ip -6 addr flush dev eth0
	fwport restore
	assert_status 1
	fwport restore --boot
	assert_status 0
	# There is no other log in this world.
	[ ! -e /dev/kmsg ] || grep -q "fwport.*: restored by .*; result done" "$world/kmsg"
	host ip addr add "$HOST4/24" dev eth0
	host ip addr add "$HOST6/64" dev eth0 nodad
	host ip link set eth0 up
	client ip neigh replace "$HOST4" lladdr 02:00:00:00:00:10 dev eth0 nud permanent
	fwport restore
	assert_status 0
	assert_says "Nothing to change."
	expect46 443=open 8443=open
}

@test "restore: a closed port that a saved file of rules brings back is found and closed (iptables-nft)" {
	saved_file_brings_back iptables-nft
}

@test "restore: a closed port that a saved file of rules brings back is found and closed (iptables-legacy)" {
	saved_file_brings_back iptables-legacy
}

saved_file_brings_back() {
	on "$1"
	fwport open 443 8443
	assert_status 0
	save_rules
	fwport close 443
	expect46 443=refused 8443=open
	load_rules
	expect46 443=open 8443=open
	fwport status
	assert_says "The ruleset is not as recorded."
	fwport restore
	assert_status 0
	assert_says "our tag and belong"
	expect46 443=refused 8443=open
	fwport close 8443
	load_rules
	fwport restore --json
	assert_status 0
	[ "$(field leftovers)" -gt 0 ]
	expect46 443=refused 8443=refused
}

@test "restore: a file of rules from before the opening closes it, and restore opens it again" {
	on iptables-nft
	save_rules
	fwport open 443
	load_rules
	expect46 443=refused
	fwport restore
	assert_status 0
	expect46 443=open
}

@test "adoption: a lost record is read off the rules, before any change (nft)" {
	input_drops
	lost_record_is_adopted
}

@test "adoption: a lost record is read off the rules, before any change (iptables-nft)" {
	on iptables-nft
	lost_record_is_adopted
}

@test "adoption: a lost record is read off the rules, before any change (iptables-legacy)" {
	on iptables-legacy
	lost_record_is_adopted
}

lost_record_is_adopted() {
	local rules
	fwport open 443
	fwport open 8443 --from 192.0.2.0/24
	assert_status 0
	rules=$(ruleset)
	host sh -c "rm -rf '$FWPORT_STATE_DIR'/*"
	fwport status
	assert_says "No record of openings was found"
	fwport restore --dry-run
	assert_says_not "- rule"
	fwport open 9000
	assert_status 0
	assert_says "2 openings were read off the rules that bear our tag, and recorded."
	expect4 443=open 8443=open 9000=open
	fwport close 9000
	assert_status 0
	assert_ruleset "$rules"
	fwport close 8443 --from 192.0.2.0/24
	assert_status 0
	fwport close 443
	assert_status 0
	[[ $(ruleset) != *fwport* ]]
}

@test "adoption: where only the record is lost it is that of the last generation, names and all" {
	local rules
	input_drops
	fwport open https --reason "ticket 12"
	fwport open 8443 --runtime
	assert_status 0
	rules=$(ruleset)
	rm "$world/state/state.json"
	fwport status
	assert_status 0
	assert_says "The record of openings was lost; this is that of generation 2." https "Until the next boot only: 8443/tcp"
	fwport --json restore
	assert_status 0
	assert_field rebuilt 2
	assert_field adopted 0
	assert_ruleset "$rules"
	grep -q '"reason":"ticket 12"' "$world/state/state.json"
	fwport --json status
	assert_field rebuilt null
}

@test "adoption: what expires keeps its end" {
	local end kept
	input_drops
	fwport open 443 --for 2h
	fwport open 8443
	fwport status --json
	end=$(field openings.0.expires)
	host sh -c "rm -rf '$FWPORT_STATE_DIR'/*"
	fwport restore
	assert_status 0
	fwport status --json
	kept=$(field openings.0.expires)$(field openings.2.expires)
	[[ $kept = *null* ]]
	(($(date -d "${kept/null/}" +%s) - $(date -d "$end" +%s) < 5))
	fwport save --print nft
	assert_says "elements = { 8443 }"
	assert_says_not timeout
}

@test "adoption: a policy is found with the openings, and restore brings it back, too" {
	fwport open 443
	fwport policy in=drop
	assert_status 0
	expect46 443=open 8443=timeout
	host sh -c "rm -rf '$FWPORT_STATE_DIR'/*"
	fwport restore
	assert_status 0
	expect46 443=open 8443=timeout
	host nft flush ruleset
	expect46 8443=open
	fwport restore --boot
	assert_status 0
	expect46 443=open 8443=timeout
	fwport restore
	assert_status 0
	assert_says "Nothing to change."
}

@test "save: makes what was opened until the next boot a saved opening, and touches no rule" {
	local rules
	input_drops
	fwport open 443 --runtime
	assert_says "until the next boot"
	fwport status
	assert_says "Until the next boot only: 443/tcp in anyone."
	rules=$(ruleset)
	fwport save
	assert_status 0
	assert_says "will not come back after a reboot (fwport save --enable)"
	assert_ruleset "$rules"
	fwport status --json
	assert_field openings.0.saved true
	fwport save --json
	assert_field changed false
	assert_field persistent false
}

@test "save: who prints turns nothing on, and is told" {
	fwport save --enable --print nft
	assert_status 2
	assert_says "--enable and --print exclude each other"
	fwport save --print nft
	assert_status 0
}

@test "restore: no reload of a firewall opens what was closed until the next boot" {
	input_drops
	rules=$(ruleset)
	fwport open 443 8443
	fwport close 8443 --runtime
	host nft flush ruleset
	ruleset_is <<<"$rules"
	fwport restore --boot
	assert_status 0
	expect46 443=open 8443=timeout
	fwport status
	assert_says "Closed until the next boot: 8443/tcp in anyone."
	fwport restore
	assert_status 0
	expect46 443=open 8443=open
}

@test "restore: a policy until the next boot outlives a reload, and status tells which one is saved" {
	fwport open 443
	fwport policy in=drop --runtime --no-confirm
	assert_status 0
	fwport status
	assert_says "The policy is until the next boot only; saved is in=accept."
	host nft flush ruleset
	fwport restore --boot
	assert_status 0
	expect46 443=open 8443=timeout
	fwport restore
	assert_status 0
	expect46 443=open 8443=timeout
	fwport save
	fwport status
	assert_says_not "until the next boot"
}

@test "save: an enabled unit is what makes an opening saved; one that is masked or gone is not" {
	input_drops
	host mount -t tmpfs tmpfs /etc/systemd/system
	host mkdir /etc/systemd/system/multi-user.target.wants
	host ln -s /bin/true /etc/systemd/system/multi-user.target.wants/fwport-restore.service
	fwport open 443
	assert_says "Saved as generation 1."
	fwport status
	assert_says "A boot restores what is saved (fwport-restore.service)."
	host ln -s /dev/null /etc/systemd/system/fwport-restore.service
	fwport status
	assert_says "Nothing restores what is saved at boot: fwport save --enable"
	host rm /etc/systemd/system/fwport-restore.service
	host ln -sf /nowhere /etc/systemd/system/multi-user.target.wants/fwport-restore.service
	fwport status
	assert_says "Nothing restores what is saved at boot"
}

# printed LANGUAGE: what our rules are, into a file in the host.
printed() {
	fwport save --print "$1"
	assert_status 0
	echo "$output" >"$world/printed"
}

@test "save --print nft: nft loads the file, and then nothing is missing" {
	input_drops
	fwport open 443 8000-8010
	fwport open 8443 --from 192.0.2.0/24 --iface eth0
	fwport open 53/udp -6 --from 2001:db8::/64
	assert_status 0
	printed nft
	fwport open 9443 --for 1h --from 192.0.2.0/24
	fwport open 9444 --for 1h
	fwport save --print nft
	assert_says "# not shown, since it ends 2" "# not shown, since its ports end by themselves: set tcp_in_timed"
	fwport close 9443 --from 192.0.2.0/24
	fwport close 9444
	host nft flush ruleset
	input_drops
	host nft -f "$world/printed"
	expect46 443=open
	fwport restore
	assert_status 0
	assert_says "Nothing to change."
}

@test "save --print iptables: the restores of both families load the file (iptables-nft)" {
	on iptables-nft
	printed_for_iptables
}

@test "save --print iptables: the restores of both families load the file (iptables-legacy)" {
	on iptables-legacy
	printed_for_iptables
}

printed_for_iptables() {
	save_rules
	fwport open 443 8000-8010 53/udp
	fwport open 8443 --from 192.0.2.0/24 --iface eth0
	assert_status 0
	fwport open 9000 --for 1h
	assert_status 0
	printed iptables
	grep -q -- "-m time --datestop" "$world/printed"
	load_rules
	[ "$engine" = iptables-nft ] || { host iptables-legacy -X && host ip6tables-legacy -X; }
	expect46 443=refused
	host "$engine-restore" --noflush "$world/printed"
	host "ip6${engine#ip}-restore" --noflush "$world/printed"
	expect46 443=open
	expect4 8443=open 9000=open
	fwport restore
	assert_status 0
	assert_says "Nothing to change."
}

@test "save --enable: what cannot be turned on is an error, and nothing is saved" {
	input_drops
	fwport open 443 --runtime
	host mount -t tmpfs tmpfs /etc/systemd/system
	[ -x /usr/bin/systemctl ] || skip "needs systemctl"
	host mount --bind /bin/false "$(readlink -f /usr/bin/systemctl)"
	fwport save --enable
	assert_status 4
	assert_says '"systemctl enable fwport-restore.service" failed' "run it to see why"
	fwport status
	assert_says "Until the next boot only: 443/tcp in anyone."
}
