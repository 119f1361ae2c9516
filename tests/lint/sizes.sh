#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files of at most 400 lines, functions of at most 80; the medians are reported, for taste.
. "$(dirname "$0")/lint.bash"

file_limit=400 function_limit=80

file_sizes() {
	c_files src include | xargs wc -l | awk '$2 != "total" { print $1, $2 }'
}

function_sizes() {
	c_files src | xargs awk -f tests/lint/functions.awk
}

longer_than() {
	awk -v limit="$1" '$1 > limit { print $2, $3, "has", $1, "lines, the limit is", limit }'
}

long_files() {
	file_sizes | longer_than "$file_limit"
}

long_functions() {
	function_sizes | longer_than "$function_limit"
}

# report TEXT: count, median, 90th percentile and largest of the sizes on stdin.
report() {
	sort -n | awk -v text="$1" '{ size[NR] = $1; last = $2 " " $3 }
		END { if (NR) printf "# %d %s: median %d, p90 %d, largest %d (%s)\n", NR, text,
			size[int((NR + 1) / 2)], size[int((NR * 9 + 9) / 10)], size[NR], last }'
}

echo 1..2
claim "no file is longer than $file_limit lines" long_files
claim "no function is longer than $function_limit lines" long_functions
file_sizes | grep '\.c$' | report files
function_sizes | report functions
