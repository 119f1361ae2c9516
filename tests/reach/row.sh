#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One row of faults.table: ID DIRECTORY PKI. Makes the lab and the fault, lets the check look, and says in a line of TAP, without a
# number, whether it named the fault. What it is asked with may be given in CHECK.
set -u
: "${top_srcdir:?}"
# shellcheck source=lab.bash
. "$top_srcdir/tests/reach/lab.bash"

# row_of ID: kind and accepted pairs, and then the lines that make it.
row_of() {
	awk -v id="$1" '/^[^#\t]/ { mine = $1 == id; if (mine) { sub(/^[^ ]+ +/, ""); print; next } } mine && sub(/^\t/, "")' "$here/faults.table"
}

fault_made() {
	local line
	parts_default
	for line in "${row[@]:1}"; do
		eval "$line" || return
	done
	parts_up
}

# Where something went wrong: what the check said, and what the lab's parts did.
tell() {
	[ ! -s "$lab/said" ] || { cut -c 1-2000 "$lab/said" && echo; }
	tail -n 20 "$lab/errors" "$lab/log" 2>/dev/null
}

id=$1
mapfile -t row < <(row_of "$id")
read -ra accepted <<<"${row[0]:?no row $id}"
exec 3>&1
trap '[ ! -e "$lab/skipped" ] || echo "ok - $id # SKIP $(cat "$lab/skipped")" >&3; lab_down' EXIT
lab_up "$2" "$3" || { echo "not ok - $id: the lab" && tell | sed 's/^/# /' && exit; }
fault_made >>"$lab/log" 2>&1 || { echo "not ok - $id: the fault could not be made" && tell | sed 's/^/# /' && exit; }
read -ra words <<<"${CHECK:-$(program) --json}"
ask "${words[@]}" >"$lab/said" 2>"$lab/errors"
python3 -IS "$here/named.py" "$id" "${accepted[@]}" <"$lab/said" || tell | sed 's/^/# /'
