#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The evaluator against the kernel over tables of iptables: in each engine, and in both at once, for SECONDS (20, or the first
# argument; more options go to differential.py).
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

for program in iptables-nft-restore iptables-legacy-restore; do
	command -v "$program" >/dev/null && continue
	echo "1..0 # SKIP needs $program"
	exit 0
done

seconds=${1:-20}
[ $# -eq 0 ] || shift
number=0 failed=0
echo 1..3
for engine in iptables-nft iptables-legacy iptables-both; do
	number=$((number + 1))
	told=$(bash "$top_srcdir/tests/kernel/differential.sh" "$seconds" --engine "$engine" "$@") || failed=1
	grep '^#' <<<"$told"
	sed -n "s/^ok 1 - /ok $number - $engine: /p; s/^not ok 1 - /not ok $number - $engine: /p; s/^1\.\.0 # /ok $number # /p" <<<"$told"
done
exit $failed
