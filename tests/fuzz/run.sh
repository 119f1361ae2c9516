#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each harness of FUZZERS for FUZZ_SECONDS, all at once, from its seeds in corpus/. What is found stays beside the harness.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
read -ra fuzzers <<<"${FUZZERS:-}"
pids=()

fuzz() {
	local harness=$1 name=${1##*/fuzz_}
	local found=$harness.found seeds=$top_srcdir/tests/fuzz/corpus/$name
	mkdir -p "$found"
	[ -d "$seeds" ] || seeds=$found
	exec "$harness" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$harness." "$found" "$seeds" >"$harness.output" 2>&1
}

if [ "${#fuzzers[@]}" -eq 0 ]; then
	echo "1..0 # SKIP no fuzz harness was built"
	exit 0
fi
echo "1..${#fuzzers[@]}"
for fuzzer in "${fuzzers[@]}"; do
	fuzz "$top_builddir/$fuzzer" &
	pids+=($!)
done
for i in "${!fuzzers[@]}"; do
	ok='not ok'
	wait "${pids[i]}" && ok=ok
	echo "$ok $((i + 1)) ${fuzzers[i]##*/}"
	grep -aE '^stat::|^SUMMARY|^==|ERROR' "$top_builddir/${fuzzers[i]}.output" | sed 's/^/# /'
done
