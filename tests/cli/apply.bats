#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Profiles: apply makes the openings that come from profiles exactly those of the profile, plan says what it would do.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	mkdir "$world/etc/profiles"
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
	rules=$(ruleset)
}
teardown() { world_down; }

profile_is() { # NAME < LINES
	cat >"$world/etc/profiles/$1.profile"
}

@test "apply: plan says it, apply does it, and then there is nothing to do" {
	local number
	serve 80 443 8443
	profile_is shop <<<$'https=443\nhttp=80'
	number=$(ruleset_number)
	fwport plan shop
	assert_status 1
	assert_says "+ "
	assert_number "$number"
	expect46 443=timeout
	fwport --json apply shop
	assert_status 0
	assert_field changed true
	expect46 443=open 80=open 8443=timeout
	number=$(ruleset_number)
	fwport plan shop
	assert_status 0
	fwport --json apply shop
	assert_status 0
	assert_field changed false
	assert_number "$number"
	fwport status
	assert_status 0
	assert_says https http
}

@test "apply: what left the profile is closed, what was opened by hand stays" {
	serve 80 443 8443
	profile_is shop <<<$'https=443\nhttp=80'
	fwport apply shop
	assert_status 0
	fwport open 8443
	assert_status 0
	profile_is shop <<<'https=443'
	fwport plan shop
	assert_status 1
	assert_says "- "
	fwport apply shop
	assert_status 0
	expect46 443=open 80=timeout 8443=open
	profile_is shop <<<$'[profile]\ntitle = Closed shop\n[in]'
	fwport apply shop
	assert_status 0
	expect46 443=timeout 8443=open
	fwport close 8443
	assert_status 0
	assert_ruleset "$rules"
}

@test "apply: scopes, ranges, protocols and the outbound section" {
	serve 443 443/udp 8000-8002
	profile_is full <<-END
		[profile]
		title = Everything at once
		[in]
		https = 443/tcp, 443/udp   ; HTTP/3
		admin = 8000-8001  from=192.0.2.66,2001:db8::66  iface=eth0
		[out]
		dns = 53/udp, 53/tcp  to=192.0.2.53
	END
	fwport apply full
	assert_status 0
	expect46 443=open 443/udp=open 8000=timeout 8002=timeout
	expect_from 192.0.2.66 "$HOST4" 8000=open 8001=open 8002=timeout
	expect_from 2001:db8::66 "$HOST6" 8001=open
}

@test "apply: two profiles are their union" {
	serve 80 443
	profile_is one <<<'https=443'
	profile_is two <<<$'https=443\nhttp=80'
	fwport apply one two
	assert_status 0
	expect46 80=open 443=open
	fwport apply one
	assert_status 0
	expect46 80=timeout 443=open
}

@test "apply: a profile given as a path" {
	serve 443
	printf 'https=443\n' >"$world/mine.profile"
	fwport apply "$world/mine.profile"
	assert_status 0
	expect46 443=open
}

@test "apply: 1,000 ports, with a guest before somebody's drop" {
	serve 1000 1010 1005
	for ((port = 1000; port < 11000; port += 10)); do echo "port-$port=$port"; done | profile_is many
	fwport --json apply many
	assert_status 0
	assert_field changed true
	expect46 1000=open 1010=open 1005=timeout
	fwport --json apply many
	assert_status 0
	assert_field changed false
	(($(host nft list ruleset | wc -c) < 200000))
	profile_is many <<<$'[in]'
	fwport apply many
	assert_status 0
	assert_ruleset "$rules"
}

@test "apply: all 65,535 ports as single lines" {
	local number
	serve 443 65535
	for ((port = 1; port <= 65535; port++)); do echo "p$port=$port"; done | profile_is all
	fwport --quiet apply all
	assert_status 0
	expect46 443=open 65535=open
	number=$(ruleset_number)
	fwport --quiet apply all
	assert_status 0
	assert_number "$number"
}

@test "apply: 30,000 ports that have no neighbours" {
	serve 443 444 60001
	for ((port = 1; port <= 60001; port += 2)); do echo "p$port=$port"; done | profile_is odd
	fwport --quiet apply odd
	assert_status 0
	expect46 443=open 444=timeout 60001=open
}

@test "apply: a profile that does not parse is an error with file and line, and nothing is done" {
	local number
	profile_is bad <<<$'https=443\nhttp=70000'
	number=$(ruleset_number)
	fwport apply bad
	assert_status 3
	assert_says "bad.profile:2:" 70000 "1-65535"
	fwport plan bad
	assert_status 3
	fwport --json apply bad
	assert_status 3
	assert_field error.kind file
	assert_number "$number"
}

@test "apply: an unknown profile is a usage error that tells the nearest name" {
	profile_is shop <<<'https=443'
	fwport apply shpo
	assert_status 2
	assert_says shpo shop
}

@test "apply: what cannot be opened undoes the whole profile" {
	local before
	serve 80 443
	host nft insert rule inet filter input tcp dport 80 drop
	before=$(ruleset)
	profile_is shop <<<$'https=443\nhttp=80'
	fwport apply shop
	assert_status 6
	assert_says "rule 1 of inet filter input"
	assert_ruleset "$before"
	expect46 443=timeout 80=timeout
}

@test "apply: every shipped profile is valid, applies and is taken back" {
	local name
	fwport --json profiles
	assert_status 0
	for name in $(shipped_profiles); do
		fwport plan "$name"
		assert_status 1
		fwport apply --force "$name"
		assert_status 0
	done
	profile_is nothing <<<'[in]'
	fwport apply --force nothing
	assert_status 0
	assert_ruleset "$rules"
}

shipped_profiles() {
	local file
	for file in "$top_srcdir"/profiles/*.profile; do basename "$file" .profile; done
}
