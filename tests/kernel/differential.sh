#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The evaluator against the kernel: random rulesets and real packets for SECONDS (60, or the first argument; more options
# go to differential.py), in namespaces that end with the test.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root to make namespaces"
command -v nft >/dev/null || skip "needs nft"
command -v python3 >/dev/null || skip "needs python3"

seconds=${1:-60}
[ $# -eq 0 ] || shift
echo 1..1
if unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private \
	python3 -B "$top_srcdir/tests/kernel/differential.py" --program "$top_builddir/fwport" --seconds "$seconds" "$@"; then
	echo "ok 1 - why says what the kernel does"
else
	echo "not ok 1 - why says what the kernel does"
	exit 1
fi
