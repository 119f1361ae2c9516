#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rulesets as fwport lists them: NAME.nft is loaded into a network namespace of its own, NAME.v4 and NAME.v6 likewise into
# legacy tables, and what is read there must print NAME.ok, to the letter. With "update" as its argument it rewrites the .ok files instead; read the diff.
set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
print=$(cd "$top_builddir" && pwd)/tests/golden/print_ruleset
cd "$top_srcdir/tests/golden/rules" || exit 1

if ! command -v nft >/dev/null; then
	echo "1..0 # SKIP nft is not here"
	exit
fi
if ! command -v iptables-legacy-restore >/dev/null; then
	echo "1..0 # SKIP iptables-legacy is not here"
	exit
fi
if ! unshare -n true 2>/dev/null; then
	echo "1..0 # SKIP no network namespace can be made"
	exit
fi

# The lock of x_tables is a file, and those of other namespaces are not ours.
print_ruleset() {
	local load="nft -f"

	[[ $1 != *.v4 ]] || load="iptables-legacy-restore"
	[[ $1 != *.v6 ]] || load="ip6tables-legacy-restore"
	# shellcheck disable=SC2016
	XTABLES_LOCKFILE=$lock unshare -n sh -c '$1 "$2" && exec "$3"' sh "$load" "$1" "$print" 2>&1
}

check() {
	local number=$1 file=$2 name=${2%.*} difference
	mapfile -t difference < <(diff -u "$name.ok" <(print_ruleset "$file") 2>&1)
	if [ "${#difference[@]}" -eq 0 ]; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		printf '# %s\n' "${difference[@]}"
	fi
}

lock=$(mktemp)
trap 'rm -f "$lock"' EXIT
files=(*.nft *.v4 *.v6)
if [ "${1-}" = update ]; then
	for file in "${files[@]}"; do print_ruleset "$file" >"${file%.*}.ok"; done
	exit
fi
echo "1..${#files[@]}"
number=0
for file in "${files[@]}"; do check $((++number)) "$file"; done
