#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-format decides the layout of C; nobody discusses it.
. "$(dirname "$0")/lint.bash"
needs clang-format

unformatted() {
	c_files src include tests | xargs clang-format --dry-run -Werror 2>&1 | sed -n 's/^\([^:]*\):.*error:.*/\1/p' | sort | uniq -c
	return 0
}

echo 1..1
claim "all C is formatted by .clang-format" unformatted
