#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# close --all: afterwards the ruleset is what it was before the first opening.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy drop; ct state established,related accept; }
		}
	END
	rules=$(ruleset)
}
teardown() { world_down; }

@test "close --all: openings, those of profiles and those until a boot go in one change" {
	serve 443
	fwport open https 8443 --no-confirm
	fwport open 9000 --runtime
	fwport close 8443 --runtime --no-confirm
	fwport apply web --no-confirm
	assert_status 0
	expect46 443=open
	fwport close --all --dry-run
	assert_status 1
	expect46 443=open
	fwport close --all --no-confirm
	assert_status 0
	assert_ruleset "$rules"
	expect46 443=timeout
	fwport --json status
	assert_field openings []
	fwport restore
	assert_ruleset "$rules"
}

@test "close --all: the policy goes, too" {
	host nft flush ruleset
	fwport open https
	fwport policy in=drop out=drop --no-confirm
	assert_status 0
	fwport close --all --no-confirm
	assert_status 0
	assert_says "in: what comes in to this host and is not opened is left to the rules of others again."
	assert_ruleset ""
	fwport policy
	assert_says in=accept out=accept
}

@test "close --all: each of the openings is told, and who would miss them has to confirm" {
	fwport open https
	fwport close --all --confirm --json
	assert_status 0
	assert_field command close
	assert_field openings.0.service https
	assert_ruleset "$rules"
	fwport rollback
	assert_status 0
	[ "$(ruleset)" != "$rules" ]
}

@test "close --all: where nothing is open there is nothing to do" {
	fwport close --all --dry-run
	assert_status 0
	fwport close --all
	assert_status 0
	assert_says "Nothing to change."
	assert_ruleset "$rules"
}

@test "close --all: takes neither ports nor a scope, and one of both is needed" {
	fwport close --all https
	assert_status 2
	assert_says "--all closes everything, and for good"
	fwport close --all --runtime
	assert_status 2
	fwport close --all -4
	assert_status 2
	fwport close
	assert_status 2
	assert_says "or --all"
}
