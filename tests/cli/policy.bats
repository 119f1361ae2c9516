#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The policy: what nobody opened is dropped, and a host can live with that.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

# In legacy tables there is room for it where they are registered.
setup() {
	world_up
	openings="inet fwport input" drop="rule in inet fwport input: counter drop"
	[ "$engine" = iptables-legacy ] || return 0
	openings="ip filter FWPORT-IN" drop="rule in ip filter FWPORT-POLICY-IN (legacy): counter drop"
	tables_are <<<$'*filter\nCOMMIT'
}

# Somebody flushes everything.
flush() {
	host nft flush ruleset
	[ "$engine" != iptables-legacy ] || host sh -c 'iptables-legacy -F; ip6tables-legacy -F'
}
teardown() { world_down; }

ping_from() { # PLACE ADDRESS
	"$1" python3 -IS "$here/icmp.py" echo "$2"
}

# A connection of the client to port 8080 that has sent one line, and will send another when told to.
connection_begins() {
	client python3 -IS "$here/lasting.py" "$1" 8080 "$world" >"$world/lasting.log" 2>&1 3>&- &
	lasting=$!
	await "the connection" test -e "$world/connected"
}
connection_goes_on() {
	touch "$world/go"
	wait "$lasting" || { cat "$world/lasting.log" >&2 && return 1; }
	[ "$(cat "$world/lasting.log")" = open ]
}

@test "policy: without a record it is not said to be recorded" {
	fwport policy in=drop --no-confirm
	assert_status 0
	rm -r "$world/state/state.json" "$world/state/generations"
	fwport policy
	assert_status 0
	assert_says "in=drop" "No record of it was found"
	fwport --json policy
	assert_field policy.in drop
	assert_field recorded null
}

@test "policy: in=drop drops all but what is opened, in both families" {
	serve 8080 9090 5353/udp 123/udp
	fwport open 9090
	assert_status 0
	fwport policy --no-confirm in=drop
	assert_status 0
	assert_says "in: what comes in to this host and is not opened is dropped" proved "not covered"
	expect46 9090=open 8080=timeout 5353/udp=timeout 123/udp=timeout
	fwport open 5353/udp
	assert_status 0
	assert_says "by rule 2 of $openings"
	fwport open 8080 --from 192.0.2.66
	assert_status 0
	expect46 9090=open 8080=timeout 5353/udp=open 123/udp=timeout
	expect_from 192.0.2.66 "$HOST4" 8080=open
	fwport close 9090
	assert_status 0
	expect46 9090=timeout 5353/udp=open
}

@test "policy: in=accept leaves the ruleset as it was" {
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy accept; tcp dport 22 accept; }
		}
	END
	fwport open 443
	before=$(ruleset)
	fwport policy --no-confirm in=drop out=drop
	assert_status 0
	fwport policy in=accept out=accept
	assert_status 0
	assert_ruleset "$before"
	fwport policy in=accept out=accept
	assert_status 0
	assert_says "Nothing to change"
}

@test "policy: a second time there is nothing to do" {
	fwport policy --no-confirm in=drop out=drop
	assert_status 0
	before=$(ruleset) number=$(ruleset_number)
	fwport policy --no-confirm in=drop
	assert_status 0
	assert_says "Nothing to change"
	assert_number "$number"
}

@test "policy: out=drop lets out what is opened, and answers" {
	serve client 53/udp 53 80
	serve 8080
	fwport open --out 53/udp 53/tcp
	fwport open 8080
	fwport policy --no-confirm in=drop out=drop
	assert_status 0
	host python3 -IS "$here/client.py" 192.0.2.1,2001:db8::1 53/udp=open 53=open 80=timeout
	expect46 8080=open
	ping_from host 192.0.2.1
	ping_from host 2001:db8::1
}

@test "policy: echo requests are answered" {
	fwport policy --no-confirm in=drop
	ping_from client "$HOST4"
	ping_from client "$HOST6"
}

