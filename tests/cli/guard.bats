#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The lock-out guard: who works over ssh cannot close the door behind himself by mistake.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

# The host drops everything, and ssh is open by fwport alone.
setup() {
	world_up
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; }
		}
	END
	rules=$(ruleset)
	fwport open ssh
	assert_status 0
	opened=$(ruleset)
}
teardown() { world_down; }

# session [--from SOURCE] COMMAND LINE: what the client, connected by ssh, gets when he runs that in the host.
session() {
	local source=()
	[ "$1" != --from ] || { source=(--from "$2") && shift 2; }
	echo "$*" >"$world/session"
	run --separate-stderr client python3 -IS "$here/session.py" "${source[@]}" "$HOST4"
	told="session: $*"
}

# A session that goes on until the file "leave" appears.
session_goes_on() {
	echo ": >'$world/in'; until [ -e '$world/leave' ]; do sleep 0.05; done" >"$world/session"
	client python3 -IS "$here/session.py" "$HOST4" >"$world/session.log" 2>&1 3>&- &
	await "the session" test -e "$world/in"
}

@test "guard: closing ssh in an ssh session is refused, names the connection and changes nothing" {
	session "'$top_builddir/fwport' close ssh"
	assert_status 7
	assert_says 192.0.2.1 22
	assert_ruleset "$opened"
	session "'$top_builddir/fwport' status"
	assert_status 0
	assert_says ssh
}

@test "guard: closing everything in an ssh session is refused, too" {
	session "'$top_builddir/fwport' close --all --no-confirm"
	assert_status 7
	assert_says 192.0.2.1 22
	assert_ruleset "$opened"
}

@test "guard: a list that leaves ssh out is refused like a close" {
	echo '{"openings": [{"ports": "443"}], "exclusive": true}' >"$world/list.json"
	session "'$top_builddir/fwport' apply -f '$world/list.json'"
	assert_status 7
	assert_ruleset "$opened"
}

@test "guard: the refusal is one JSON object" {
	session "'$top_builddir/fwport' --json close ssh"
	assert_status 7
	output=$(head -n 1 <<<"$output")
	assert_field changed false
	assert_field outcome lockout
	assert_ruleset "$opened"
}

@test "guard: --force closes, and the client is out" {
	session "'$top_builddir/fwport' close --force ssh >/dev/null 2>&1; echo \$? >'$world/status'"
	await "the end of the command" test -s "$world/status"
	[ "$(cat "$world/status")" = 0 ]
	assert_ruleset "$rules"
	fwport history 2
	assert_says "forced: the connection from 192.0.2.1 to port 22"
	run -255 client python3 -IS "$here/session.py" "$HOST4" 0.8
}

@test "guard: an established rule saves the session, but not the next one, so it is refused too" {
	host nft add rule inet filter input ct state established accept
	opened=$(ruleset)
	session "'$top_builddir/fwport' close ssh"
	assert_status 7
	assert_says 192.0.2.1
	assert_ruleset "$opened"
}

@test "guard: what does not concern the session is closed" {
	fwport open https
	session "'$top_builddir/fwport' close https"
	assert_status 0
	assert_ruleset "$opened"
}

@test "guard: ssh may be narrowed to a prefix with the caller in it, and not to one without" {
	session "'$top_builddir/fwport' open ssh --from 192.0.2.0/26"
	assert_status 0
	session "'$top_builddir/fwport' close ssh --no-confirm"
	assert_status 0
	session "'$top_builddir/fwport' open ssh --from 192.0.2.66"
	assert_status 0
	session "'$top_builddir/fwport' close ssh --from 192.0.2.0/26"
	assert_status 7
	assert_says 192.0.2.1
}

@test "guard: a profile without ssh is refused in a session that came by a profile" {
	mkdir "$world/etc/profiles"
	echo 'ssh=22' >"$world/etc/profiles/with.profile"
	echo 'https=443' >"$world/etc/profiles/without.profile"
	fwport close ssh
	assert_status 0
	fwport apply with
	assert_status 0
	opened=$(ruleset)
	session "'$top_builddir/fwport' apply without"
	assert_status 7
	assert_ruleset "$opened"
}

@test "guard: a cleaned environment hides nothing, and a false one misleads nobody" {
	session "env -i PATH='$PATH' FWPORT_STATE_DIR='$FWPORT_STATE_DIR' FWPORT_RUN_DIR='$FWPORT_RUN_DIR' '$top_builddir/fwport' close ssh"
	assert_status 7
	session "SSH_CONNECTION='203.0.113.9 5555 192.0.2.10 22' '$top_builddir/fwport' close ssh"
	assert_status 7
	assert_says 192.0.2.1
	assert_ruleset "$opened"
}

@test "guard: from the console, the sessions of others are guarded" {
	session_goes_on
	fwport close ssh
	assert_status 7
	assert_says 192.0.2.1
	assert_ruleset "$opened"
	: >"$world/leave"
}

@test "guard: from the console, with nobody connected, ssh is closed" {
	fwport close ssh
	assert_status 0
	assert_ruleset "$rules"
}

@test "guard: --dry-run of a lock-out is told as one" {
	session "'$top_builddir/fwport' close --dry-run ssh"
	assert_status 7
	assert_ruleset "$opened"
}

@test "guard: ssh to this very host inside a session does not hide the session" {
	host nft insert rule inet filter input iif lo accept
	opened=$(ruleset)
	session_goes_on
	echo "'$top_builddir/fwport' close ssh" >"$world/session"
	run --separate-stderr host python3 -IS "$here/session.py" "$HOST4"
	told="session: nested"
	: >"$world/leave"
	assert_status 7
	assert_says 192.0.2.1
	assert_ruleset "$opened"
}

@test "guard: a policy that would cut the session off is refused, and once ssh is open it is not" {
	fwport close ssh
	host nft flush ruleset
	session "'$top_builddir/fwport' policy --no-confirm in=drop"
	assert_status 7
	assert_says 192.0.2.1 "port 22"
	[ -z "$(ruleset)" ]
	session "'$top_builddir/fwport' open ssh && '$top_builddir/fwport' policy --no-confirm in=drop"
	assert_status 0
	session "'$top_builddir/fwport' status"
	assert_status 0
	assert_says "policy in=drop" ssh
	session "'$top_builddir/fwport' close ssh"
	assert_status 7
}
