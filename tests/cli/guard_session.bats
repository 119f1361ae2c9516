#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The guard finds the connection that the administrator sits on, through what people work in: sudo, tmux, screen.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

# The host drops everything, and ssh is open by fwport alone. Who is connected runs the file of his address.
setup() {
	world_up
	export TERM=xterm SHELL=/bin/sh SCREENDIR=$world/screens # whose shell is nologin has no windows
	mkdir -m 700 "$SCREENDIR"
	# shellcheck disable=SC2016 # for the session's shell
	host_background "$tools/sshd" sh -c '. "$0/session.${SSH_CONNECTION%% *}"' "$world"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; }
		}
	END
	fwport open ssh
	assert_status 0
	opened=$(ruleset)
	host mkdir -m 1777 /run/told
	program="env FWPORT_CONFIG_DIR='$FWPORT_CONFIG_DIR' FWPORT_STATE_DIR='$FWPORT_STATE_DIR' FWPORT_RUN_DIR='$FWPORT_RUN_DIR' '$top_builddir/fwport'"
}
teardown() { world_down; }

needs() {
	command -v "$1" >/dev/null || skip "needs $1"
}

# connect ADDRESS COMMAND LINE: a session from there that runs that, in the background.
connect() {
	echo "$2" >"$world/session.$1"
	client python3 -IS "$here/session.py" --from "$1" "$HOST4" 60 >"$world/session.$1.log" 2>&1 3>&- &
	await "the session from $1" eval "host ss -Htn state established dst $1 sport = 22 | grep -q ."
}

# told_by COMMAND LINE: what becomes of it where WINDOW opens windows: its status and its words.
told_by() {
	host rm -f /run/told/status
	"$window" "{ $1; } >/run/told/out 2>&1; echo \$? >/run/told/status.new; mv /run/told/status.new /run/told/status"
	await "the end of $1" host test -e /run/told/status
	status=$(host cat /run/told/status) output=$(host cat /run/told/out) stderr='' told=$1
}

# tmux and screen: started by one who is connected from .1, who goes on to other things; shown to the other, from .66.
tmux="tmux -S /run/told/tmux -f /dev/null"
tmux_in_host() { host $become $tmux "$@"; }
tmux_window() { tmux_in_host new-window -d "$1"; }
tmux_begins() {
	needs tmux
	window=tmux_window
	connect 192.0.2.1 "$become $tmux new-session -d 'sleep infinity'; : >/run/told/started; exec sleep infinity"
	await "tmux" host test -e /run/told/started
}
tmux_attach() {
	connect "$1" "exec $become script -qec '$tmux attach' /dev/null"
	await "the client of tmux" eval "tmux_in_host list-clients | grep -q ."
}

screen_window() { host screen -S work -X screen sh -c "$1"; }
screen_begins() {
	needs screen
	window=screen_window
	connect 192.0.2.1 "screen -c /dev/null -d -m -S work sleep infinity; : >'$world/started'; exec sleep infinity"
	await "screen" test -e "$world/started"
}
screen_attach() {
	connect "$1" "exec script -qec 'screen -c /dev/null -x work' /dev/null"
	await "the client of screen" eval "host screen -ls | grep -q Attached"
}

# The session of .66 is guarded, and that of .1 is not.
assert_guards_66_alone() {
	told_by "$program open ssh --from 192.0.2.1 && $program close ssh"
	assert_status 7
	assert_says "from 192.0.2.66 to port 22" "found by the clients of $1"
	told_by "$program open ssh --from 192.0.2.66 && $program close ssh"
	assert_status 0
	assert_says_not "from 192.0.2.1 to"
	fwport --json history 4
	assert_field actor.ssh_peer 192.0.2.66
}

@test "guard: sudo hides the session's environment, and not the session" {
	needs sudo
	connect 192.0.2.1 "sudo -n env >'$world/seen'; sudo -n $program close ssh >'$world/out' 2>&1; echo \$? >'$world/status'; exec sleep infinity"
	await "the end of the command" test -s "$world/status"
	run cat "$world/seen"
	assert_says_not SSH_CONNECTION
	output=$(cat "$world/out") status=$(cat "$world/status") told="sudo fwport close ssh"
	assert_status 7
	assert_says "from 192.0.2.1 to port 22" "found by sshd (pid "
	assert_ruleset "$opened"
}

@test "guard: in tmux, who is attached is guarded, and not who started it" {
	tmux_begins
	tmux_attach 192.0.2.66
	assert_guards_66_alone "tmux: server"
}

