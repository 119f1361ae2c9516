#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Profiles and services files, good and bad: NAME.in is read and must print NAME.ok, to the letter. Names that begin with
# services- are services files, with ufw- application profiles, with firewalld- services of firewalld. With "update" as its argument it rewrites the .ok files instead; read the diff.
set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
print=$(cd "$top_builddir" && pwd)/tests/golden/print_profile
cd "$top_srcdir/tests/golden/profiles" || exit 1

# Services come from the sources under test, never from this host.
export FWPORT_CONFIG_DIR=/nonexistent FWPORT_DATA_DIR=../../../profiles
export FWPORT_UFW_DIR=/nonexistent FWPORT_FIREWALLD_DIR=/nonexistent FWPORT_FIREWALLD_DATA_DIR=/nonexistent

print_file() {
	case $1 in
	services-*) "$print" --services "$1" ;;
	ufw-*) "$print" --ufw "$1" ;;
	firewalld-*) "$print" --firewalld "$1" ;;
	*) "$print" "$1" ;;
	esac
}

check() {
	local number=$1 name=$2 difference
	mapfile -t difference < <(diff -u "$name.ok" <(print_file "$name.in" 2>&1) 2>&1)
	if [ "${#difference[@]}" -eq 0 ]; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		printf '# %s\n' "${difference[@]}"
	fi
}

files=(*.in)
if [ "${1-}" = update ]; then
	for file in "${files[@]}"; do print_file "$file" >"${file%.in}.ok"; done
	exit
fi
echo "1..${#files[@]}"
number=0
for file in "${files[@]}"; do check $((++number)) "${file%.in}"; done
