#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Cases from the field: hosts as people describe them when a port is shut, or open, against all that their firewall's own tool
# says. Each is built with the rules that the tool writes, checked with packets, and explained; fwport-cases(7) shows them.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	command -v iptables-nft-restore >/dev/null || skip "needs iptables-nft"
	world_up
	export XTABLES_LOCKFILE=$world/xtables.lock
}
teardown() { world_down; }

# iptables_rules < TABLE: as iptables-save has it.
iptables_rules() {
	host iptables-nft-restore --noflush
}

# All rules once more, as nft lists them: in native expressions.
native() {
	host nft list ruleset >"$world/native.nft"
	host nft flush ruleset
	host nft -f "$world/native.nft"
}

# blocked FAMILY "TABLE-FAMILY TABLE CHAIN" POSITION|policy [PACKET]: and the answer says no.
blocked() {
	assert_field "families.$1.verdict" blocked
	assert_blocker "$@"
}

# as_in_manual CASE: what was said last is what fwport-cases(7) shows of that case, where three dots stand for any lines and
# numbers that others than we give out may be others.
as_in_manual() {
	local numbers='s/(handle|pid|position|ruleset) [0-9]+/\1 N/g' shown pattern said
	shown=$(awk -v section="$1." -v first="# $told" '
		$1 == ".Ss" { here = $2 == section }
		$1 == ".Ed" { inside = 0 }
		here && $0 == first { inside = 1 }
		inside' "$top_srcdir/src/man/fwport-cases.7" | sed -E 's/^\\&//; s/\\\(ga/`/g')
	[ -n "$shown" ] || { tell "this is not in the manual" && return 1; }
	pattern=$(sed -E "$numbers; /^\.\.\.\$/!s/[^[:alnum:]]/\\\\&/g; s/^\.\.\.\$/*/" <<<"$shown")
	said=$(printf '%s\n' "# $told" ${output:+"$output"} ${stderr:+"$stderr"} | sed -E "$numbers")
	# shellcheck disable=SC2053 # it is a pattern
	[[ $said == $pattern ]] || { tell "the manual shows:" "$shown" && return 1; }
}

# An image of Oracle's cloud: 443 was opened in the security list and with `ufw allow 443`, and stays shut.
oracle() {
	iptables_rules <<-END
		*filter
		:INPUT ACCEPT [0:0]
		:FORWARD ACCEPT [0:0]
		:OUTPUT ACCEPT [0:0]
		:ufw-before-input - [0:0]
		:ufw-user-input - [0:0]
		-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
		-A INPUT -p icmp -j ACCEPT
		-A INPUT -i lo -j ACCEPT
		-A INPUT -p udp --sport 123 -j ACCEPT
		-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT
		-A INPUT -j REJECT --reject-with icmp-host-prohibited
		-A INPUT -j ufw-before-input
		-A ufw-before-input -j ufw-user-input
		-A ufw-user-input -p tcp -m tcp --dport 443 -j ACCEPT
		-A FORWARD -j REJECT --reject-with icmp-host-prohibited
		COMMIT
	END
}

@test "field 1: a cloud image rejects before anything that ufw adds" {
	oracle
	serve 443
	expect4 443=unreachable
	expect6 443=open
	fwport --json why in 443
	assert_status 1
	blocked ipv4 "ip filter INPUT" 6 syn
	assert_field families.ipv6.verdict open
	assert_field families.ipv4.never_reached.length 1
	assert_field families.ipv4.never_reached.0.chain ufw-user-input
	assert_field families.ipv4.never_reached.0.added_by "ufw allow"
	assert_field families.ipv4.never_reached.0.behind.position 6
	assert_field families.ipv4.fix.owner "iptables -I INPUT 6 -p tcp --dport 443 -j ACCEPT"
	assert_field families.ipv4.existing pass
	fwport why in 443 -4
	assert_says "rejected by rule 6" "   <== blocks" \
		"never reached: rule 1 of ip filter ufw-user-input" "tcp dport 443 counter accept (a rule that \`ufw allow\` added)" \
		"not seen from here: a cloud firewall"
	as_in_manual 1
	fwport open 443
	assert_status 0
	as_in_manual 1
	expect4 443=open
}

# ufw with a deny that somebody put before the allow.
ufw_reordered() {
	iptables_rules <<-END
		*filter
		:INPUT DROP [0:0]
		:FORWARD DROP [0:0]
		:OUTPUT ACCEPT [0:0]
		:ufw-before-input - [0:0]
		:ufw-after-input - [0:0]
		:ufw-user-input - [0:0]
		-A INPUT -j ufw-before-input
		-A INPUT -j ufw-after-input
		-A ufw-before-input -i lo -j ACCEPT
		-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
		-A ufw-before-input -j ufw-user-input
		-A ufw-user-input -s 192.0.2.0/24 -j DROP
		-A ufw-user-input -p tcp -m tcp --dport 443 -j ACCEPT
		-A ufw-user-input -p udp -m udp --dport 443 -j ACCEPT
		COMMIT
	END
}

@test "field 2: of ufw's rules a broad deny comes before the allow" {
	ufw_reordered
	serve 443
	expect4 443=timeout
	fwport --json why in 443 --from 192.0.2.1
	assert_status 1
	blocked ipv4 "ip filter ufw-user-input" 1 syn
	assert_field families.ipv4.never_reached.0.chain ufw-user-input
	assert_field families.ipv4.never_reached.0.position 2
	assert_field families.ipv4.fix.owner "ufw prepend allow from 192.0.2.1 to any port 443 proto tcp"
	fwport why in 443 --from 192.0.2.1
	as_in_manual 2
	fwport --json why in 443 -4
	assert_status 0
	assert_field families.ipv4.exceptions.0.text "except 192.0.2.0/24: dropped by rule 1 of ip filter ufw-user-input"
}

# firewalld [DISPATCH] [RULE]: as it stands in a kernel, with two zones; RULE is one more that the public one accepts by.
firewalld() {
	ruleset_is <<-END
		table inet firewalld {
			chain filter_INPUT {
				type filter hook input priority filter + 10; policy accept;
				ct state { established, related } accept
				ct status dnat accept
				iifname "lo" accept
				ct state invalid drop
				jump filter_INPUT_ZONES
				reject with icmpx admin-prohibited
			}
			chain filter_INPUT_ZONES {
				$1
				goto filter_IN_public
			}
			chain filter_IN_public {
				jump filter_IN_public_allow
				meta l4proto { icmp, ipv6-icmp } accept
				reject with icmpx admin-prohibited
			}
			chain filter_IN_public_allow {
				tcp dport 22 ct state { new, untracked } accept
				$2
			}
			chain filter_IN_home {
				jump filter_IN_home_allow
				meta l4proto { icmp, ipv6-icmp } accept
				reject with icmpx admin-prohibited
			}
			chain filter_IN_home_allow {
				tcp dport 443 ct state { new, untracked } accept
			}
		}
	END
}
@test "field 3: what iptables accepts firewalld rejects all the same" {
	iptables_rules <<-END
		*filter
		:INPUT ACCEPT [0:0]
		-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
		COMMIT
	END
	firewalld
	serve 443
	expect46 443=unreachable
	fwport --json why in 443 -4
	assert_status 1
	blocked ipv4 "inet firewalld filter_IN_public" 3 syn
	assert_field families.ipv4.packets.syn.path.0.chain.table filter
	assert_field families.ipv4.packets.syn.path.0.verdict accept
	assert_field families.ipv4.packets.syn.path.1.chain.priority 10
	assert_field families.ipv4.fix.owner "firewall-cmd --permanent --zone=public --add-port=443/tcp && firewall-cmd --reload"
	fwport why in 443 -4
	as_in_manual 3
}

@test "field 4: firewalld allows DNS and iptables rejects it, in one family" {
	iptables_rules <<-END
		*filter
		:INPUT ACCEPT [0:0]
		-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
		-A INPUT -j REJECT --reject-with icmp-host-prohibited
		COMMIT
	END
	firewalld "" "udp dport 53 ct state { new, untracked } accept"
	serve 53/udp
	expect4 53/udp=unreachable
	expect6 53/udp=open
	fwport --json why in 53/udp
	assert_status 1
	blocked ipv4 "ip filter INPUT" 3 datagram
	assert_field families.ipv4.packets.datagram.path.1.chain.table firewalld
	assert_field families.ipv4.packets.datagram.path.1.verdict accept
	assert_field families.ipv6.verdict open
	fwport why in 53/udp
	as_in_manual 4
}

@test "field 5: a new connection is accepted and its data is rejected" {
	ruleset_is <<-END
		table inet zones {
			chain input {
				type filter hook input priority 0; policy accept;
				tcp dport 443 ct state new,untracked accept
				meta l4proto icmpv6 accept
				reject with icmpx admin-prohibited
			}
		}
	END
	serve 443
	expect4 443=unreachable # behind the SYN and its answer
	fwport --json why in 443
	assert_status 1
	assert_field families.ipv4.packets.syn.verdict pass
	assert_field families.ipv4.packets.ack.verdict reject
	assert_field families.ipv4.existing reject
	blocked ipv4 "inet zones input" 3 ack
	fwport why in 443 -4
	assert_says "existing connections: reject by rule 3 of inet zones input"
	as_in_manual 5
}

# A container with port 28080 of the host published, and ufw that denies it.
docker() {
	host ip netns add lan
	host ip -batch - <<-END
		link add docker0 type veth peer name eth0 netns lan
		addr add 172.17.0.1/16 dev docker0
		link set docker0 up
	END
	lan ip -batch - <<-END
		link set lo up
		addr add 172.17.0.2/16 dev eth0
		link set eth0 up
		route add default via 172.17.0.1
	END
	host sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	iptables_rules <<-END
		*filter
		:INPUT DROP [0:0]
		:FORWARD DROP [0:0]
		:OUTPUT ACCEPT [0:0]
		:DOCKER - [0:0]
		:DOCKER-USER - [0:0]
		:ufw-user-input - [0:0]
		-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A INPUT -j ufw-user-input
		-A ufw-user-input -p tcp -m tcp --dport 28080 -j DROP
		-A FORWARD -j DOCKER-USER
		-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -o docker0 -j DOCKER
		-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
		-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
		-A DOCKER-USER -j RETURN
		COMMIT
		*nat
		:PREROUTING ACCEPT [0:0]
		:OUTPUT ACCEPT [0:0]
		:POSTROUTING ACCEPT [0:0]
		:DOCKER - [0:0]
		-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
		-A DOCKER -i docker0 -j RETURN
		-A DOCKER ! -i docker0 -p tcp -m tcp --dport 28080 -j DNAT --to-destination 172.17.0.2:80
		COMMIT
	END
	native
}

@test "field 6: ufw denies a port that docker publishes, and it is reached" {
	docker
	serve lan 80
	expect4 28080=wrong-answer # it is another port that answers
	fwport --json why in 28080 -4
	assert_status 1
	assert_field families.ipv4.packets.syn.delivered false
	assert_field families.ipv4.packets.syn.forwarded_to 172.17.0.2
	assert_field families.ipv4.packets.syn.decided_by.table nat
	assert_field families.ipv4.packets.syn.decided_by.chain DOCKER
	assert_field families.ipv4.forward.address 172.17.0.2
	assert_field families.ipv4.forward.port 80
	assert_field families.ipv4.forward.interface docker0
	assert_field families.ipv4.forward.verdict open
	assert_field families.ipv4.forward.packets.syn.path.0.hook forward
	assert_field families.ipv4.forward.packets.syn.path.0.decided_by.chain DOCKER
	fwport why in 28080 -4 --iface eth0
	assert_says "BLOCKED here, and sent on to 172.17.0.2" "rules of yours belong in ip filter DOCKER-USER, and see port 80" \
		"sent to 172.17.0.2:80, which is not this host, by rule 2 of chain DOCKER" \
		"forwarded to 172.17.0.2, port 80, by docker0: OPEN; no input chain meets it" \
		"forward      ip filter FORWARD" "accepted by rule 1 of chain DOCKER"
	assert_says_not "ufw-user-input"
	as_in_manual 6
	fwport open 28080 -4
	assert_status 6
	as_in_manual 6
	host iptables-nft -I DOCKER-USER -p tcp --dport 80 -j DROP
	expect4 28080=timeout
	fwport --json why in 28080 -4
	assert_field families.ipv4.forward.verdict blocked
	assert_field families.ipv4.forward.blockers.0.chain DOCKER-USER
	assert_field families.ipv4.forward.never_reached.0.chain DOCKER
}

@test "field 7: behind a redirect the input rule for the port is dead" {
	iptables_rules <<-END
		*filter
		:INPUT DROP [0:0]
		-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
		COMMIT
		*nat
		:PREROUTING ACCEPT [0:0]
		-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8443
		COMMIT
	END
	native
	serve 8443
	expect4 443=timeout
	fwport --json why in 443 -4
	assert_status 1
	blocked ipv4 "ip filter INPUT" policy syn
	assert_field families.ipv4.moved_to.port 8443
	assert_field families.ipv4.moved_to.rule.table nat
	assert_field families.ipv4.never_reached.0.position 2
	assert_field families.ipv4.never_reached.0.reason moved
	assert_field listeners.0.port 8443
	fwport why in 443 -4
	assert_says "moved by rule 1 " "to 192.0.2.10:8443; what follows sees that port" \
		"never reached: rule 2 of ip filter INPUT" "(NAT moved the packet to port 8443 before)" "listening: nothing" "listening where NAT takes it, on 8443: "
	as_in_manual 7
	host iptables-nft -A INPUT -p tcp --dport 8443 -j ACCEPT
	fwport why in 443 -4
	assert_status 0
}

@test "field 8: leftover rules of iptables-legacy that no other listing shows" {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	host iptables-legacy -A INPUT -p tcp --dport 443 -j DROP
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established accept
				tcp dport 443 accept
			}
		}
	END
	serve 443
	[[ "$(ruleset)" != *"443 drop"* ]]
	expect4 443=timeout
	expect6 443=open
	fwport --json why in 443
	assert_status 1
	blocked ipv4 "ip filter INPUT" 1 syn
	assert_field families.ipv4.blockers.0.engine legacy
	assert_field families.ipv6.verdict open
	fwport why in 443
	as_in_manual 8
}

