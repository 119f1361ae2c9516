#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The script for OpenRC, run by OpenRC itself, which is installed in a throw-away copy of this system alone; systemd is not there.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	shift
	copy_with "$@"
	rm -f "$copy/usr/bin/systemctl"
	# Where a package has it.
	install -m 755 "$top_builddir/packaging/openrc/fwport" "$copy/etc/init.d/fwport"
	cp "$here/claims.bash" "$here/openrc_inside.sh" "$copy/"
	in_copy bash /openrc_inside.sh || echo "not ok - it comes to its end"
	exit 0
fi
with_packages openrc libeinfo1 librc1
