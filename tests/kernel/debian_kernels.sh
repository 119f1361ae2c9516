#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# debian_kernels.sh [LINE...]: a part of the tests on the kernels of Debian 12, 6.1 and 6.12, whatever runs this machine.
# Each is a machine in qemu that ends with its tests, or after a quarter of an hour.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
vm=$top_srcdir/tests/kernel/vm

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root to read all files"
[ "$(uname -m)" = x86_64 ] || skip "only kernels for amd64 are booted"
for program in qemu-system-x86_64 cpio modprobe depmod apt-get dpkg-deb; do
	command -v "$program" >/dev/null || skip "needs $program"
done

[ $# -gt 0 ] || set -- 6.1 6.12
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT

# tests_on LINE: TAP without numbers.
tests_on() {
	local kernel status=0
	kernel=$(bash "$vm/debian_kernel.sh" "$1" 2>"$work/$1.why") || status=$?
	case $status in
	0) ;;
	77) echo "ok - is here # SKIP $(cat "$work/$1.why")" && return ;;
	*) echo "not ok - can be fetched" && sed 's/^/# /' "$work/$1.why" && return ;;
	esac
	bash "$vm/boot.sh" "$kernel" 900 "$vm/tests.sh" top_srcdir="$top_srcdir" top_builddir="$top_builddir" >"$work/$1.tap" || status=$?
	if [ "$status" -eq 0 ]; then
		echo "ok - boots and comes to the end of its tests"
		cat "$work/$1.tap"
	else
		echo "not ok - boots and comes to the end of its tests"
		sed '/^ok\|^not ok/!s/^/# /' "$work/$1.tap"
	fi
}

for line; do
	tests_on "$line" >"$work/$line" &
done
wait

# numbered: each result gets a number and the name of its kernel.
for line; do
	sed -E "s/^(ok|not ok)( [0-9]+)?( -)? /\1 - Linux $line: /" "$work/$line"
done | awk '/^ok|^not ok/ { sub(/ - /, " " ++number " - ") } /^not ok/ { bad = 1 } { print } END { print "1.." number; exit bad }'
