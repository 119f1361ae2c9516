#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The demo checks each of its own claims, so running it is a test.
: "${top_srcdir:?} ${top_builddir:?}"
echo 1..1
if [ "$(id -u)" -ne 0 ]; then
	echo "ok 1 # SKIP the demo needs root"
elif ! unshare --net --mount true 2>/dev/null; then
	echo "ok 1 # SKIP this place may not make namespaces"
elif bash "$top_srcdir/tests/demo/demo.sh" "$top_builddir/fwport" 2>&1 </dev/null | sed 's/^/# /'; [ "${PIPESTATUS[0]}" -eq 0 ]; then
	echo "ok 1 the demo is true"
else
	echo "not ok 1 the demo is true"
fi
