#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Generations: history tells what was changed and by whom, rollback makes our openings what they were, and nobody else's rules.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
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

@test "history: empty before the first change, and there is no way back" {
	fwport history
	assert_status 0
	assert_says "Nothing was ever changed."
	fwport rollback
	assert_status 2
	assert_says "no way back"
	assert_ruleset "$rules"
}

@test "history: each change with its reason and what it opened and closed" {
	fwport open https --reason "ticket 12"
	assert_status 0
	fwport close https
	assert_status 0
	fwport history
	assert_status 0
	assert_says "+https 443/tcp" "-https 443/tcp" "ticket 12"
	fwport history 1
	assert_status 0
	assert_says "command: fwport open https --reason 'ticket 12'" "+ https 443/tcp in anyone" "+ rule in inet filter input"
	fwport --json history 2
	assert_status 0
	assert_field generation 2
	assert_field action close
	assert_field openings.0.change closed
	fwport --json history
	assert_status 0
	[ "${#lines[@]}" -eq 2 ]
}

@test "history: a generation that is damaged hides none of the others" {
	fwport open https
	fwport open 8443
	fwport open 9000
	echo damaged >"$world/state/generations/2.json"
	fwport history
	assert_status 3
	assert_says "+https 443/tcp" "+9000/tcp" "generations/2.json:1:" "the generation is damaged"
	fwport --json history
	assert_status 3
	[ "${#lines[@]}" -eq 3 ]
	fwport rollback 1
	assert_status 0
}

@test "rollback: a last generation that is damaged stops it, with another way" {
	fwport open https
	fwport open 8443
	echo damaged >"$world/state/generations/2.json"
	fwport rollback
	assert_status 3
	assert_says "generations/2.json:1:" "fwport rollback 1 goes to the one before it"
	fwport rollback 1
	assert_status 0
}

@test "history: of a change that was refused or undone nothing is kept" {
	host nft add rule inet filter input tcp dport 80 drop
	rules=$(ruleset)
	fwport open http
	assert_status 6
	fwport open 443 80
	assert_status 6
	assert_ruleset "$rules"
	fwport history
	assert_says "Nothing was ever changed."
	[ -z "$(ls "$world/state/generations" 2>/dev/null)" ]
}

@test "history: the ruleset of that time is kept for reading" {
	fwport open https
	assert_status 0
	grep -q 'tcp dport 443 accept comment "fwport:1"' "$world/state/generations/1.ruleset"
}

@test "history: a generation that others can write to is not believed" {
	fwport open https
	assert_status 0
	chmod o+w "$world/state/generations/1.json"
	fwport history 1
	assert_status 4
	assert_says "can be written by others"
	fwport rollback
	assert_status 4
}

@test "rollback: the last change is taken back, and once more" {
	local opened
	serve 443
	fwport open https
	assert_status 0
	opened=$(ruleset)
	fwport rollback
	assert_status 0
	assert_ruleset "$rules"
	expect46 443=timeout
	fwport rollback
	assert_status 0
	assert_ruleset "$opened"
	expect46 443=open
}

@test "rollback: to a generation, and to the time before the first" {
	local first
	serve 80 443
	fwport open https
	assert_status 0
	first=$(ruleset)
	fwport open http
	assert_status 0
	fwport open 8443
	assert_status 0
	fwport rollback 1
	assert_status 0
	assert_ruleset "$first"
	expect46 443=open 80=timeout
	fwport --json rollback 0
	assert_status 0
	assert_field generation 5
	assert_ruleset "$rules"
	fwport status
	assert_status 0
	fwport rollback 3
	assert_status 0
	expect46 443=open 80=open
}

@test "rollback: what others changed since stays" {
	fwport open https
	assert_status 0
	host nft insert rule inet filter input tcp dport 25 accept
	host nft add rule inet filter input tcp dport 26 accept
	fwport rollback
	assert_status 0
	ruleset | grep -q 'tcp dport 25 accept'
	ruleset | grep -q 'tcp dport 26 accept'
	! ruleset | grep -q fwport
}

@test "rollback: what can no longer be opened is undone and said" {
	local closed
	fwport open https
	assert_status 0
	fwport close https
	assert_status 0
	host nft insert rule inet filter input tcp dport 443 drop
	closed=$(ruleset)
	fwport rollback
	assert_status 6
	assert_says "443"
	assert_ruleset "$closed"
}

@test "rollback: --dry-run shows the steps, and unknown generations are named" {
	fwport open https
	assert_status 0
	rules=$(ruleset)
	fwport rollback --dry-run
	assert_status 1
	assert_says "- rule in inet filter input"
	assert_ruleset "$rules"
	fwport rollback 7
	assert_status 2
	assert_says "there is no generation 7"
	fwport rollback -- -1
	assert_status 2
	fwport rollback seven
	assert_status 2
	assert_says '"seven" is not the number of a generation'
	assert_ruleset "$rules"
}

@test "runtime: opened until the next boot, closed until the next boot" {
	local boot=/proc/sys/kernel/random/boot_id
	serve 80 443
	fwport open https
	assert_status 0
	fwport open http --runtime
	assert_status 0
	assert_says "until the next boot"
	fwport close https --runtime
	assert_status 0
	expect46 443=timeout 80=open
	# The next boot: no rules of ours, and another id.
	host nft delete table inet fwport
	host nft flush chain inet filter input
	host nft add rule inet filter input ct state established accept
	echo 01234567-89ab-cdef-0123-456789abcdef >"$world/boot_id"
	host mount --bind "$world/boot_id" "$boot"
	fwport --json status
	assert_field openings.0.service https
	fwport open 22
	assert_status 0
	expect46 443=open 80=timeout
}
