#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each fault of faults.table is made with real packets in a lab of its own, and the check has to name it. Arguments: the rows to
# run, all of them otherwise. Rows wait for what does not answer, so that several are run at a time.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
here=$top_srcdir/tests/reach
jobs=${LAB_JOBS:-6}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip_all "needs root to make namespaces"
for program in nft ip openssl python3; do
	command -v "$program" >/dev/null || skip_all "needs $program"
done
[ -x "$top_builddir/src/fwport-check" ] || skip_all "fwport-check is not built"
unshare -m sh -c 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w && mount -t overlay o -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc' 2>/dev/null ||
	skip_all "needs overlays"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/pki"
python3 -IS "$here/certificates.py" "$work/pki" || { echo "1..1" && echo "not ok 1 - the certificates" && exit; }

rows=("$@")
[ $# -gt 0 ] || mapfile -t rows < <(awk '/^[^#\t]/ { print $1 }' "$here/faults.table")
for id in "${rows[@]}"; do
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	bash "$here/row.sh" "$id" "$work/$id" "$work/pki" >"$work/$id.tap" 2>&1 &
done
wait

echo "1..${#rows[@]}"
for id in "${rows[@]}"; do
	cat "$work/$id.tap"
done | awk '/^(not )?ok - / { sub(/ - /, " " ++number " - ") }
	/^(not )?ok .*\(listed\)/ { listed++; named += /^ok / }
	{ print }
	END { printf "# of %d listed faults %d are named\n", listed, named }'
