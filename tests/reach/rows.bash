# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Runs the rows of a table, each in a lab of its own and several at a time, since most of them wait for what does not answer.
set -u
here=${top_srcdir:?}/tests/reach built=${top_builddir:?}
jobs=${LAB_JOBS:-10}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# shellcheck disable=SC2016 # for the inner shell
needs_of_labs() {
	local program
	[ "$(id -u)" = 0 ] || skip_all "needs root to make namespaces"
	for program in nft ip openssl python3; do
		command -v "$program" >/dev/null || skip_all "needs $program"
	done
	[ -x "$built/src/fwport-check" ] || skip_all "fwport-check is not built"
	unshare -m sh -c 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w && mount -t overlay o -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc' \
		2>/dev/null || skip_all "needs overlays"
}

rows_of() {
	awk '/^[^#\t]/ { print $1 }' "$1"
}

# What was said with --json, by all rows, is as documented; and of all rows of the table together it is all that is documented.
hold_to_schema() { # WORK [all]
	local said question=(valid)
	[ -z "${2:-}" ] || question=(whole 'check#,shared#icmp')
	if ! python3 -Ic 'import jsonschema' 2>/dev/null; then
		echo "ok - the schema # SKIP needs python3-jsonschema"
		return
	fi
	for said in "$1"/*/said; do
		echo "# $(basename "$(dirname "$said")")"
		cat "$said"
	done >"$1/lines"
	if python3 -I "$here/../cli/schema.py" "${question[@]}" "$1/lines" >"$1/complaints"; then
		echo "ok - the schema"
	else
		echo "not ok - the schema"
		sed 's/^/# /' "$1/complaints"
	fi
}

# run_rows TABLE ID...: all rows where no ID is given. With reports=1 what they have said is held to the schema.
run_rows() {
	local table=$1 id work rows all=
	shift
	rows=("$@")
	[ $# -gt 0 ] || { mapfile -t rows < <(rows_of "$table") && all=all; }
	work=$(mktemp -d)
	mkdir "$work/pki"
	echo "1..$((${#rows[@]} + ${reports:-0}))"
	python3 -IBS "$here/certificates.py" "$work/pki" || echo "Bail out! the certificates are not made"
	for id in "${rows[@]}"; do
		while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
			wait -n
		done
		bash "$here/${runner:-row.sh}" "$table" "$id" "$work/$id" "$work/pki" >"$work/$id.tap" 2>&1 &
	done
	wait
	for id in "${rows[@]}"; do
		cat "$work/$id.tap"
	done >"$work/tap"
	[ -z "${reports:-}" ] || hold_to_schema "$work" "$all" >>"$work/tap"
	awk '/^(not )?ok - / { sub(/ - /, " " ++number " - ") } { print }' "$work/tap"
	rm -rf "$work"
}
