#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One row: TABLE ID DIRECTORY PKI. Makes the lab and the fault, lets the check look, and says in a line of TAP, without a number,
# how that went.
set -u
# shellcheck source=lab.bash
. "${top_srcdir:?}/tests/reach/lab.bash"

# What the check and the lab's parts had to say.
tell() {
	cut -c 1-2000 "$lab/said" 2>/dev/null | sed 's/^/# /'
	tail -n 20 "$lab/errors" "$lab/log" 2>/dev/null | sed 's/^/# /'
}

fails() {
	echo "not ok - $id: $1"
	tell
	exit
}

id=$2
mapfile -t row < <(row_of "$1" "$id")
read -ra expected <<<"${row[0]:?no row $id}"
read -ra command <<<"$(program)"
exec 3>&1
trap '[ ! -e "$lab/skipped" ] || echo "ok - $id # SKIP $(cat "$lab/skipped")" >&3; lab_down' EXIT
lab_up "$3" "$4" || fails "there is no lab"
fault_made >>"$lab/log" 2>&1 || fails "the fault is not made"
if [ "${expected[0]}" = evil ]; then
	ask python3 -IBS "$here/bounded.py" "$id" "${command[@]}"
else
	ask "${command[@]}" --json >"$lab/said" 2>"$lab/errors"
	python3 -IBS "$here/named.py" "$id" "${expected[@]}" <"$lab/said" || tell
fi
