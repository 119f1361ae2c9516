# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What all lints share: a claim about the tree is a command that prints a line per offence, and nothing when it is true.
set -u
: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
cd "$top_srcdir" || exit 1

claim_number=0

# claim TEXT COMMAND...
claim() {
	local text=$1 offences
	shift
	claim_number=$((claim_number + 1))
	if offences=$("$@" 2>&1) && [ -z "$offences" ]; then
		echo "ok $claim_number $text"
	else
		echo "not ok $claim_number $text"
		printf '%s\n' "${offences:-$1 failed}" | sed 's/^/# /'
	fi
}

# needs PROGRAM: without it the whole lint is skipped.
needs() {
	command -v "$1" >/dev/null && return
	echo "1..0 # SKIP $1 is not installed"
	exit 0
}

c_files() {
	find "$@" \( -name '*.c' -o -name '*.h' \) -type f | LC_ALL=C sort
}

# Everything a person wrote, whether git is here or not (a tarball).
own_files() {
	find . \( -name .git -o -name build -o -name 'build-*' -o -name _build -o -name autom4te.cache \) -prune -o -type f \
		! -name configure ! -name 'configure~' ! -name aclocal.m4 ! -name 'config.h.in*' ! -name Makefile.in ! -name LICENSE -print |
		LC_ALL=C sort
}
