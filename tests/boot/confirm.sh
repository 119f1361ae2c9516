#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Commit-confirm under systemd: from a unit whose end kills all its processes, and over a boot. systemd itself, booted twice in a
# throw-away copy of this system.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	{ copy_make && copy_install; } || { echo "not ok - a copy with fwport in it" && exit 1; }
	cp "$here/claims.bash" "$copy/claims.bash"
	# shellcheck disable=SC2154 # of copy.bash
	printf '%s\n' '[Service]' Type=oneshot 'ExecStart=/usr/bin/env fwport open https --confirm=10' >"$copy/etc/systemd/system/approval.service"
	for part in confirm_first.sh confirm_second.sh; do
		boot "$here/$part" || echo "not ok - $part comes to its end"
	done
	exit 0
fi
needs_of_boots
unshare -m --propagation private bash "$0" inside | tap
