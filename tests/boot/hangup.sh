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
	{ copy_make && copy_install && cp "$@" "$copy/tmp/"; } || { echo "not ok - a copy with fwport in it" && exit 1; }
	in_copy sh -c 'DEBIAN_FRONTEND=noninteractive dpkg --force-all -i /tmp/*.deb' >"$copy/dpkg.log" 2>&1 ||
		{ echo "not ok - ferm is installed" && sed 's/^/# /' "$copy/dpkg.log" && exit 1; }
	cp "$here/claims.bash" "$here/hangup_inside.sh" "$top_srcdir/tests/cli/hangup.py" "$copy/"
	in_copy bash /hangup_inside.sh || echo "not ok - it comes to its end"
	exit 0
fi
needs_of_boots
command -v apt-get >/dev/null || skip_all "needs apt-get"
why=$(mktemp) && trap 'rm -f "$why"' EXIT
files=$(bash "$here/packages.sh" ferm 2>"$why") || skip_all "$(cat "$why")"
mapfile -t files <<<"$files"
unshare -m --propagation private bash "$0" inside "${files[@]}" | tap