# talk FILE: the client connects to 443 and says a line whenever FILE.ask is there; FILE.N is the Nth answer.
talk() {
	client python3 -ISc '
import os, socket, sys, time
peer = socket.create_connection((sys.argv[1], 443), source_address=(sys.argv[3], 0))
peer.settimeout(2)
for turn in range(9):
    peer.sendall(b"hello")
    try:
        word = peer.recv(99).decode()
    except OSError as error:
        word = type(error).__name__
    with open(sys.argv[2] + ".new", "w") as file:
        file.write(word)
    os.rename(sys.argv[2] + ".new", "%s.%d" % (sys.argv[2], turn))
    while not os.path.exists("%s.ask%d" % (sys.argv[2], turn)):
        time.sleep(0.02)
' "$HOST4" "$1" "${2:-192.0.2.1}" >>"$world/background.log" 2>&1 3>&- &
	await "the first answer" test -e "$1.0"
	[ "$(cat "$1.0")" = "443 got hello" ]
}

# says_again FILE WORD: what becomes of the next line.
says_again() {
	: >"$1.ask0"
	await "the second answer" test -e "$1.1"
	[ "$(cat "$1.1")" = "$2" ] || { echo "$(cat "$1.1"), $2 expected" >&2 && return 1; }
}

# fail2ban BEFORE BEHIND: the jump to its chain, and rules of the administrator around it.
fail2ban() {
	iptables_rules <<-END
		*filter
		:INPUT DROP [0:0]
		:f2b-https - [0:0]
		$1
		-A INPUT -p tcp -m tcp --dport 443 -j f2b-https
		$2
		-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
		-A f2b-https -j RETURN
		COMMIT
	END
}

