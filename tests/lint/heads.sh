#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every file says its licence first and then, in a paragraph, what it is.
. "$(dirname "$0")/lint.bash"

unlicensed() {
	own_files | while read -r file; do
		case $file in
		*.c | *.h) head -n 1 "$file" | grep -qxF '/* SPDX-License-Identifier: GPL-2.0-or-later */' ;;
		*.sh | *.bash | *.bats | *.py | *.awk | *.am | */configure.ac | */bootstrap | ./.ci/run)
			head -n 3 "$file" | grep -qE '^(#|dnl) SPDX-License-Identifier: GPL-2.0-or-later$'
			;;
		esac || echo "$file does not begin with its licence"
	done
}

without_a_paragraph() {
	c_files src include tests | while read -r file; do
		sed -n 2,3p "$file" | tr '\n' ' ' | grep -qE '^/\* .{20}' ||
			echo "$file does not say what it is below its licence"
	done
}

scripts_without_a_paragraph() {
	own_files | grep -E '\.(sh|bash|bats|py|awk)$|/bootstrap$' | while read -r file; do
		head -n 6 "$file" | grep -v -e SPDX -e '^#!' -e '^# shellcheck [a-z]*=' | grep -qE '^(# |""").{20}' ||
			echo "$file does not say what it is below its licence"
	done
}

echo 1..3
claim "every file begins with its licence" unlicensed
claim "every C file says what it is" without_a_paragraph
claim "every script says what it is" scripts_without_a_paragraph
