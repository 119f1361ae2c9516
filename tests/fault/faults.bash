# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What tests with faults share: what they need, and namespaces of their own, which end with them.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

# play PROGRAM ARGUMENT...: in Python, beside which the program under test and the shim are given.
play() {
	[ "$(id -u)" = 0 ] || skip "needs root to make namespaces"
	command -v nft >/dev/null || skip "needs nft"
	command -v python3 >/dev/null || skip "needs python3"
	command -v iptables-legacy >/dev/null || skip "needs iptables-legacy"
	! ldd "$top_builddir/src/fwport" | grep -q asan || skip "sanitizers want to be preloaded first"
	exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private \
		python3 -B "$top_srcdir/tests/fault/$1" "${@:2}" --program "$top_builddir/src/fwport" --shim "$top_builddir/tests/fault/fault.so"
}
