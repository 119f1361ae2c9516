#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport open` in tables of iptables-nft, as ufw, docker and most distributions have them. Whatever fwport puts there, iptables
# lists, checks, deletes, saves and restores; close leaves the ruleset byte for byte as it was.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	command -v iptables-nft >/dev/null || skip "needs iptables-nft"
	world_up
}
teardown() { world_down; }

# both < RULES: the same rules for IPv4 and IPv6.
both() {
	local text
	text=$(cat)
	host iptables-nft-restore <<<"$text"
	sed 's/icmp-host-prohibited/icmp6-adm-prohibited/; s/ufw-/ufw6-/g' <<<"$text" | host ip6tables-nft-restore
	remember
}

# Without what policies have counted.
saved() {
	host sh -c 'iptables-nft-save; ip6tables-nft-save' | sed '/^#/d; s/ \[[0-9:]*\]$//'
}

remember() {
	rules=$(ruleset)
	listed=$(saved)
}

assert_as_before() {
	assert_ruleset "$rules"
	[ "$(saved)" = "$listed" ] || { diff <(echo "$listed") <(saved) >&2 || false; }
}

# As after a restart of whatever loads the rules from a file.
save_and_restore() {
	host sh -c 'iptables-nft-save | iptables-nft-restore; ip6tables-nft-save | ip6tables-nft-restore'
}

# ours CHAIN: our rules there, as iptables lists them.
ours() {
	host iptables-nft -S "$1" | grep fwport
}

# Each of our rules is known to iptables by what it lists it as.
assert_iptables_knows_ours() {
	local program rule
	for program in iptables-nft ip6tables-nft; do
		host "$program" -S >/dev/null
		while read -r rule; do
			host sh -c "$program ${rule/#-A/-C}" || { echo "$program does not know $rule" >&2 && false; }
		done < <(host "$program" -S | grep fwport)
	done
}

assert_nothing_to_do() {
	local number
	number=$(ruleset_number)
	fwport --json open "$@"
	assert_status 0
	assert_field changed false
	assert_number "$number"
}

# The skeleton that ufw loads, which ends in its own log and the policy.
ufw() {
	both <<-END
		*filter
		:INPUT DROP [0:0]
		:FORWARD DROP [0:0]
		:OUTPUT ACCEPT [0:0]
		:ufw-before-input - [0:0]
		:ufw-user-input - [0:0]
		:ufw-after-input - [0:0]
		:ufw-reject-input - [0:0]
		:ufw-logging-deny - [0:0]
		-A INPUT -j ufw-before-input
		-A INPUT -j ufw-after-input
		-A INPUT -j ufw-reject-input
		-A ufw-before-input -i lo -j ACCEPT
		-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
		-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
		-A ufw-before-input -j ufw-user-input
		-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
		-A ufw-after-input -p udp -m udp --dport 137 -j DROP
		-A ufw-logging-deny -j LOG --log-prefix "[UFW BLOCK] "
		COMMIT
	END
}

# Input and forward share a chain, and answers need a rule of their own.
strict() {
	both <<-END
		*filter
		:INPUT ACCEPT [0:0]
		:FORWARD ACCEPT [0:0]
		:OUTPUT DROP [0:0]
		:SHARED - [0:0]
		-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A INPUT -j SHARED
		-A FORWARD -j SHARED
		-A SHARED -j REJECT --reject-with icmp-host-prohibited
		COMMIT
	END
}

@test "iptables: a port beside ufw's rules opens, survives save and restore, and leaves no trace" {
	serve 22 80 443
	ufw
	expect46 443=timeout 22=open
	fwport open https
	assert_status 0
	expect46 443=open 22=open 80=timeout
	[ "$(ours INPUT)" = '-A INPUT -p tcp -m tcp --dport 443 -m comment --comment "fwport:1" -j ACCEPT' ]
	assert_iptables_knows_ours
	assert_nothing_to_do https
	save_and_restore
	expect46 443=open
	assert_nothing_to_do https
	fwport close https
	assert_status 0
	expect46 443=timeout 22=open
	[ "$(saved)" = "$listed" ]
}

@test "iptables: what its own -D removed, open puts back" {
	serve 443
	ufw
	fwport open https
	assert_status 0
	host iptables-nft -D INPUT -p tcp --dport 443 -m comment --comment fwport:1 -j ACCEPT
	expect4 443=timeout
	fwport open https
	assert_status 0
	expect46 443=open
	fwport close https
	assert_status 0
	assert_as_before
}

@test "iptables: many ports are lists of fifteen, and closing one forms its list anew" {
	local ports=() i
	for ((i = 0; i < 40; i++)); do ports+=($((8001 + 2 * i))); done
	serve 8001 8003 8005 8029 8031 8079
	ufw
	fwport open "${ports[@]}"
	assert_status 0
	expect46 8001=open 8029=open 8031=open 8079=open
	[ "$(ours INPUT | grep -c 'multiport --dports')" = 3 ]
	assert_iptables_knows_ours
	assert_nothing_to_do "${ports[@]}"
	save_and_restore
	assert_nothing_to_do "${ports[@]}"
	fwport close 8003
	assert_status 0
	expect46 8001=open 8003=timeout 8005=open 8079=open
	[ "$(ours INPUT | grep -c 'multiport --dports')" = 3 ]
	assert_iptables_knows_ours
	fwport close 8001 "${ports[@]:2}"
	assert_status 0
	expect46 8001=timeout
	[ "$(saved)" = "$listed" ]
}

