#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Words that belong to certain rooms, or to none: only cli/ and render/ print, only main ends the program, and no file
# is named after nothing.
. "$(dirname "$0")/lint.bash"

# offences PATTERN FILE...: where the code (no comments, no strings) has the words.
offences() {
	local pattern=$1
	shift
	[ "$#" -eq 0 ] || awk -f tests/lint/c_code.awk "$@" | grep -E ":[0-9]+:.*(^|[^A-Za-z0-9_])($pattern)"
	return 0
}

files_but() {
	c_files src include | grep -vE "$1"
}

printing() {
	local files
	mapfile -t files < <(files_but '^src/(cli|render)/|^src/reach/(report_[a-z]+|main|many)\.c$|^src/firewalld/main\.c$')
	offences '(printf|vprintf|puts|putchar|perror|warnx?|warn)\(|std(out|err)([^A-Za-z0-9_]|$)' "${files[@]}"
}

streams_below_main() {
	local files
	mapfile -t files < <(files_but '^src/(cli|reach|firewalld)/(manual_)?main\.c$')
	offences '(printf|vprintf|puts|putchar|perror)\(|std(out|err)([^A-Za-z0-9_]|$)' "${files[@]}"
}

# The watchdog, and what shows progress, are processes that have left main behind.
ending() {
	local files
	mapfile -t files < <(files_but '^src/(cli/(main|progress)|change/watchdog|reach/main)\.c$')
	offences '(exit|_exit|_Exit|abort|assert|errx?)\(' "${files[@]}"
}

unbounded() {
	local files
	mapfile -t files < <(files_but '^$')
	offences '(gets|strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|alloca|system|popen)\(' "${files[@]}"
}

nameless_files() {
	find src include tests profiles -type f | grep -E '(^|[/_-])(utils?|helpers?|common|misc|managers?)([._-][^/]*)?$'
	return 0
}

strange_pages() {
	local page
	own_files | xargs grep -noE '[A-Za-z0-9_/-]+\.md\b' /dev/null | while IFS=: read -r file line page; do
		[ -e "$page" ] || [ -e "$(dirname "$file")/$page" ] || echo "$file:$line: $page is not in this tree"
	done
}

places() {
	own_files | xargs grep -nIE "$top_srcdir/|/(home|Users)/[a-z]+/" /dev/null | grep -v '^\./tests/lint/words.sh:'
	return 0
}

echo 1..7
claim "only cli and render print" printing
claim "only main knows stdout and stderr" streams_below_main
claim "only main and processes of their own end the program" ending
claim "no unbounded or shelling calls" unbounded
claim "no file is named after nothing" nameless_files
claim "pages that are referred to are here" strange_pages
claim "no file names the place it was written at" places
