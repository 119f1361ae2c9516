#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The pictures in the README show what fwport prints today. Numbers that the kernel gives are not compared.
: "${top_srcdir:?} ${top_builddir:?}"

# What can be read in a picture, a line a run of letters.
words_of() {
	sed -nE 's/^<text[^>]*>(.*)<\/text>$/\1/p' "$1" | sed -E 's/(ruleset|handle|position|pid) [0-9]+/\1 N/g'
}

compare() {
	local picture name
	for picture in "$top_srcdir"/tests/demo/captures/*.svg; do
		name=${picture##*/}
		diff <(words_of "$picture") <(words_of "$made/$name") || echo "$name is stale: run tests/demo/capture.sh"
	done
	[ "$(ls "$made")" = "$(cd "$top_srcdir/tests/demo/captures" && ls)" ] || echo "other pictures are stored than are made"
}

echo 1..1
if [ "$(id -u)" -ne 0 ] || ! unshare --net --mount true 2>/dev/null; then
	echo "ok 1 # SKIP the pictures need root and namespaces"
	exit
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
stale=$(bash "$top_srcdir/tests/demo/capture.sh" "$top_builddir/fwport" "$made" </dev/null 2>&1 || echo "capture.sh failed"; compare)
if [ -z "$stale" ]; then
	echo "ok 1 the pictures are fresh"
else
	printf '# %s\n' "${stale//$'\n'/$'\n# '}"
	echo "not ok 1 the pictures are fresh"
fi
