#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How the built programs are hardened, read off the files themselves. What is found is printed, too.
. "$(dirname "$0")/lint.bash"
needs readelf
: "${top_builddir:=$top_srcdir/build}"
if grep -q '^FWPORT_CFLAGS = .*-fsanitize' "$top_builddir/Makefile"; then
	echo "1..0 # SKIP programs with sanitizers are not hardened"
	exit 0
fi
programs=("$top_builddir/src/fwport" "$top_builddir/src/fwport-check")
[ ! -e "$top_builddir/src/fwport-firewalld" ] || programs+=("$top_builddir/src/fwport-firewalld")

# each PATTERN OPTION...: readelf with these options shows it for each of the programs.
each() {
	local pattern=$1 program
	shift
	for program in "${programs[@]}"; do
		readelf -W "$@" "$program" | grep -qE "$pattern" || echo "$program: no $pattern"
	done
}

none() {
	local pattern=$1 program
	shift
	for program in "${programs[@]}"; do
		readelf -W "$@" "$program" | grep -E "$pattern" | sed "s|^|$program: |"
	done
}

relocation_is_read_only() {
	each GNU_RELRO -l
	each BIND_NOW -d
}

# Calls of the C library that it checks, against those of the same functions that it does not.
fortified() {
	local program
	for program in "${programs[@]}"; do
		readelf -W --dyn-syms "$program" | sed -nE 's/.* UND __([a-z]+)_chk@.*/\1/p' | sort -u |
			paste -sd ' ' | sed "s|^|# ${program##*/} has checked: |" >&3
	done
	grep -qE '^C(PP)?FLAGS = .*(-O0|_FORTIFY_SOURCE=0)' "$top_builddir/Makefile" || each ' UND __[a-z]+_chk@' --dyn-syms
}

# The programs themselves are not while what the C library starts them with is not.
guards_branches() {
	local object
	[ "$(uname -m)" = x86_64 ] || return 0
	find "$top_builddir/src" -name '*.o' | while read -r object; do
		readelf -nW "$object" 2>/dev/null | grep -q 'IBT, SHSTK' || echo "$object is compiled without -fcf-protection"
	done
}

exec 3>&1
echo 1..7
claim "each program can be loaded anywhere" each 'Type: *DYN .*Position-Independent' -h
claim "what the loader has filled in is read-only, from the start" relocation_is_read_only
claim "no stack is executable, nor any segment both writable and executable" none 'GNU_STACK .*E|LOAD .* (RWE|WE)' -l
claim "no program looks for libraries in places of its own" none 'R(UN)?PATH|TEXTREL' -d
claim "stacks are guarded" each ' UND __stack_chk_fail@' --dyn-syms
claim "calls of the C library are fortified" fortified
claim "each object marks where it may be branched to" guards_branches
