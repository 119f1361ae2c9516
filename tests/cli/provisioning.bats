#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples for cloud-init, Puppet, Salt and images: what they write is written, what they run is run.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load confirming

setup() {
	world_up
	closed_host
	examples=$top_srcdir/packaging/provisioning
	serve 80 443
}
teardown() { world_down; }

# runs COMMAND LINE: as the host's shell would, with /etc/fwport in this test's own place.
runs() {
	local line=${1//\/etc\/fwport/$world/etc}
	run --separate-stderr host env PATH="$top_builddir:$PATH" timeout 60 sh -c "$line"
	told=$line
}

needs_yaml() {
	python3 -c 'import yaml' 2>/dev/null || skip "needs python3-yaml"
}

# from_yaml FILE EXPRESSION: of what the file says, as `it`.
from_yaml() {
	python3 -c 'import shlex, sys, yaml
it = yaml.safe_load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$examples/$1" "$2"
}

# until_as_wanted UNLESS COMMAND: what Puppet and Salt make of the two, twice.
until_as_wanted() {
	runs "$1"
	assert_status 1
	runs "$2"
	assert_status 0
	expect46 80=open 443=open
	runs "$1"
	assert_status 0
}

@test "provisioning: the list that is an example" {
	fwport apply -f "$examples/openings.json"
	assert_status 0
	expect46 80=open 443=open
}

@test "provisioning: cloud-init" {
	local line
	needs_yaml
	[ "$(head -n 1 "$examples/cloud-init.yaml")" = "#cloud-config" ]
	from_yaml cloud-init.yaml 'it["write_files"][0]["content"]' >"$world/etc/openings.json"
	[ "$(from_yaml cloud-init.yaml 'it["write_files"][0]["path"]')" = /etc/fwport/openings.json ]
	line=$(from_yaml cloud-init.yaml 'shlex.join(it["runcmd"][1])')
	runs "$line"
	assert_status 0
	expect46 80=open 443=open
	runs "$line --json"
	assert_field changed false
	[ "$(from_yaml cloud-init.yaml 'shlex.join(it["runcmd"][0])')" = "fwport save --enable" ]
}

@test "provisioning: Salt" {
	needs_yaml
	from_yaml salt.sls '[part["contents"] for part in it["fwport"]["file.managed"] if "contents" in part][0]' >"$world/etc/openings.json"
	until_as_wanted "$(from_yaml salt.sls '[part["unless"] for part in it["fwport"]["cmd.run"] if "unless" in part][0]')" \
		"$(from_yaml salt.sls '[part["name"] for part in it["fwport"]["cmd.run"] if "name" in part][0]')"
}

@test "provisioning: Puppet" {
	echo '{"openings": [{"service": ["http", "https"]}]}' >"$world/etc/openings.json"
	until_as_wanted "$(sed -n "s/.*unless *=> '\(.*\)',/\1/p" "$examples/puppet.pp")" \
		"$(sed -n "s/.*command *=> '\(.*\)',/\1/p" "$examples/puppet.pp")"
}

@test "provisioning: an image, whose boot opens it" {
	[ -x /usr/bin/systemctl ] || skip "needs systemctl"
	host mount -t tmpfs tmpfs /etc/systemd/system
	host cp "$top_builddir"/packaging/systemd/*.service /etc/systemd/system
	cp "$examples/openings.json" "$world/etc"
	runs "$(cat "$examples/image.sh")"
	assert_status 0
	expect46 80=timeout 443=timeout
	host test -L /etc/systemd/system/multi-user.target.wants/fwport-restore.service
	reboot_host
	fwport restore --boot
	assert_status 0
	expect46 80=open 443=open
}

@test "provisioning: one JSON object on stdout and nothing on stderr, whatever comes of it" {
	local list=$world/list.json expected arguments
	host nft insert rule inet filter input tcp dport 9999 drop
	echo '{"openings": [{"ports": "443"}]}' >"$list"
	echo '{"openings": [{"ports": "9999"}]}' >"$world/blocked.json"
	echo '{"openings": [}' >"$world/wrong.json"
	while read -r expected arguments; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr host setsid "$top_builddir/fwport" --json $arguments </dev/null
		told="fwport --json $arguments"
		assert_status "$expected"
		[ -z "$stderr" ] || { tell "stderr is not empty" && false; }
		[ "$(wc -l <<<"$output")" -eq 1 ]
		assert_field schema 1
	done <<-END
		1 plan -f $list
		1 apply -f $list --dry-run
		0 apply -f $list
		0 apply -f $list
		0 plan -f $list
		3 apply -f $world/wrong.json
		3 apply -f $world/nowhere.json
		2 apply -f $list --nonsense
		6 apply -f $world/blocked.json
		0 apply -f $list --confirm=60
		0 apply -f $list --offline
	END
}

@test "provisioning: a change that awaits confirmation is busy at once, and waits for nobody" {
	echo '{"openings": [{"ports": "443"}]}' >"$world/list.json"
	fwport apply -f "$world/list.json" --confirm=60
	assert_status 0
	fwport --json open 80
	assert_status 5
	assert_field error.kind busy
	fwport confirm
	assert_status 0
}
