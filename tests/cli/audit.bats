#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Each transaction leaves one record in the journal or in syslog, and no log can fail or hold up a change.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

journal=/run/systemd/journal/socket

setup() {
	world_up
	private_dev
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
teardown() { world_down; }

# A /dev of the world's own, so that a /dev/log in it is nobody else's.
private_dev() {
	# shellcheck disable=SC2016 # for the inner shell
	host sh -c '
		mkdir -p /run/dev /run/systemd/journal && mount -t tmpfs tmpfs /run/dev || exit 1
		for file in null zero random urandom tty; do
			: >/run/dev/$file && mount --bind /dev/$file /run/dev/$file || exit 1
		done
		ln -s /proc/self/fd /run/dev/fd
		mount --move /run/dev /dev'
}

# listens SOCKET [--full]: a log there, which keeps its records in $world/NAME, or reads nothing.
listens() {
	host_background python3 -IS "$here/log.py" "$1" "${2:-$world/$(basename "$1")}"
	await "a log at $1" host test -S "$1"
}

# records SOCKET COUNT: that many have come; the last one is left in $record.
records() {
	local file=$world/${1##*/}
	await "record $2 at $1" eval "[ \$(grep -cx -e -- '$file') -ge $2 ]"
	[ "$(grep -cx -e -- "$file")" = "$2" ] || { cat "$file" >&2 && return 1; }
	record=$(awk 'BEGIN { RS = "\n--\n" } NF { last = $0 } END { print last }' "$file")
}

has() {
	local line
	for line; do
		grep -qxE -e "$line" <<<"$record" || { printf '%s\n' "no line $line in" "$record" >&2 && return 1; }
	done
}

has_no() {
	! grep -qE -e "$1" <<<"$record" || { printf '%s\n' "there is $1 in" "$record" >&2 && return 1; }
}

@test "audit: the journal gets the fields, and syslog nothing" {
	listens $journal
	listens /dev/log
	fwport open https --reason "ticket 4711"
	assert_status 0
	records $journal 1
	has 'MESSAGE=opened https 443/tcp in anyone by .*; result done; backend auto; generation 1; reason: ticket 4711; command: fwport open https --reason .ticket 4711.' \
		'MESSAGE_ID=[0-9a-f]{32}' PRIORITY=5 SYSLOG_FACILITY=10 SYSLOG_IDENTIFIER=fwport FWPORT_ACTION=opened \
		'FWPORT_PORTS=https 443/tcp in anyone' FWPORT_BACKEND=auto FWPORT_GENERATION=1 FWPORT_RESULT=done \
		'FWPORT_REASON=ticket 4711' "FWPORT_COMMAND=fwport open https --reason 'ticket 4711'" \
		'FWPORT_ACTOR_UID=[0-9]+' 'FWPORT_ACTOR=.+'
	has_no '^FWPORT_SSH_FROM'
	has_no '^FWPORT_CAUSE'
	fwport close https
	assert_status 0
	records $journal 2
	has FWPORT_ACTION=closed FWPORT_GENERATION=2 FWPORT_RESULT=done
	[ ! -s "$world/log" ]
}

@test "audit: each event has an identifier of its own" {
	listens $journal
	fwport open https
	fwport close https
	fwport apply web
	records $journal 3
	[ "$(grep -c '^MESSAGE_ID=' "$world/socket")" = 3 ]
	[ "$(grep '^MESSAGE_ID=' "$world/socket" | sort -u | wc -l)" = 3 ]
}

@test "audit: without a journal syslog gets the line" {
	listens /dev/log
	fwport open 8443 --from 10.0.0.0/8
	assert_status 0
	records /dev/log 1
	has '<85>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} fwport\[[0-9]+\]: opened 8443/tcp in from 10\.0\.0\.0/8 IPv4 by .*; command: fwport open 8443 --from 10\.0\.0\.0/8'
}

@test "audit: a journal that is gone leaves it to syslog" {
	host python3 -IS -c 'import socket, sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(sys.argv[1])' $journal
	listens /dev/log
	fwport open https
	assert_status 0
	records /dev/log 1
}

@test "audit: no log at all is no failure, and told with -v alone" {
	fwport open https
	assert_status 0
	[ -z "$stderr" ]
	fwport -v close https
	assert_status 0
	assert_says "neither the journal nor syslog"
}

@test "audit: logs that do not read hold nothing up" {
	listens $journal --full
	listens /dev/log --full
	fwport -v open https
	assert_status 0
	assert_says "neither the journal nor syslog"
}

@test "audit: what changes nothing leaves no record" {
	listens $journal
	fwport open https --dry-run
	fwport close 8443
	assert_status 1
	fwport plan web
	fwport status
	fwport open https
	fwport open https
	assert_status 0
	fwport close https
	records $journal 2
}

@test "audit: a refusal is a warning with its cause" {
	listens $journal
	ruleset_is <<<"insert rule inet filter input tcp dport 443 drop"
	fwport open https
	assert_status 6
	records $journal 1
	has PRIORITY=4 FWPORT_ACTION=refused FWPORT_RESULT=blocked 'FWPORT_CAUSE=https 443/tcp in .*rule 1.*'
}

@test "audit: what was forced past the guard is told" {
	listens $journal
	ruleset_is <<<'flush ruleset; table inet filter { chain input { type filter hook input priority filter; policy drop; }; }'
	fwport open ssh
	assert_status 0
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	echo "exec sleep infinity" >"$world/session"
	client python3 -IS "$here/session.py" "$HOST4" 60 >"$world/session.log" 2>&1 3>&- &
	await "the session" eval 'host ss -Htn state established sport = 22 | grep -q .'
	fwport close ssh --force
	assert_status 0
	records $journal 2
	has PRIORITY=5 FWPORT_ACTION=closed FWPORT_RESULT=forced 'FWPORT_CAUSE=the connection from 192\.0\.2\.1 to port 22 .*'
}

@test "audit: an error is a warning, too" {
	listens $journal
	echo '{' >"$world/state/state.json"
	fwport open https
	assert_status 3
	records $journal 1
	has PRIORITY=4 FWPORT_ACTION=failed FWPORT_RESULT=file 'FWPORT_CAUSE=.*state\.json.*'
}

@test "audit: what somebody writes into a reason or his environment stays one line" {
	listens $journal
	run --separate-stderr host env SUDO_USER=$'root\nFWPORT_RESULT=done' \
		"$top_builddir/fwport" open https --reason $'a\nFWPORT_ACTOR=nobody\e[2J'
	records $journal 1
	has 'FWPORT_REASON=a\\x0aFWPORT_ACTOR=nobody\\x1b\[2J' 'FWPORT_ACTOR=.*sudo for root\\x0aFWPORT_RESULT=done.*'
	[ "$(grep -c '^FWPORT_ACTOR=' <<<"$record")" = 1 ]
	[ "$(grep -c '^FWPORT_RESULT=' <<<"$record")" = 1 ]
}

@test "audit: who comes by ssh is found by evidence, whatever the environment says" {
	listens $journal
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	echo "env -u SSH_CONNECTION '$top_builddir/fwport' open https" >"$world/session"
	run client python3 -IS "$here/session.py" "$HOST4"
	records $journal 1
	has FWPORT_SSH_FROM=192.0.2.1 'FWPORT_ACTOR=.*, from 192\.0\.2\.1'
	echo "SSH_CONNECTION='203.0.113.9 1 192.0.2.10 22' '$top_builddir/fwport' close https" >"$world/session"
	run client python3 -IS "$here/session.py" --from 192.0.2.66 "$HOST4"
	records $journal 2
	has FWPORT_ACTION=closed FWPORT_SSH_FROM=192.0.2.66
	run host env SSH_CLIENT='203.0.113.9 1 22' "$top_builddir/fwport" open https
	records $journal 3
	has FWPORT_SSH_FROM=203.0.113.9 'FWPORT_ACTOR=.*, claims to come from 203\.0\.113\.9'
}

@test "audit: what has ended, and a change that was interrupted" {
	listens $journal
	fwport open https --for 1s
	records $journal 1
	await "its end" eval 'fwport status && [[ $output == *expired* ]]'
	fwport restore --expired
	assert_status 0
	records $journal 2
	has FWPORT_ACTION=removed "FWPORT_PORTS=1 opening that had expired"
	command -v strace >/dev/null || skip "needs strace"
	run host strace -qq -o "$world/strace" -e trace=fsync -e inject=fsync:signal=KILL:when=1 "$top_builddir/src/fwport" open https
	[ "$status" = 137 ]
	fwport confirm
	records $journal 3
	has FWPORT_ACTION=recovered FWPORT_RESULT=undone \
		"FWPORT_CAUSE=generation 3 was interrupted; not known to be taken by nft"
}