@test "guard: sudo in tmux is guarded for who is attached" {
	needs sudo
	tmux_begins
	tmux_attach 192.0.2.66
	program="sudo -n $program"
	assert_guards_66_alone "tmux: server"
}

# Nobody's files are root's to look into, but for who keeps the rights to do so.
@test "guard: so is a user's tmux and his sudo" {
	needs sudo
	become="setpriv --reuid=nobody --regid=nogroup --clear-groups"
	echo "nobody ALL=(ALL:ALL) NOPASSWD: ALL" >"$world/sudoers"
	chmod 440 "$world/sudoers"
	host mount --bind "$world/sudoers" /etc/sudoers
	tmux_begins
	tmux_attach 192.0.2.66
	program="sudo -n $program"
	assert_guards_66_alone "tmux: server"
}

@test "guard: in tmux that is shown to two, both are guarded" {
	tmux_begins
	tmux_attach 192.0.2.66
	connect 192.0.2.1 "exec script -qec '$tmux attach' /dev/null"
	await "both clients of tmux" eval '[ "$(tmux_in_host list-clients | wc -l)" = 2 ]'
	told_by "$program open ssh --from 192.0.2.1 && $program close ssh"
	assert_status 7
	told_by "$program open ssh --from 192.0.2.66 && $program close --no-confirm ssh --from 192.0.2.1"
	assert_status 0
	told_by "$program close ssh"
	assert_status 7
	assert_says "from 192.0.2.1 to port 22"
}

@test "guard: in tmux that nobody is attached to, everybody who is connected is guarded" {
	tmux_begins
	told_by "env | grep SSH_CONNECTION=; $program close ssh"
	assert_status 7
	assert_says "SSH_CONNECTION=192.0.2.1 " "found by all connections to listening sshds"
	assert_ruleset "$opened"
}

@test "guard: in screen, who is attached is guarded, and not who started it" {
	screen_begins
	screen_attach 192.0.2.66
	assert_guards_66_alone screen
}

# Programs are known by their names, and a link gives them one.
called() {
	ln -s "$(python3 -ISc 'import sys; print(sys.executable)')" "$world/$1"
	host_background "$world/$1" -IS "$here/mosh.py" "${@:2}"
}
runs_and_tells() {
	echo "{ $1; } >'$world/out' 2>&1; echo \$? >'$world/status.new'; mv '$world/status.new' '$world/status'; exec sleep infinity"
}
ended() {
	await "the end of $1" test -e "$world/status"
	output=$(cat "$world/out") status=$(cat "$world/status") stderr='' told=$1
}
datagrams() {
	client timeout 10 python3 -ISc 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(0.2)
s.connect(("'"$HOST4"'", 60001))
for _ in range(20):
    try:
        s.send(b"hello")
        s.recv(100)
        break
    except OSError:
        pass
else:
    exit(1)' 3>&-
}

@test "guard: in mosh, who its server answers is guarded, as conntrack knows him" {
	host nft add rule inet filter input ct state established accept
	fwport open 60001/udp
	called mosh-server "$(runs_and_tells "$program close 60001/udp")"
	await "the answer of mosh-server" datagrams
	ended "fwport close 60001/udp"
	assert_status 7
	assert_says "a new connection from 192.0.2.1 to UDP port 60001 (found by mosh-server (pid "
}

@test "guard: without conntrack, whoever started mosh by ssh is" {
	fwport open 60001/udp
	export SSH_CONNECTION="192.0.2.66 50000 192.0.2.10 22"
	called mosh-server "$(runs_and_tells "unset SSH_CONNECTION; $program close 60001/udp")"
	unset SSH_CONNECTION
	await "the answer of mosh-server" datagrams
	ended "fwport close 60001/udp"
	assert_status 7
	assert_says "from 192.0.2.66 to UDP port 60001 (found by mosh-server (pid "
}

@test "guard: in cockpit, everybody whose browser is connected is guarded" {
	fwport open 9090
	called cockpit-ws
	await "cockpit" eval 'host ss -Hltn sport = 9090 | grep -q .'
	client python3 -ISc 'import socket, time; s = socket.create_connection(("'"$HOST4"'", 9090)); time.sleep(1000)' 3>&- &
	await "the browser" eval 'host ss -Htn state established sport = 9090 | grep -q .'
	called cockpit-bridge "$(runs_and_tells "$program close 9090")"
	ended "fwport close 9090"
	assert_status 7
	assert_says "from 192.0.2.1 to port 9090 (found by cockpit-bridge (pid "
}
