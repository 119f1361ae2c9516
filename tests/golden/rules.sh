#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rulesets as fwport lists them: NAME.nft is loaded into a network namespace of its own, and what is read there must print
# NAME.ok, to the letter. With "update" as its argument it rewrites the .ok files instead; read the diff.
set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
print=$(cd "$top_builddir" && pwd)/tests/golden/print_ruleset
cd "$top_srcdir/tests/golden/rules" || exit 1

if ! command -v nft >/dev/null; then
	echo "1..0 # SKIP nft is not here"
	exit
fi
if ! unshare -n true 2>/dev/null; then
	echo "1..0 # SKIP no network namespace can be made"
	exit
fi

print_ruleset() {
	# shellcheck disable=SC2016
	unshare -n sh -c 'nft -f "$1" && exec "$2"' sh "$1" "$print" 2>&1
}

check() {
	local number=$1 name=$2 difference
	mapfile -t difference < <(diff -u "$name.ok" <(print_ruleset "$name.nft") 2>&1)
	if [ "${#difference[@]}" -eq 0 ]; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		printf '# %s\n' "${difference[@]}"
	fi
}

files=(*.nft)
if [ "${1-}" = update ]; then
	for file in "${files[@]}"; do print_ruleset "$file" >"${file%.nft}.ok"; done
	exit
fi
echo "1..${#files[@]}"
number=0
for file in "${files[@]}"; do check $((++number)) "${file%.nft}"; done