ban() {
	local address
	for address; do host iptables-nft -I f2b-https 1 -s "$address" -j REJECT --reject-with icmp-port-unreachable; done
}

@test "field 9: a ban is no use against a connection that is there, where those are accepted before it" {
	fail2ban "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
	serve 443
	talk "$world/talk" 192.0.2.66
	ban 203.0.113.9 203.0.113.8 192.0.2.66
	expect4 443=open
	expect_from 192.0.2.66 "$HOST4" 443=refused
	says_again "$world/talk" "443 got hello"
	fwport --json why in 443 --from 192.0.2.66
	assert_status 1
	blocked ipv4 "ip filter f2b-https" 1 syn
	assert_field families.ipv4.existing pass
	fwport why in 443 --from 192.0.2.66
	assert_says "existing connections: pass by rule 1 of ip filter INPUT"
	as_in_manual 9
	fwport --json why in 443 -4
	assert_status 0
	assert_field families.ipv4.exceptions.length 3
	assert_field families.ipv4.exceptions.0.text "except 192.0.2.66: dropped by rule 1 of ip filter f2b-https"
}

@test "field 9: where the ban comes first the connection ends" {
	fail2ban "" "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
	serve 443
	talk "$world/talk" 192.0.2.66
	ban 192.0.2.66
	says_again "$world/talk" TimeoutError
	fwport --json why in 443 --from 192.0.2.66
	assert_status 1
	assert_field families.ipv4.existing reject
}

