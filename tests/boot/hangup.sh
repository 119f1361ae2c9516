#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A terminal that hangs up while a change waits to be confirmed: ferm and iptables-apply leave it in force, fwport takes it back. In a
# throw-away copy of this system, without an init.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	shift
	copy_with "$@"
	cp "$here/claims.bash" "$here/hangup_inside.sh" "$top_srcdir/tests/cli/hangup.py" "$copy/"
	in_copy bash /hangup_inside.sh || echo "not ok - it comes to its end"
	exit 0
fi
with_packages ferm