@test "policy: neighbours find each other" {
	serve 8080
	fwport open 8080
	fwport policy --no-confirm in=drop out=drop
	assert_status 0
	client ip neigh flush dev eth0 nud permanent
	host ip neigh flush dev eth0 nud permanent
	expect46 8080=open
	client ip -6 neigh show "$HOST6" | grep -q lladdr
}

@test "policy: a datagram that was too big is told, and believed" {
	fwport policy --no-confirm in=drop
	client sh -c "cd '$world' && exec python3 -IS '$here/icmp.py' too-big $HOST4 7777 1300" >>"$world/background.log" 2>&1 3>&- &
	await "the receiver" test -e "$world/ready"
	host python3 -IS -c 'import socket, time
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.connect(("192.0.2.1", 7777))
peer.send(b"x" * 1400)
deadline = time.monotonic() + 5
while peer.getsockopt(socket.IPPROTO_IP, 14) != 1300:  # IP_MTU
    assert time.monotonic() < deadline, peer.getsockopt(socket.IPPROTO_IP, 14)
    time.sleep(0.02)'
}

@test "policy: a DHCP client hears its server, and nobody else gets through that way" {
	serve 68/udp 546/udp
	fwport policy --no-confirm in=drop
	expect_from 192.0.2.1#67 "$HOST4" 68/udp=open
	expect_from 192.0.2.1 "$HOST4" 68/udp=timeout
	expect_from 2001:db8::1#547 "$HOST6" 546/udp=timeout
	local=$(host cat /proc/net/if_inet6 | awk '$4 == "20" && $6 == "eth0" { print $1 }' | sed 's/..../&:/g; s/:$//')
	client python3 -IS -c 'import socket, sys
peer = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
peer.settimeout(5)
peer.bind(("::", 547))
peer.sendto(b"x", (sys.argv[1], 546, 0, socket.if_nametoindex("eth0")))
assert peer.recv(100) == b"546 got x"' "$local"
}

@test "policy: an established connection goes on, whether or not connection tracking takes it up midway" {
	before=$(ruleset)
	serve 8080
	for loose in 1 0; do
		rm -f "$world/connected" "$world/go"
		connection_begins "$HOST4"
		host sh -c "echo $loose >/proc/sys/net/netfilter/nf_conntrack_tcp_loose"
		fwport policy --no-confirm in=drop out=drop
		assert_status 0
		assert_says "1 established connection without an accept of its own will go on" 8080/tcp
		expect46 8080=timeout
		connection_goes_on
		fwport policy in=accept out=accept
		assert_status 0
		assert_ruleset "$before"
	done
}

@test "policy: an established connection goes on over IPv6, and when out=drop follows" {
	serve 8080
	connection_begins "$HOST6"
	fwport policy --no-confirm in=drop
	assert_status 0
	fwport policy --no-confirm out=drop
	assert_status 0
	connection_goes_on
}

@test "policy: a connection of which this side is done hears the other one out" {
	host_background python3 -IS -c 'import socket, sys
server = socket.create_server(("192.0.2.10", 8080))
open(sys.argv[1] + "/listening", "w").close()
peer, _ = server.accept()
peer.shutdown(socket.SHUT_WR)
open(sys.argv[1] + "/heard", "wb").write(peer.recv(100))' "$world"
	await "the server" test -e "$world/listening"
	client python3 -IS -c 'import os, socket, sys, time
with socket.create_connection(("192.0.2.10", 8080), 5) as peer:
    assert peer.recv(100) == b""
    open(sys.argv[1] + "/connected", "w").close()
    while not os.path.exists(sys.argv[1] + "/go"):
        time.sleep(0.02)
    peer.sendall(b"more")' "$world" 3>&- &
	await "the connection" test -e "$world/connected"
	fwport policy --no-confirm in=drop
	assert_status 0
	assert_says "1 established connection"
	touch "$world/go"
	await "what was sent" grep -q more "$world/heard"
}

@test "policy: rollback goes back to another policy, and history tells" {
	fwport open 443
	before=$(ruleset)
	fwport policy --no-confirm in=drop --reason night
	assert_status 0
	fwport rollback
	assert_status 0
	assert_ruleset "$before"
	fwport history
	assert_says in=drop night in=accept
	fwport rollback 2
	assert_status 0
	fwport policy
	assert_says in=drop
}

