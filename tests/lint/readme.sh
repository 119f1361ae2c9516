#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The README promises nothing that is not there: its commands, their options and its paths exist.
. "$(dirname "$0")/lint.bash"
: "${top_builddir:=$top_srcdir/build}"

# The words after "fwport" of each command line: those in indented blocks behind a prompt, and those in back quotes.
# shellcheck disable=SC2016 # back quotes that are Markdown's
commands() {
	grep -oE '(^ +(\$|#|host#) (sudo )?fwport [a-z].*|`(sudo )?fwport [a-z][^`]*`)' README.md |
		sed -E 's/^[^f]*fwport //; s/`$//; s/ +#.*//' | LC_ALL=C sort -u
}

unknown_commands() {
	local line command option help
	while read -r line; do
		command=${line%% *}
		if ! help=$("$top_builddir/fwport" "$command" --help 2>&1); then
			echo "fwport $line: there is no command $command"
			continue
		fi
		grep -oE '(^| )--?[a-z46][a-z-]*' <<<"$line" | while read -r option; do
			grep -qE -e "(^|[^a-z-])$option([^a-z-]|$)" <<<"$help" || echo "fwport $line: --help does not know $option"
		done
	done < <(commands)
}

no_commands() {
	[ "$(commands | wc -l)" -ge 6 ] || echo "README.md shows $(commands | wc -l) commands: is this lint reading it?"
}

# shellcheck disable=SC2016
missing_paths() {
	local path
	grep -oE '`(src|tests|profiles|packaging|completions|include|\.ci)/[A-Za-z0-9_./-]*`' README.md | tr -d '`' | sort -u | while read -r path; do
		[ -e "$path" ] || echo "$path is not in this tree"
	done
}

echo 1..3
claim "the commands of the README are found" no_commands
claim "the commands of the README exist, with their options" unknown_commands
claim "the paths of the README exist" missing_paths
