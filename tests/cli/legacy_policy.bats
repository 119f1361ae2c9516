#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The policy in tables of iptables-legacy: chains of its own that are called last, and take nothing past a rule of somebody else.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load confirming

# A host that filters with these tables alone.
setup() {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	world_up
	engine=iptables-legacy
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 2222 -j ACCEPT
		COMMIT
	END
	before=$(ruleset)
}
teardown() { world_down; }

ipt() { host iptables-legacy "$@"; }
both() {
	host iptables-legacy "$@"
	host ip6tables-legacy "$@"
}
# What the client, connected by ssh, gets when he runs that in the host.
in_session() {
	echo "$1" >"$world/session"
	run --separate-stderr client python3 -IS "$here/session.py" "$HOST4"
	told="session: $1"
}
calls() { ipt -S INPUT | grep -- "-j FWPORT" | cut -d' ' -f4 | xargs; }
last_of() { ipt -S "$1" | tail -n 1; }

@test "legacy policy: it lives where the host filters, behind the accepts of others and the openings" {
	serve 443 2222 8080
	fwport open https
	fwport policy --no-confirm in=drop
	assert_status 0
	assert_says "8080/tcp in IPv4: python3" "8080/tcp in IPv6: python3"
	assert_says_not 2222
	expect46 443=open 2222=open 8080=timeout
	[ "$(calls)" = "FWPORT-IN FWPORT-POLICY-IN" ]
	[ "$(last_of INPUT)" = "-A INPUT -j FWPORT-POLICY-IN" ]
	[[ "$(last_of FWPORT-POLICY-IN)" == *"--comment \"fwport:policy\" -j DROP" ]]
	[ -z "$(host nft list tables)" ]
	host sh -c 'iptables-legacy-save | iptables-legacy-restore; ip6tables-legacy-save | ip6tables-legacy-restore'
	fwport policy --no-confirm in=drop
	assert_says "Nothing to change"
	fwport close https
	fwport policy in=accept
	assert_status 0
	assert_ruleset "$before"
}

@test "legacy policy: an opening stands before what blocks, the drop last, and what neither needs goes on" {
	serve 443 8080 9090
	both -A INPUT -p tcp --dport 1:1023 -j REJECT
	before=$(ruleset)
	fwport policy --no-confirm in=drop
	fwport open https 8080
	assert_status 0
	expect46 443=open 8080=open 9090=timeout
	[ "$(ipt -S INPUT | grep -c .)" = 5 ]
	[ "$(ipt -S INPUT 2)" = "-A INPUT -j FWPORT-IN" ]
	[[ "$(ipt -S FWPORT-POLICY-IN 1)" == *"--dport 8080"*fwport:*"-j RETURN" ]]
	[[ "$(ipt -S FWPORT-IN)" != *8080* ]]
	fwport open 8080
	assert_says "Nothing to change"
	fwport --json status
	assert_field openings.2.ports 8080
	[ "$(field openings.2.packets)" -ge 2 ]
	fwport close 8080
	assert_status 0
	expect46 443=open 8080=timeout
	fwport close https
	fwport policy in=accept
	assert_ruleset "$before"
}

@test "legacy policy: an empty chain of its name may be somebody else's, and is there when it goes" {
	serve 443 8080
	both -N FWPORT-POLICY-IN
	before=$(ruleset)
	fwport open https
	fwport policy --no-confirm in=drop
	assert_status 0
	expect46 443=open 8080=timeout
	[ "$(last_of INPUT)" = '-A INPUT -m comment --comment "fwport:found" -j FWPORT-POLICY-IN' ]
	fwport restore
	assert_says "Nothing to change"
	fwport close https
	fwport policy in=accept
	assert_status 0
	assert_ruleset "$before"
}

