#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a name leads to, who says so, and whose fault it is when nobody does.

load name

setup() {
	world_up
}

teardown() {
	world_down
}

@test "a name that everybody knows has no finding" {
	nameservers 192.0.2.53=good
	check www.example
	assert_verdict ok/ok
	assert_field warnings '[]'
	assert_resolver servers.0.a.addresses '["192.0.2.80"]'
	assert_resolver servers.0.aaaa.addresses '["2001:db8::80"]'
	assert_resolver nss.status ok
	assert_field stages.tcp.length 2
}

@test "an alias is followed to its end" {
	nameservers 192.0.2.53=good
	check alias.example
	assert_verdict ok/ok
	assert_resolver servers.0.a.canonical target.example
}

@test "an address needs no nameserver" {
	check 192.0.2.80
	assert_verdict ok/ok
	assert_field stages.resolver null
}

@test "each error of a nameserver is told by its name" {
	local row address=192.0.2.100
	for row in servfail=servfail refused=dns-refused header=dns-refused nxdomain=nxdomain nodata=nodata short=dns-garbage \
		control=dns-garbage truncate-deaf=dns-tcp-blocked; do
		address=192.0.2.$((${address##*.} + 1))
		router ip addr add $address/24 dev eth0
		nameservers "$address=${row%=*}"
		etc resolv.conf "nameserver $address"
		check www.example
		assert_verdict "resolver/${row#*=}"
		assert_says $address
		assert_field stages.tcp null
	done
}

@test "a name whose signatures do not fit" {
	nameservers 192.0.2.53=bogus
	check www.example
	assert_verdict resolver/servfail
	assert_says DNSSEC
}

@test "a nameserver that is not there, one that is silent, and one that answers something else" {
	check www.example
	assert_verdict resolver/dns-unreachable
	assert_says "Connection refused"
	nameservers 192.0.2.53=silent 192.0.2.54=number
	check --timeout=1 www.example
	assert_verdict resolver/dns-no-answer
	etc resolv.conf 'nameserver 192.0.2.54'
	check --timeout=1 www.example
	assert_verdict resolver/dns-garbage
}

@test "a truncated answer is asked for again by TCP" {
	nameservers 192.0.2.53=truncate
	check www.example
	assert_verdict ok/ok
	assert_resolver servers.0.a.tcp true
	assert_resolver servers.0.aaaa.addresses '["2001:db8::80"]'
}

@test "an answer may repeat the question in other letters" {
	nameservers 192.0.2.53=case
	check www.example
	assert_verdict ok/ok
	assert_resolver servers.0.a.status ok
}

@test "of many addresses two of each family are tried" {
	nameservers 192.0.2.53=many
	check --timeout=2 www.example
	assert_resolver servers.0.a.addresses.length 20
	assert_field stages.tcp.length 4
}

@test "a second nameserver is asked for itself" {
	nameservers 192.0.2.53=nxdomain 192.0.2.54=good
	etc resolv.conf 'nameserver 192.0.2.53' 'nameserver 192.0.2.54'
	check www.example
	assert_verdict resolver/nxdomain
	assert_says "192.0.2.53 says that there is no such name"
	assert_says "which another one knows"
	assert_resolver servers.1.a.status ok
	etc resolv.conf 'nameserver 192.0.2.54' 'nameserver 192.0.2.53'
	check www.example
	assert_verdict ok/ok
	assert_field warnings.0.code some-servers-fail
}

@test "behind a silent nameserver programs are waited for" {
	nameservers 192.0.2.53=silent 192.0.2.54=good
	etc resolv.conf 'nameserver 192.0.2.53' 'nameserver 192.0.2.54' 'options timeout:1'
	check www.example
	assert_verdict ok/ok
	assert_resolver servers.0.a.status no-answer
	assert_resolver nss.status ok
}

@test "programs that wait longer than the check are left behind" {
	nameservers 192.0.2.53=silent 192.0.2.54=good
	etc resolv.conf 'nameserver 192.0.2.53' 'nameserver 192.0.2.54'
	check --timeout=2 www.example
	assert_verdict ok/ok
	assert_resolver nss.status no-answer
	assert_resolver nss.ms null
	assert_field stages.tcp.length 2
}

@test "of many that are left behind no more are begun" {
	nameservers 192.0.2.53=silent
	seq -f 'w%g.example' 300 >"$BATS_TEST_TMPDIR/names"
	check --timeout=2 --parallel=300 --file="$BATS_TEST_TMPDIR/names"
	[ "$(grep -c '"code":"dns-no-answer"' <<<"$output")" -eq 300 ]
	late=$(grep -c '"nss":{"status":"no-answer"' <<<"$output")
	[ "$late" -gt 0 ] && [ "$late" -le 256 ]
}

@test "a stub's own server is asked where the stub fails" {
	host mkdir -p /run/systemd/resolve
	etc resolv.conf 'nameserver 127.0.0.53'
	etc ../run/systemd/resolve/resolv.conf 'nameserver 192.0.2.53'
	nameservers 192.0.2.53=good
	nameservers host 127.0.0.53=servfail
	check www.example
	assert_verdict resolver/servfail
	assert_says 127.0.0.53
	assert_resolver servers.0.stub true
	assert_resolver servers.1.behind_stub true
	assert_resolver servers.1.a.status ok
}

@test "a stub that answers is believed" {
	host mkdir -p /run/systemd/resolve
	etc resolv.conf 'nameserver 127.0.0.53'
	etc ../run/systemd/resolve/resolv.conf 'nameserver 192.0.2.53'
	nameservers host 127.0.0.53=good
	check www.example
	assert_verdict ok/ok
	assert_resolver servers.length 1
}

@test "a nameserver of IPv6" {
	nameservers 2001:db8::53=good
	etc resolv.conf 'nameserver 2001:db8::53'
	check www.example
	assert_verdict ok/ok
}

@test "a nameserver of the link alone" {
	router ip addr add fe80::53/64 dev eth0 nodad
	nameservers fe80::53%eth0=good
	etc resolv.conf 'nameserver fe80::53%eth0'
	check www.example
	assert_verdict ok/ok
	assert_resolver servers.0.aaaa.status ok
}

@test "a host that is told to ask by TCP alone" {
	nameservers 192.0.2.53=good
	etc resolv.conf 'nameserver 192.0.2.53' 'options use-vc'
	check www.example
	assert_verdict ok/ok
	assert_resolver servers.0.a.tcp true
}

@test "only the family that is wanted is asked for" {
	nameservers 192.0.2.53=no-aaaa
	check --ipv4 www.example
	assert_verdict ok/ok
	assert_field warnings '[]'
	assert_field stages.tcp.length 1
}

@test "an entry of the hosts file that leads elsewhere is told with its line" {
	nameservers 192.0.2.53=good
	etc hosts '127.0.0.1 localhost' '# the old one' '192.0.2.1 other WWW.example'
	check www.example
	assert_verdict local-config/hosts-entry
	assert_says "/etc/hosts:3"
	assert_resolver hosts '["192.0.2.1"]'
}

@test "what the hosts file knows needs no nameserver" {
	nameservers 192.0.2.53=silent
	etc hosts '192.0.2.80 www.example'
	check www.example
	assert_verdict ok/ok
	assert_field warnings '[]'
	assert_resolver servers.0.a.status no-answer
}

@test "a name that only the search list knows" {
	nameservers 192.0.2.53=only:www.corp.example
	etc resolv.conf 'nameserver 192.0.2.53' 'search lab.example corp.example'
	check www
	assert_verdict ok/ok
	assert_resolver suffix corp.example
	assert_field warnings.0.code search-list
	check www.corp.example
	assert_resolver suffix null
	check www.
	assert_verdict resolver/nxdomain
}

@test "a suffix that is tried before the name itself" {
	nameservers 192.0.2.53=wildcard:corp.example
	etc resolv.conf 'nameserver 192.0.2.53' 'search corp.example' 'options ndots:3'
	check --timeout=2 www.example
	assert_resolver servers.0.a.addresses '["192.0.2.80"]'
	assert_resolver nss.addresses '["192.0.2.81"]'
	assert_resolver suffix corp.example
}

@test "no nameserver is named" {
	etc resolv.conf '# none'
	check www.example
	assert_verdict local-config/no-nameserver
	etc resolv.conf '# none' 'nameserver ns.example'
	check www.example
	assert_verdict local-config/no-nameserver
	assert_says '/etc/resolv.conf:2: "ns.example"'
}

@test "programs do not ask the nameservers" {
	nameservers 192.0.2.53=good
	etc nsswitch.conf 'hosts: files'
	check www.example
	assert_verdict local-config/nss-differs
}

@test "a name that is none" {
	nameservers 192.0.2.53=good
	check a..example
	assert_verdict resolver/nxdomain
	assert_says "is no name"
}

@test "a nameserver that leads into nowhere" {
	nameservers 192.0.2.53=sinkhole
	check www.example
	assert_verdict resolver/sinkhole
	assert_says 0.0.0.0
}

@test "a proxy's name is looked for in the target's stead" {
	nameservers 192.0.2.53=only:proxy.example
	check --proxy=http://proxy.example:443 www.example
	assert_field stages.tcp.0.port 443
	check --proxy=http://user:secret@none.example www.example
	assert_verdict proxy/proxy-unresolved
	[[ $output != *secret* ]]
}

@test "a host whose firewall drops the question is not the nameserver's fault" {
	command -v nft >/dev/null || skip "needs nft"
	nameservers 192.0.2.53=good
	host nft -f - <<-END
		table inet t {
			chain c {
				type filter hook output priority 0
				udp dport 53 drop
			}
		}
	END
	check www.example
	assert_verdict local-firewall/output-drop
}
