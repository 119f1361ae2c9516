#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Real rulesets of other projects, with what the kernel did to real packets, where that collection is beside the sources (or in
# FWPORT_CORPUS): what `why` says must be what happened. Undecided is allowed for two packets in a hundred.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

corpus=${FWPORT_CORPUS:-$top_srcdir/../shared/corpus}
backends=(nft xtnft4 xtnft6 xtleg4 xtleg6)
known=$top_srcdir/tests/kernel/corpus.known

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root to make namespaces"
[ -f "$corpus/tools/why_truth.py" ] || skip "the corpus is not here"

# The judge's list without what is known, and of that only what may not be.
lies() {
	grep -E '^(FALSE_PASS|false_block|kind|no_answer) ' "$1" | grep -vFf <(grep -v '^#' "$known")
}

figure() {
	sed -n "s/^all\(.*\) $2=\([0-9]*\).*/\2/p" "$1"
}

judge() {
	local said=$1 backend=$2

	python3 -B "$corpus/tools/why_truth.py" "$top_builddir/fwport" --only " $backend\$" --list >"$said" 2>&1
	sed -n "s/^all /# $backend: /p" "$said"
}

say() { # STATUS NUMBER WHAT
	[ "$1" -eq 0 ] || printf 'not '
	echo "ok $2 - $3"
}

echo "1..$((${#backends[@]} + 1))"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
number=0 packets=0 unknown=0
for backend in "${backends[@]}"; do
	judge "$said" "$backend"
	agreed=$(figure "$said" agree)
	[ "${agreed:-0}" -gt 0 ] && ! lies "$said"
	say $? $((number += 1)) "$backend: why says what the kernel did"
	packets=$((packets + $(figure "$said" n)))
	unknown=$((unknown + $(figure "$said" unknown)))
done
[ $((50 * unknown)) -lt "$packets" ]
say $? $((number + 1)) "why decides"