@test "legacy policy: who else calls its chain gets nothing opened, and keeps nothing open" {
	serve 80 8080
	both -A INPUT -p tcp --dport 1:1023 -j REJECT
	fwport policy --no-confirm in=drop
	fwport open http 8080
	assert_status 0
	both -A FORWARD -i eth0 -j FWPORT-POLICY-IN
	fwport open 8443
	assert_status 6
	assert_says "rule 1 of ip filter FORWARD (legacy) calls FWPORT-POLICY-IN, which is fwport's own" "remove that rule"
	fwport close http 8080
	assert_status 0
	expect46 80=refused 8080=timeout
	fwport policy in=accept
	assert_status 0
	[ "$(ipt -S FWPORT-POLICY-IN)" = "-N FWPORT-POLICY-IN" ]
	fwport policy --no-confirm in=drop
	assert_status 6
	assert_says "was not made by it: the policy would hold for it, too"
}

@test "legacy policy: what is appended behind it is drift, and restore makes it last again" {
	local opened
	serve 8080 9090
	fwport open 8080
	fwport policy --no-confirm in=drop
	opened=$(ruleset)
	both -A INPUT -p tcp --dport 9090 -j ACCEPT
	both -A INPUT -s 192.0.2.66 -j DROP 2>/dev/null || true
	expect46 9090=timeout
	fwport policy
	assert_says in=drop
	fwport status
	assert_says "not as recorded" "+ rule in ip filter INPUT (legacy): counter jump FWPORT-POLICY-IN"
	fwport restore
	assert_status 0
	[ "$(last_of INPUT)" = "-A INPUT -j FWPORT-POLICY-IN" ]
	expect46 8080=open 9090=open
	fwport status
	assert_says_not "not as recorded"
	both -D INPUT -p tcp --dport 9090 -j ACCEPT
	ipt -D INPUT -s 192.0.2.66 -j DROP
	assert_ruleset "$opened"
}

@test "legacy policy: what it lets pass is still for the rules behind it, and the policy of others, to decide" {
	serve 8080
	fwport policy --no-confirm in=drop
	fwport open 8080
	both -A INPUT -p tcp --dport 8080 -j REJECT
	both -P INPUT DROP
	fwport status
	run ! client python3 -IS "$here/icmp.py" echo "$HOST4"
	run ! client python3 -IS "$here/icmp.py" echo "$HOST6"
	both -P INPUT ACCEPT
	client python3 -IS "$here/icmp.py" echo "$HOST4"
	client python3 -IS "$here/icmp.py" echo "$HOST6"
}

@test "legacy policy: where others drop it is refused, and with --force it opens nothing" {
	serve 8080
	both -P INPUT DROP
	before=$(ruleset)
	fwport policy --no-confirm in=drop
	assert_status 7
	assert_says "filtered by somebody else" "ip filter INPUT (legacy)" "nothing was changed"
	assert_ruleset "$before"
	fwport policy --no-confirm in=drop --force
	assert_status 0
	run ! client python3 -IS "$here/icmp.py" echo "$HOST4"
	fwport open 8080
	assert_status 0
	expect46 8080=open
	[ "$(last_of INPUT)" = "-A INPUT -j FWPORT-POLICY-IN" ]
	fwport close 8080
	fwport policy in=accept
	assert_ruleset "$before"
}

@test "legacy policy: replies that others drop have their rule before the call that is last" {
	serve 8080
	both -P OUTPUT DROP
	before=$(ruleset)
	fwport policy --no-confirm out=drop --force
	assert_status 0
	fwport open 8080
	assert_status 0
	expect46 8080=open
	[ "$(last_of OUTPUT)" = "-A OUTPUT -j FWPORT-POLICY-OUT" ]
	fwport open 8080
	assert_says "Nothing to change"
	fwport close 8080
	fwport policy out=accept
	assert_ruleset "$before"
}

@test "legacy policy: one family's half that somebody flushed is told, and comes back" {
	serve 8080
	fwport policy --no-confirm in=drop
	host ip6tables-legacy -D INPUT -j FWPORT-POLICY-IN
	fwport policy
	assert_status 1
	assert_says "in=accept, but recorded is drop"
	expect6 8080=open
	fwport restore
	assert_status 0
	expect46 8080=timeout
	fwport policy
	assert_status 0
}