@test "field 9: bans in a set are told with their number" {
	ruleset_is <<-END
		table inet f2b-table {
			set addr-set-https {
				type ipv4_addr
				elements = { 192.0.2.66, 203.0.113.8, 203.0.113.9 }
			}
			chain f2b-chain {
				type filter hook input priority filter - 1; policy accept;
				tcp dport 443 ip saddr @addr-set-https reject with icmp port-unreachable
			}
		}
	END
	serve 443
	expect4 443=open
	expect_from 192.0.2.66 "$HOST4" 443=refused
	fwport --json why in 443 -4
	assert_status 0
	assert_field families.ipv4.exceptions.0.kind set
	assert_field families.ipv4.exceptions.0.text \
		"except 3 addresses in set addr-set-https: dropped by rule 1 of inet f2b-table f2b-chain"
	fwport why in 443 -4
	as_in_manual 9
	fwport --json why in 443 --from 192.0.2.66
	assert_status 1
	blocked ipv4 "inet f2b-table f2b-chain" 1 syn
}

@test "field 10: the port is open in the zone of another interface" {
	host ip -batch - <<-END
		link add wlp13s0 type veth peer name other
		addr add 203.0.113.1/24 dev wlp13s0
		link set wlp13s0 up
		link set other up
	END
	firewalld 'iifname "wlp13s0" goto filter_IN_home'
	serve 443
	expect4 443=unreachable
	fwport --json why in 443 -4
	assert_status 1
	assert_field families.0.interface eth0
	assert_field families.0.verdict blocked
	assert_field families.0.blockers.0.chain filter_IN_public
	assert_field families.1.interface wlp13s0
	assert_field families.1.verdict open
	fwport why in 443 -4 --iface wlp13s0
	assert_status 0
	fwport why in 443 -4
	assert_says "IPv4 on eth0: BLOCKED" "IPv4 on wlp13s0: OPEN"
	as_in_manual 10
}