@test "policy: a change that brings it back says so" {
	serve 443 8443
	fwport policy --no-confirm in=drop
	fwport open 443
	assert_status 0
	assert_says_not "dropped again"
	flush
	expect46 8443=open
	fwport restore
	assert_status 0
	assert_says "in: what comes in to this host and is not opened is dropped again."
	assert_says_not "out: what goes out"
	expect46 443=open 8443=timeout
	flush
	fwport --json restore
	assert_field policy.in drop
	assert_field policy_before.in accept
	assert_field policy_before.out accept
	fwport rollback --no-confirm 0
	assert_says "in: what comes in to this host and is not opened is left to the rules of others again."
}

@test "policy: it lists who will no longer be reached, before and in JSON" {
	serve 8080 9090@127.0.0.1 5353/udp@192.0.2.10
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy accept;
				tcp dport 2222 accept
				ip saddr 10.0.0.0/8 tcp dport 3333 accept
			}
		}
	END
	before=$(ruleset)
	fwport policy --no-confirm in=drop --dry-run
	assert_status 1
	assert_says "+ $drop" "8080/tcp in IPv4: python3" "8080/tcp in IPv6: python3" \
		"5353/udp on 192.0.2.10 in IPv4" "2222/tcp in: rule 1 of inet filter input"
	assert_says_not 9090
	assert_ruleset "$before"
	fwport --json policy --no-confirm in=drop
	assert_status 0
	assert_field policy.in drop
	assert_field stops.listeners.0.port 8080
	assert_field stops.listeners.0.program python3
	assert_field stops.accepts.0.ports 2222
	assert_field stops.accepts.0.rule.chain input
}

@test "policy: where somebody else filters it is refused, and --force does it" {
	for last in "policy drop;" "policy accept; counter reject"; do
		host nft flush ruleset
		ruleset_is <<-END
			table inet filter {
				chain input { type filter hook input priority filter; $last; }
			}
		END
		before=$(ruleset)
		fwport policy --no-confirm in=drop
		assert_status 7
		assert_says "filtered by somebody else" "inet filter input" "nothing was changed"
		assert_ruleset "$before"
		fwport --json policy --no-confirm in=drop
		assert_status 7
		assert_field outcome lockout
		assert_field changed false
		fwport policy --no-confirm in=drop --force
		assert_status 0
		fwport policy in=accept
		assert_status 0
		assert_ruleset "$before"
	done
}

@test "policy: without an operand it shows what there is, and what should be" {
	fwport policy
	assert_status 0
	assert_says "in=accept" "out=accept"
	fwport policy --no-confirm in=drop
	fwport policy
	assert_status 0
	assert_says "in=drop" "out=accept"
	fwport --json policy
	assert_field policy.in drop
	flush
	fwport policy
	assert_status 1
	assert_says "in=accept, but recorded is drop"
	fwport status
	assert_says "not as recorded" "+ $drop"
	fwport open 443
	assert_status 0
	fwport policy
	assert_status 0
	assert_says "in=drop"
}

@test "policy: why names it, and its fix is right" {
	serve 8080
	fwport policy --no-confirm in=drop
	fwport why in 8080
	assert_status 1
	assert_says "counter drop comment \"fwport:policy\"" "fix: fwport open 8080/tcp"
	fwport open 8080
	assert_status 0
	expect46 8080=open
	fwport status
	assert_says "policy in=drop" open
}

@test "policy: words that are none are refused" {
	fwport policy in=deny
	assert_status 2
	assert_says "\"in=deny\"" in=drop
	fwport policy --no-confirm in=drop in=accept
	assert_status 2
	assert_says twice
}

@test "policy: what begins to drop awaits confirmation by default, and what ceases to does not" {
	before=$(ruleset)
	fwport policy in=drop
	assert_status 0
	assert_says "fwport confirm"
	fwport rollback
	assert_status 0
	assert_ruleset "$before"
	fwport policy in=drop --no-confirm
	assert_says_not "fwport confirm"
	fwport policy in=accept
	assert_status 0
	assert_says_not "fwport confirm"
}