@test "legacy policy: it goes to nf_tables and back" {
	local legacy
	serve 8080 9090
	fwport open 8080
	fwport policy --no-confirm in=drop
	legacy=$(ruleset)
	fwport --backend=nft policy --no-confirm in=drop
	assert_status 0
	[[ "$(ruleset)" != *FWPORT* ]]
	expect46 8080=open 9090=timeout
	fwport --backend=iptables policy --no-confirm in=drop
	assert_status 0
	expect46 8080=open 9090=timeout
	assert_ruleset "$legacy"
}

@test "legacy policy: with the table of one family alone there is no place for it, and nf_tables has one" {
	world_down
	rm -r "$world/up"
	world_up
	engine=nft
	ipt -A INPUT -p tcp --dport 2222 -j ACCEPT
	fwport --backend=iptables policy --no-confirm in=drop
	assert_status 2
	assert_says "ip6tables-legacy has no filter table" "--backend=nft"
	[[ "$(ipt -S)" != *FWPORT* ]]
	fwport policy --no-confirm in=drop
	assert_status 0
	[[ "$(ruleset)" == *"table inet fwport"* ]]
}

@test "legacy policy: nobody confirms it, and its watchdog takes all of it away" {
	serve 8080
	fwport policy in=drop --confirm=10
	assert_status 0
	expect46 8080=timeout
	await_rollback
	assert_ruleset "$before"
	expect46 8080=open
}

@test "legacy policy: an opening beside it ends when its time is up" {
	serve 8080
	fwport policy --no-confirm in=drop
	fwport open 8080 --for 2s
	assert_status 0
	expect46 8080=open
	await "the end" eval 'expect46 8080=timeout'
	fwport restore
	assert_status 0
	[[ "$(ruleset)" != *8080* ]]
	fwport policy in=accept
	assert_ruleset "$before"
}

@test "legacy policy: save --print leaves it out, and what a neighbour saved of it goes" {
	local saved
	fwport open https
	fwport policy --no-confirm in=drop
	saved=$(host iptables-legacy-save)
	fwport save --print iptables
	assert_status 0
	assert_says "-A FWPORT-IN" "--dport 443"
	assert_says_not POLICY
	fwport policy in=accept
	fwport close https
	host iptables-legacy-restore <<<"$saved"
	[[ "$(ruleset)" == *FWPORT-POLICY-IN* ]]
	fwport restore
	assert_status 0
	assert_ruleset "$before"
}

@test "legacy policy: a lost record finds it again" {
	local standing
	serve 443 8080
	fwport open https
	fwport policy --no-confirm in=drop out=drop
	standing=$(ruleset)
	host sh -c "rm -rf '$FWPORT_STATE_DIR'/*"
	fwport restore
	assert_status 0
	assert_ruleset "$standing"
	fwport policy
	assert_says in=drop out=drop
	both -F
	fwport restore --boot
	assert_status 0
	expect46 443=open 8080=timeout
}

@test "legacy policy: one that would cut the session off is refused, and once ssh is open it is not" {
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	in_session "'$top_builddir/fwport' policy --no-confirm in=drop"
	assert_status 7
	assert_says 192.0.2.1 "port 22" "FWPORT-POLICY-IN"
	assert_ruleset "$before"
	in_session "'$top_builddir/fwport' open ssh && '$top_builddir/fwport' policy --no-confirm in=drop"
	assert_status 0
	in_session "'$top_builddir/fwport' close ssh"
	assert_status 7
}

@test "legacy policy: a chain of its name that somebody else fills is refused and left alone" {
	both -N FWPORT-POLICY-IN
	both -A FWPORT-POLICY-IN -p tcp --dport 25 -j DROP
	before=$(ruleset)
	fwport policy --no-confirm in=drop
	assert_status 6
	assert_says "rule 1 of ip filter FWPORT-POLICY-IN (legacy) was not made by fwport"
	assert_ruleset "$before"
}
