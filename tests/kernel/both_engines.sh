#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same rules in legacy tables and in those of iptables-nft: `why` must say the same. Random ones for SECONDS (15, or the first
# argument; more options go to both_engines.py), and those of the collection of real rulesets for as long, where it is beside the
# sources (or in FWPORT_CORPUS); in namespaces that end with the test.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

corpus=${FWPORT_CORPUS:-$top_srcdir/../shared/corpus}

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root to make namespaces"
for program in iptables-legacy-restore iptables-nft-restore nft python3; do
	command -v "$program" >/dev/null || skip "needs $program"
done

seconds=${1:-15}
[ $# -eq 0 ] || shift

compare() {
	unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private \
		python3 -B "$top_srcdir/tests/kernel/both_engines.py" --program "$top_builddir/fwport" --seconds "$seconds" "$@"
}

failed=0
say() { # NUMBER WHAT STATUS
	if [ "$3" -eq 0 ]; then
		echo "ok $1 - $2"
	else
		echo "not ok $1 - $2"
		failed=1
	fi
}

echo 1..2
compare "$@"
say 1 "random rules mean the same in both engines" $?
shopt -s nullglob
files=("$corpus"/xt[46]/*.v[46])
if [ ${#files[@]} -eq 0 ]; then
	echo "ok 2 # SKIP the corpus is not here"
else
	compare "$@" "${files[@]}"
	say 2 "real rules mean the same in both engines" $?
fi
exit $failed
