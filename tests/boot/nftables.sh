#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Openings over reloads, restarts and stops of nftables.service, whose file flushes everybody's rules, and over a boot: systemd itself,
# booted twice in a throw-away copy of this system; between the two it is off, and changed all the same.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	{ copy_make && copy_install; } || { echo "not ok - a copy with fwport in it" && exit 1; }
	mkdir -p "$copy/etc/systemd/system/sysinit.target.wants"
	ln -s /lib/systemd/system/nftables.service "$copy/etc/systemd/system/sysinit.target.wants/"
	cp "$here/nftables.conf" "$copy/etc/nftables.conf"
	cp "$here/claims.bash" "$copy/claims.bash"
	boot "$here/nftables_first.sh" || echo "not ok - the first boot comes to its end"
	if in_copy /usr/local/sbin/fwport open 9443 --offline | grep "Saved as generation .*: the next boot applies it"; then
		echo "ok - while it is off it is told to open another port"
	else
		echo "not ok - while it is off it is told to open another port"
	fi
	boot "$here/nftables_second.sh" || echo "not ok - the second boot comes to its end"
	exit 0
fi
needs_of_boots
[ -e /lib/systemd/system/nftables.service ] || skip_all "needs nftables.service"
unshare -m --propagation private bash "$0" inside | tap