@test "field 11: the firewall is open and nothing listens" {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established accept
				meta l4proto icmpv6 accept
				tcp dport { 80, 443 } accept
			}
		}
	END
	serve 443
	expect46 443=open 80=refused
	fwport --json why in 80
	assert_status 0
	assert_field listeners.length 0
	fwport why in 80
	assert_says "OPEN" "listening: nothing"
	as_in_manual 11
}

@test "field 12: after a deny the connection goes on and a new one does not come" {
	local rules=$world/rules
	cat >"$rules" <<-END
		flush ruleset
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				meta l4proto icmpv6 accept
				tcp dport 443 VERDICT
			}
		}
	END
	serve 443
	sed s/VERDICT/accept/ "$rules" | ruleset_is
	talk "$world/talk"
	sed s/VERDICT/drop/ "$rules" | ruleset_is
	says_again "$world/talk" "443 got hello"
	expect4 443=timeout
	fwport --json why in 443 -4
	assert_status 1
	blocked ipv4 "inet filter input" 3 syn
	assert_field families.ipv4.existing pass
	fwport why in 443 -4
	assert_says "existing connections: pass by rule 1 of inet filter input"
	as_in_manual 12
}

@test "field 13: both engines hold rules, and every chain has a line" {
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	host iptables-legacy -A INPUT -p tcp --dport 2377 -j ACCEPT
	host iptables-legacy -P INPUT DROP
	host iptables-nft -A INPUT -p tcp --dport 2377 -j DROP
	serve 2377
	expect4 2377=timeout
	fwport --json why in 2377 -4
	assert_status 1
	assert_field families.ipv4.packets.syn.path.length 2
	blocked ipv4 "ip filter INPUT" 1 syn
	assert_field families.ipv4.blockers.0.engine nft
	assert_says '"engine":"legacy"'
	fwport why in 2377 -4
	as_in_manual 13
}

@test "the manual shows no case that is not tested" {
	[ "$(grep -c '^\.Bd' "$top_srcdir/src/man/fwport-cases.7")" -eq "$(grep -c 'as_in_manual [0-9]' "$BATS_TEST_FILENAME")" ]
}
