#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Openings that ufw and firewalld themselves are asked for, installed in a throw-away copy of this system alone.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	shift
	copy_with "$@"
	rm -f "$copy"/etc/systemd/system/*.wants/{ufw,firewalld}.service
	cp "$here/claims.bash" "$here/asked.bash" "$here/hold_table.py" "$copy/"
	for part in asked_first.sh asked_second.sh; do
		boot "$here/$part" || echo "not ok - $part comes to its end"
	done
	exit 0
fi
[ -x "$top_builddir/src/fwport-firewalld" ] || skip_all "fwport-firewalld is not built: libsystemd is not here"
with_packages ufw ucf firewalld python3-firewall python3-nftables
