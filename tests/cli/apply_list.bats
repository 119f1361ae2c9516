#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# apply -f: a list in JSON is one change, made wholly or not at all.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load confirming

setup() {
	world_up
	closed_host
}
teardown() { world_down; }

list_is() { # JSON
	echo "$1" >"$world/list.json"
}

# apply_list JSON [OPTION]...
apply_list() {
	list_is "$1"
	shift
	fwport apply -f "$world/list.json" "$@"
}

# What a pipe says.
fwport_reads() { # TEXT WORD...
	local text=$1
	shift
	run --separate-stderr host timeout 60 "$top_builddir/fwport" ${backend:+--backend="$backend"} "$@" <<<"$text"
	told="fwport $*"
}

@test "list: what is wanted is open, what is absent is closed, and the second time there is nothing to do" {
	local list number
	list='{"openings": [{"ports": "443"}, {"ports": ["8443/tcp", "53/udp"], "from": ["192.0.2.66", "2001:db8::66"]}, {"ports": "80", "state": "absent"}]}'
	serve 80 443 8443 53/udp
	fwport open 80
	fwport open 9000
	expect46 80=open 443=timeout
	apply_list "$list" --json
	assert_status 0
	assert_field changed true
	assert_field diff.before.length 2
	assert_field diff.after.length 4
	assert_field openings.6.state absent
	assert_field openings.6.was_ours true
	expect46 80=timeout 443=open 8443=timeout
	expect_from 192.0.2.66 "$HOST4" 8443=open 53/udp=open
	number=$(ruleset_number)
	apply_list "$list" --json
	assert_status 0
	assert_field changed false
	assert_number "$number"
	[ "$(field diff.before)" = "$(field diff.after)" ]
}

@test "list: standard input, and the same answer for who only asks" {
	local number
	number=$(ruleset_number)
	fwport_reads '{"openings": [{"ports": "443"}]}' --json apply -f - --dry-run
	assert_status 1
	assert_field outcome planned
	assert_field changed false
	assert_field diff.before.length 0
	assert_field diff.after.0.ports 443
	assert_number "$number"
	fwport_reads '{"openings": [{"ports": "443"}]}' plan -f -
	assert_status 1
	assert_says "+ "
	fwport_reads '{"openings": [{"ports": "443"}]}' --json apply -f -
	assert_status 0
	assert_field diff.after.0.ports 443
}

@test "list: what is open already by a profile is planned for the record alone, and shown" {
	mkdir "$world/etc/profiles"
	echo 'shop=443' >"$world/etc/profiles/shop.profile"
	fwport apply shop
	list_is '{"openings": [{"ports": "443"}]}'
	fwport plan -f "$world/list.json"
	assert_status 1
	[ "$output" = "+ 443/tcp in anyone" ]
}

@test "list: exclusive closes all that it does not name, and nothing of others" {
	serve 443 8443
	mkdir "$world/etc/profiles"
	echo 'admin=8443' >"$world/etc/profiles/shop.profile"
	fwport apply shop
	fwport open 9000
	apply_list '{"openings": [{"ports": "443"}], "exclusive": true}'
	assert_status 0
	expect46 443=open 8443=timeout
	apply_list '{"profiles": ["shop"], "openings": [{"ports": "443"}]}'
	assert_status 0
	expect46 443=open 8443=open
	apply_list '{"profiles": []}'
	assert_status 0
	expect46 443=open 8443=timeout
	apply_list '{"exclusive": true, "openings": []}' --force
	assert_status 0
	assert_ruleset "$closed"
}

@test "list: one that cannot be opened keeps all of them closed" {
	serve 80 443
	host nft insert rule inet filter input tcp dport 80 drop
	closed=$(ruleset)
	apply_list '{"openings": [{"ports": "443"}, {"ports": "80"}]}'
	assert_status 6
	assert_says "80/tcp in IPv4 is blocked" "rule 1 of inet filter input"
	assert_says_not "443/tcp in IPv4 is"
	assert_ruleset "$closed"
	apply_list '{"openings": [{"ports": "443"}, {"ports": "80", "override": true}]}'
	assert_status 0
	expect46 443=open 80=open
}

@test "list: what is absent and open by others is told, and no failure" {
	serve 22
	apply_list '{"openings": [{"ports": "22", "state": "absent"}]}'
	assert_status 0
	assert_says "22/tcp can be reached all the same"
	apply_list '{"openings": [{"ports": "22", "state": "absent"}]}' --json
	assert_field changed false
	assert_field openings.0.still_open true
}

@test "list: a mistake is told with its place, and nothing is done" {
	local number
	number=$(ruleset_number)
	apply_list '{"openings": [{"ports": "443"}, {"ports": "70000"}]}'
	assert_status 3
	assert_says 'list.json: openings[1].ports: port "70000" is out of range 1-65535'
	apply_list '{"openings": [{"ports": "443"}]' --json
	assert_status 3
	assert_field error.kind file
	fwport_reads '' apply -f -
	assert_status 3
	assert_says "standard input:2: this is not JSON"
	fwport apply -f "$world/nowhere"
	assert_status 3
	fwport apply -f "$world/list.json" web
	assert_status 2
	fwport apply
	assert_status 2
	assert_number "$number"
	[ ! -e "$world/state/generations" ]
}

@test "list: more than 8 MiB are not read" {
	fwport_reads "$(printf '{"profiles": ["%09000000d"]}' 0)" apply -f -
	assert_status 3
	assert_says "standard input: more than 8388608 bytes are too many"
}

@test "list: on approval, and rolled back without it" {
	serve 80 443
	fwport open 80
	apply_list '{"openings": [{"ports": "443"}], "exclusive": true}' --confirm=10 --json
	assert_status 0
	assert_field pending.generation 2
	expect46 443=open 80=timeout
	await_rollback
	expect46 443=timeout 80=open
	apply_list '{"openings": [{"ports": "443"}], "exclusive": true}' --confirm=60
	assert_status 0
	fwport confirm
	assert_status 0
	fwport --json status
	assert_field openings.length 2
	assert_field openings.0.saved true
}