@test "iptables: ranges, UDP and SCTP" {
	serve 8000 8005 8010 8011 53/udp
	ufw
	fwport open 8000-8010 8080 53/udp 5000/sctp
	assert_status 0
	expect46 8000=open 8010=open 8011=timeout 53/udp=open
	assert_iptables_knows_ours
	run -0 ours INPUT
	[[ $output == *"-p tcp -m multiport --dports 8000:8010,8080 "* ]]
	[[ $output == *"-p udp -m udp --dport 53 "* ]]
	[[ $output == *"-p sctp -m multiport --dports 5000 "* ]]
	save_and_restore
	assert_nothing_to_do 8000-8010 8080 53/udp 5000/sctp
	fwport close 8000-8010 8080 53/udp 5000/sctp
	assert_status 0
	[ "$(saved)" = "$listed" ]
}

@test "iptables: for one source, one interface, one family" {
	serve 443 80 8080
	ufw
	fwport open https --from 192.0.2.66,2001:db8::/126 --iface eth0
	assert_status 0
	fwport open -6 80
	assert_status 0
	fwport open -4 8080
	assert_status 0
	expect_from 192.0.2.66 "$HOST4" 443=open
	expect_from 192.0.2.1 "$HOST4" 443=timeout
	expect_from 2001:db8::1 "$HOST6" 443=open
	expect_from 2001:db8::66 "$HOST6" 443=timeout
	expect4 80=timeout 8080=open
	expect6 80=open 8080=timeout
	assert_iptables_knows_ours
	save_and_restore
	assert_nothing_to_do https --from 192.0.2.66,2001:db8::/126 --iface eth0
	fwport close https --from 192.0.2.66,2001:db8::/126 --iface eth0
	assert_status 0
	fwport close -6 80
	assert_status 0
	fwport close -4 8080
	assert_status 0
	[ "$(saved)" = "$listed" ]
}

@test "iptables: a chain that forward shares, and answers, are told by addrtype and conntrack" {
	world_lan
	serve 443 80
	serve lan 443
	strict
	expect4 443=timeout
	expect 198.51.100.10 443=timeout
	fwport open https
	assert_status 0
	expect46 443=open 80=timeout
	expect 198.51.100.10 443=timeout
	[[ $(ours SHARED) == *"-m addrtype --dst-type LOCAL "* ]]
	[[ $(ours OUTPUT) == *"-m conntrack --ctstate ESTABLISHED --ctdir REPLY "* ]]
	assert_iptables_knows_ours
	assert_nothing_to_do https
	save_and_restore
	expect46 443=open
	assert_nothing_to_do https
	fwport close https
	assert_status 0
	expect46 443=timeout
	[ "$(saved)" = "$listed" ]
}

# "wrong-answer": that of the server on 8443, which connects and reads all the same.
@test "iptables: behind a redirect to 8443 what was meant for 443 is let through, and 8443 stays closed" {
	serve 8443
	ufw
	both <<-END
		*nat
		:PREROUTING ACCEPT [0:0]
		-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8443
		COMMIT
	END
	expect46 443=timeout 8443=timeout
	fwport open https
	assert_status 0
	expect46 443=wrong-answer 8443=timeout
	[[ $(ours INPUT) == *"--dport 8443 "*"-m conntrack --ctorigdstport 443 "* ]]
	assert_iptables_knows_ours
	assert_nothing_to_do https
	save_and_restore
	expect46 443=wrong-answer 8443=timeout
	assert_nothing_to_do https
	fwport close https
	assert_status 0
	expect46 443=timeout 8443=timeout
	[ "$(saved)" = "$listed" ]
}

# A container at 198.51.100.10 whose port 8443 is published as 443, as docker does it.
docker() {
	world_lan
	host ip link set eth1 down
	host ip link set eth1 name docker0
	host ip link set docker0 up
	host iptables-nft-restore <<-END
		*nat
		:PREROUTING ACCEPT [0:0]
		:DOCKER - [0:0]
		-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-A DOCKER ! -i docker0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 198.51.100.10:8443
		COMMIT
		*filter
		:INPUT DROP [0:0]
		:FORWARD DROP [0:0]
		:OUTPUT ACCEPT [0:0]
		:DOCKER - [0:0]
		:DOCKER-USER - [0:0]
		-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -j DOCKER-USER
		-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -o docker0 -j DOCKER
		-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
		$1
		-A DOCKER-USER -j RETURN
		COMMIT
	END
	remember
}

@test "iptables: a published port is the container's, and open says so and leaves nothing behind" {
	docker "-A DOCKER -d 198.51.100.10/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 8443 -j ACCEPT"
	serve 443 80
	serve lan 8443
	expect4 443=wrong-answer 80=timeout
	fwport open -4 https
	assert_status 6
	assert_says "to 198.51.100.10, another host" "port 8443 there" DOCKER-USER
	assert_as_before
	fwport open -4 80
	assert_status 0
	expect4 80=open 443=wrong-answer
	fwport close -4 80
	assert_status 0
	assert_as_before
}
