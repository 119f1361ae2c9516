#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages are clean mdoc, those that come from the registry say what it says now, and each verdict of the check has words.
. "$(dirname "$0")/lint.bash"
: "${top_builddir:=$top_srcdir/build}"
needs mandoc

complaints() {
	mandoc -Tlint -Wwarning src/man/*.[1-9]
}

stale_pages() {
	local prose page
	for prose in src/man/*.in; do
		page=${prose%.in}
		"$top_builddir/src/write-manual" "$prose" | diff "$page" - && continue
		echo "$page is stale: make regenerate"
	done
}

unlisted_pages() {
	local page
	for page in src/man/*.[1-9]; do
		grep -q -F "$page" src/man/room.am || echo "$page is not installed"
	done
}

codes() {
	sed -nE 's/^#define CODE_[A-Z0-9_]+[ \\]+("[a-z0-9-]+").*/\1/p; s/^\t("[a-z0-9-]+") +\/\*.*/\1/p' src/reach/codes.h | tr -d '"'
}

# What is said of a target in good order is no fault.
codes_without_words() {
	diff <(codes | grep -vx ok | sort) <(sed -n '/^\.Sh VERDICTS/,/^\.Sh EXIT/s/^\.It Cm //p' src/man/fwport-check.8 | sed 's/\\-/-/g' | sort)
}

variables_without_words() {
	local variable
	for variable in $(grep -ohE '"FWPORT_[A-Z_]+"' src/base/files.c | tr -d '"'); do
		grep -qE "^\.It Ev .*\b$variable\b" src/man/fwport.8 || echo "$variable is not in fwport(8)"
	done
}

echo 1..5
claim "mandoc finds nothing" complaints
claim "the pages from the registry are fresh" stale_pages
claim "every page is installed" unlisted_pages
claim "the codes of the check are those of its page" codes_without_words
claim "the variables that move directories are in fwport(8)" variables_without_words
