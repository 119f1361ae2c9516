#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The script for OpenRC, run by OpenRC itself, which is installed in a throw-away copy of this system alone; systemd is not there.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	shift
	{ copy_make && copy_install && cp "$@" "$copy/tmp/"; } || { echo "not ok - a copy with fwport in it" && exit 1; }
	in_copy sh -c 'DEBIAN_FRONTEND=noninteractive dpkg --force-all -i /tmp/*.deb; rm -f /usr/bin/systemctl' >"$copy/dpkg.log" 2>&1
	# Where a package has it.
	install -m 755 "$top_builddir/packaging/openrc/fwport" "$copy/etc/init.d/fwport"
	cp "$here/claims.bash" "$here/openrc_inside.sh" "$copy/"
	in_copy bash /openrc_inside.sh || echo "not ok - it comes to its end"
	exit 0
fi
needs_of_boots
command -v apt-get >/dev/null || skip_all "needs apt-get"
why=$(mktemp) && trap 'rm -f "$why"' EXIT
files=$(bash "$here/packages.sh" openrc libeinfo1 librc1 2>"$why") || skip_all "$(cat "$why")"
mapfile -t files <<<"$files"
unshare -m --propagation private bash "$0" inside "${files[@]}" | tap
