#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Others work on the same ruleset at the same time: nobody's change is lost, and the exit status tells who has to come again.

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

# Runs two commands of fwport at once; their exit statuses are left in $first and $second.
both() { # "ARGS" "ARGS"
	local one two
	first=0 second=0
	# shellcheck disable=SC2086 # words of one command line
	host timeout 60 "$top_builddir/fwport" $1 >"$world/one" 2>&1 3>&- &
	one=$!
	# shellcheck disable=SC2086
	host timeout 60 "$top_builddir/fwport" $2 >"$world/two" 2>&1 3>&- &
	two=$!
	wait $one || first=$?
	wait $two || second=$?
	told="both: $1 ($first), $2 ($second)" output=$(cat "$world/one" "$world/two")
}

done_or_busy() {
	case $1 in 0 | 5) ;; *) tell "exit status 0 or 5 expected" && return 1 ;; esac
}

@test "concurrency: two fwports open different ports at once, ten times" {
	local round expected=0 rules
	closed_host
	rules=$(ruleset)
	for round in {0..9}; do
		both "open $((1000 + round))" "open $((2000 + round)) --from 192.0.2.66"
		done_or_busy "$first"
		done_or_busy "$second"
		expected=$((expected + (first == 0) + (second == 0)))
		[ "$first" != 0 ] || { fwport why in $((1000 + round)) && assert_status 0; }
	done
	fwport --json status
	assert_status 0
	[ "$(grep -o '"id": *[0-9]*' <<<"$output" | sort -u | wc -l)" = "$expected" ] || { tell "$expected openings expected" && return 1; }
	for round in {0..9}; do
		both "close $((1000 + round))" "close $((2000 + round)) --from 192.0.2.66"
		[ "$first" = 0 ]
		[ "$second" = 0 ]
	done
	assert_ruleset "$rules"
}

@test "concurrency: two fwports open the same port at once: one changes, both are content" {
	local round rules
	closed_host
	rules=$(ruleset)
	for round in {1..5}; do
		both "--json open https" "--json open https"
		done_or_busy "$first"
		done_or_busy "$second"
		[ "$first" = 0 ] || [ "$second" = 0 ]
		[ "$(grep -c '"changed": *true' <<<"$output")" = 1 ] || { tell "one of them changes" && return 1; }
		fwport close https
		assert_status 0
		assert_ruleset "$rules"
	done
}

@test "concurrency: one opens while the other closes" {
	local round rules
	closed_host
	rules=$(ruleset)
	fwport open 8443
	for round in {1..5}; do
		both "open https" "close 8443"
		[ "$first" = 0 ] && [ "$second" = 0 ]
		fwport why in https
		assert_status 0
		fwport why in 8443
		assert_status 1
		both "close https" "open 8443"
		[ "$first" = 0 ] && [ "$second" = 0 ]
		fwport why in https
		assert_status 1
		fwport why in 8443
		assert_status 0
	done
	fwport close 8443
	assert_ruleset "$rules"
}

# Adds and replaces somebody else's rules without a pause until "stop" appears; prints how many of them were added.
restless() {
	# shellcheck disable=SC2016 # for the inner shell
	host bash -c '
		count=0
		until [ -e "$1/stop" ]; do
			nft insert rule inet other input tcp dport 1 counter comment "\"restless $count\"" || exit 1
			count=$((count + 1))
			nft insert rule inet filter input udp dport "$((count % 60000 + 1))" counter
		done
		echo "$count" >"$1/count"' bash "$world" 3>&- &
	restless_pid=$!
}

@test "concurrency: an nft that keeps changing the ruleset meanwhile loses nothing, and fwport ends with 0 or 5" {
	local round done_rounds=0
	closed_host
	ruleset_is <<<"table inet other { chain input { type filter hook input priority 10; }; }"
	serve 443
	restless
	for round in {1..10}; do
		fwport open https
		done_or_busy "$status"
		if [ "$status" = 0 ]; then
			done_rounds=$((done_rounds + 1))
			expect46 443=open
			fwport close https
			done_or_busy "$status"
			[ "$status" = 0 ] || { fwport why in https && assert_status 0; }
		else
			fwport why in https
			assert_status 1
		fi
	done
	: >"$world/stop"
	wait $restless_pid
	((done_rounds >= 1))
	[ "$(host nft list chain inet other input | grep -c restless)" = "$(cat "$world/count")" ]
	fwport close https
	[[ "$(ruleset)" != *fwport* ]]
	[ "$(host nft list chain inet filter input | grep -c 'udp dport')" = "$(cat "$world/count")" ]
}

@test "concurrency: a guest keeps its place when the owner inserts rules around it" {
	local rules
	closed_host
	serve 443
	fwport open https
	assert_status 0
	host nft insert rule inet filter input ip saddr 192.0.2.66 drop
	host nft add rule inet filter input tcp dport 25 accept
	expect46 443=open
	expect_from 192.0.2.66 "$HOST4" 443=timeout
	fwport status
	assert_status 0
	fwport close https
	assert_status 0
	rules=$(ruleset)
	[[ "$rules" == *"ip saddr 192.0.2.66 drop"* && "$rules" == *"tcp dport 25 accept"* && "$rules" != *fwport* ]]
}

ten_thousand() {
	local i
	echo "table inet filter {"
	echo "chain input { type filter hook input priority filter; policy drop; ct state established accept;"
	for ((i = 0; i < 5000; i++)); do echo "ip saddr 10.$((i >> 8)).$((i & 255)).1 tcp dport 80 accept"; done
	echo "jump more; }; chain more {"
	for ((i = 0; i < 5000; i++)); do echo "ip saddr 10.$((i >> 8)).$((i & 255)).2 tcp dport 443 drop"; done
	echo "}; }"
}

@test "concurrency: a host with 10,000 foreign rules" {
	serve 80 443
	ten_thousand | ruleset_is
	ruleset >"$world/before"
	fwport --json why in 443
	assert_status 1
	assert_blocker ipv4 "inet filter input" policy syn
	fwport open https
	assert_status 0
	expect46 443=open 80=timeout
	fwport --json open https
	assert_field changed false
	fwport close https
	assert_status 0
	ruleset | cmp - "$world/before"
}
