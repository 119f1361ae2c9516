# SPDX-License-Identifier: GPL-2.0-or-later
# A throw-away copy of this system: an overlay of /, on a disk in memory that outlives its boots, and systemd booted in it with
# namespaces and a control group of its own. Everything here acts in a mount namespace that the test made before.

# shellcheck disable=SC2034,SC2154 # read and set by the tests
disk=/mnt
copy=$disk/root

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# needs_of_boots: what this machine must have for it.
needs_of_boots() {
	[ "$(id -u)" = 0 ] || skip_all "needs root to make namespaces"
	grep -qx 'prefix = /usr/local' "$top_builddir/Makefile" || skip_all "is not configured for /usr/local"
	[ -x /lib/systemd/systemd ] || skip_all "needs systemd"
	command -v nft >/dev/null || skip_all "needs nft"
	unshare -m sh -c 'mount -t cgroup2 cgroup2 /mnt' 2>/dev/null || skip_all "needs control groups of its own"
	unshare -m sh -c 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r && mount -t overlay o -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r' \
		2>/dev/null || skip_all "needs overlays"
}

copy_make() {
	mount -t tmpfs tmpfs "$disk" && mkdir "$disk/upper" "$disk/work" "$copy" &&
		mount -t overlay overlay -o "lowerdir=/,upperdir=$disk/upper,workdir=$disk/work" "$copy"
}

# in_copy COMMAND...: without systemd, in the copy's files alone.
in_copy() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -nmpuif --kill-child sh -c 'copy=$1; shift
		mount -t proc proc "$copy/proc" && mount -t tmpfs tmpfs "$copy/run" && mount --rbind /dev "$copy/dev" && exec chroot "$copy" "$@"' sh "$copy" "$@"
}

# What the build installs, where it installs it; what follows `make` has no part in it.
copy_install() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" install DESTDIR="$copy" >/dev/null
}

# boot SCRIPT: boots the copy with another boot id, runs the script there once sysinit and what is enabled for a whole boot is
# reached, and prints what it prints. False when it does not come to its end; two and a half minutes are for machines that do more.
boot() {
	local group unit
	: >"$copy/boot.out"
	cp "$1" "$copy/boot.sh"
	cat /proc/sys/kernel/random/uuid >"$copy/boot.id"
	printf '%s\n' '[Unit]' DefaultDependencies=no 'After=sysinit.target network-pre.target fwport-restore.service fwport-restore@nftables.service netfilter-persistent.service fwport-restore@netfilter-persistent.service' '[Service]' Type=oneshot \
		StandardOutput=append:/boot.out StandardError=append:/boot.out \
		"ExecStart=/bin/bash -c 'bash /boot.sh; echo boot-ends; systemctl poweroff -ff'" >"$copy/etc/systemd/system/boot-probe.service"
	printf '%s\n' '[Unit]' 'Requires=sysinit.target boot-probe.service' After=sysinit.target >"$copy/etc/systemd/system/boot-probe.target"
	# Of a whole boot only our own part, and what the neighbours have in it.
	rm -rf "$copy/etc/systemd/system/boot-probe.target.wants"
	mkdir -p "$copy/etc/systemd/system/boot-probe.target.wants"
	for unit in fwport-restore netfilter-persistent; do
		unit=$copy/etc/systemd/system/multi-user.target.wants/$unit.service
		[ ! -L "$unit" ] || cp -P "$unit" "$copy/etc/systemd/system/boot-probe.target.wants/"
	done
	group=$(mktemp -d)
	mount -t cgroup2 cgroup2 "$group"
	mkdir "$group/fwport-boot.$$"
	# shellcheck disable=SC2016 # for the inner shell
	timeout -s KILL 150 bash -c 'echo $$ >"$0/cgroup.procs" && exec unshare -nmpuiCf --kill-child "$@"' "$group/fwport-boot.$$" \
		bash "$top_srcdir/tests/boot/init.sh" "$copy" >"$copy/boot.console" 2>&1
	find "$group/fwport-boot.$$" -depth -type d -exec rmdir {} + 2>/dev/null
	umount "$group" && rmdir "$group"
	grep -v '^boot-ends$' "$copy/boot.out"
	grep -q '^boot-ends$' "$copy/boot.out" && return
	tail -n 20 "$copy/boot.console" | sed 's/^/# /'
	return 1
}

# tap: numbers the results that come in, and adds the plan.
tap() {
	awk '/^(not )?ok / { sub(/ - /, " " ++number " - ") } /^(ok|not ok|#)/ { print } /^not ok/ { bad = 1 } END { print "1.." number + 0; exit bad }'
}

# with_packages PACKAGE...: this script once more, "inside" where mounts are its own, with the packages' files; skipped where apt has
# none of them.
with_packages() {
	local why reason files status=0
	needs_of_boots
	command -v apt-get >/dev/null || skip_all "needs apt-get"
	why=$(mktemp)
	files=$(bash "$top_srcdir/tests/boot/packages.sh" "$@" 2>"$why") || status=$?
	reason=$(cat "$why") && rm -f "$why"
	[ "$status" -eq 0 ] || skip_all "$reason"
	mapfile -t files <<<"$files"
	unshare -m --propagation private bash "$0" inside "${files[@]}" | tap
}

# copy_with FILE...: a copy with fwport and these packages installed, though they may break each other on paper; what they depend on
# for their comfort is not needed.
copy_with() {
	{ copy_make && copy_install && cp "$@" "$copy/tmp/"; } || { echo "not ok - a copy with fwport in it" && exit 1; }
	in_copy sh -c 'DEBIAN_FRONTEND=noninteractive dpkg --force-all -i /tmp/*.deb' >"$copy/dpkg.log" 2>&1 ||
		{ echo "not ok - the packages are installed" && sed 's/^/# /' "$copy/dpkg.log" && exit 1; }
}
