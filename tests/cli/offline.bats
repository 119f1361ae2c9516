#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --offline: the image of a system is told what to open, no kernel is asked, and the boot of that system does it.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load confirming

setup() {
	world_up
	closed_host
}
teardown() { world_down; }

# fwport as root has it where images are built: no CAP_NET_ADMIN, and no network but its own.
build() {
	run --separate-stderr host unshare --net setpriv --bounding-set -net_admin,-net_raw --inh-caps -net_admin,-net_raw \
		timeout 60 "$top_builddir/fwport" "$@"
	told="fwport $*"
}

# Our units, and none of them enabled.
units_are_installed() {
	host mount -t tmpfs tmpfs /etc/systemd/system
	host cp "$top_builddir"/packaging/systemd/*.service /etc/systemd/system
}

@test "offline: what is opened in an image is opened by its boot, and proved" {
	serve 443 8443
	build open 443 8443 --offline
	assert_status 0
	assert_says "+ 443/tcp in anyone" "Recorded as generation 1, but no boot applies it yet (fwport save --offline --enable)."
	build close 8443 --offline
	assert_status 0
	assert_says "- 8443/tcp in anyone"
	expect46 443=timeout
	assert_ruleset "$closed"
	reboot_host
	fwport restore --boot
	assert_status 0
	expect46 443=open 8443=timeout
	fwport restore
	assert_status 0
	assert_says "Nothing to change." "proved:"
}

@test "offline: a list and profiles, as often as one likes" {
	local list='{"openings": [{"ports": "443"}, {"ports": "80", "state": "absent"}], "profiles": ["shop"]}'
	mkdir "$world/etc/profiles"
	echo 'admin=8443' >"$world/etc/profiles/shop.profile"
	echo "$list" >"$world/list.json"
	build apply -f "$world/list.json" --offline --dry-run --json
	assert_status 1
	assert_field outcome planned
	[ ! -e "$world/state/state.json" ]
	build apply -f "$world/list.json" --offline --json
	assert_status 0
	assert_field changed true
	assert_field offline true
	assert_field persistent false
	assert_field diff.after.length 2
	build apply -f "$world/list.json" --offline --json
	assert_status 0
	assert_field changed false
	build apply shop --offline
	assert_status 0
	assert_says "Nothing to change."
	serve 443 8443
	fwport restore --boot
	expect46 443=open 8443=open 80=timeout
}

@test "offline: neither a netlink socket nor a rule" {
	command -v strace >/dev/null || skip "needs strace"
	run host env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$world/strace" -e trace=socket,setsockopt,bpf,init_module,finit_module \
		"$top_builddir/src/fwport" open 443 --offline
	[ "$status" -eq 0 ]
	! grep -E 'AF_NETLINK|SOCK_RAW|AF_PACKET|SO_SET|bpf\(|module' "$world/strace" || false
	[ ! -e "$world/state/generations/1.ruleset" ]
	[ -e "$world/state/generations/1.json" ]
}

@test "offline: without /proc, as in a bare chroot" {
	! ldd "$top_builddir/src/fwport" | grep -q asan || skip "sanitizers want /proc"
	build open 443 --offline
	host mount -t tmpfs tmpfs /proc
	run --separate-stderr nsenter --target "$world_pid" --mount -- "$top_builddir/src/fwport" open 8443 --offline
	[ "$status" -eq 0 ] || { echo "$stderr" && false; }
	host umount /proc
	fwport --json status
	assert_field openings.length 4
	fwport restore
	assert_status 0
	serve 443 8443
	expect46 443=open 8443=open
}

@test "offline: what is mistaken is told, and nothing is recorded" {
	build open htps --offline
	assert_status 2
	build apply -f /dev/null --offline
	assert_status 3
	build open 443 --offline --for 2h
	assert_status 2
	assert_says "--for is about a running system, and --offline is not"
	build open 443 --offline --runtime
	assert_status 2
	build open 443 --offline --confirm --json
	assert_status 2
	assert_field error.kind usage
	build save --offline --print nft
	assert_status 2
	build close 443 --offline
	assert_status 1
	[ ! -e "$world/state/state.json" ]
}

@test "offline: save --enable has the boot of an image restore it, by links alone" {
	[ -x /usr/bin/systemctl ] || skip "needs systemctl"
	units_are_installed
	build open 443 --offline
	build save --enable --offline
	assert_status 0
	assert_says "Nothing to change."
	host test -L /etc/systemd/system/multi-user.target.wants/fwport-restore.service
	build open 8443 --offline
	assert_status 0
	assert_says "Saved as generation 2: the next boot applies it, and proves it."
}

@test "offline: on a system that runs, restore puts it in force" {
	serve 443
	fwport open 443 --offline
	assert_status 0
	expect46 443=timeout
	fwport status
	assert_status 1
	fwport restore
	assert_status 0
	expect46 443=open
}

@test "offline: what awaits confirmation is waited for" {
	fwport open 443 --confirm=60
	assert_status 0
	fwport open 8443 --offline
	assert_status 5
	fwport confirm
	assert_status 0
	fwport open 8443 --offline
	assert_status 0
}
