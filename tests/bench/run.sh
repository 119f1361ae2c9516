#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# All benchmarks, or those that are named: run.sh [PART]... The first command of a title is A, the second B; a ratio
# below 1 means that A is faster. BENCH_RUNS sets the number of pairs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${top_srcdir:=$(cd "$here/../.." && pwd)}" "${top_builddir:=$top_srcdir/build}"
export top_srcdir top_builddir

if ! unshare --net --mount --pid true 2>/dev/null; then
	echo "bench: namespaces cannot be made here (needs root and CAP_SYS_ADMIN)" >&2
	exit 4
fi
status=0
[ "$#" -gt 0 ] || set -- start open save apply commit_ports why path legacy reach watch
for part; do
	echo "== $part"
	bash "$here/$part.sh" || status=1
done
exit "$status"
