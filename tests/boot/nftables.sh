#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Openings over reloads, restarts and stops of nftables.service, whose file flushes everybody's rules, and over a boot: systemd itself,
# booted twice in a throw-away copy of this system.
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
	for part in nftables_first.sh nftables_second.sh; do
		boot "$here/$part" || echo "not ok - $part comes to its end"
	done
	exit 0
fi
needs_of_boots
[ -e /lib/systemd/system/nftables.service ] || skip_all "needs nftables.service"
unshare -m --propagation private bash "$0" inside | tap
