#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The faults of faults.table, for the check and for what else an administrator would ask: curl -v, testssl.sh, blackbox_exporter and
# check_http, side by side. What counts as naming a fault is written down in peers.words. Not a test: it says what is so, and takes
# its time. Arguments: rows, all that peers.words has and the controls otherwise. Outputs are kept in PEERS_OUT, if that is given.
. "${top_srcdir:?}/tests/reach/rows.bash"
export PEERS_OUT=${PEERS_OUT:-}
runner=peer_row.sh jobs=${LAB_JOBS:-4}

needs_of_labs
bash "$here/parts.sh" "$built/tests/reach/parts" prometheus-blackbox-exporter monitoring-plugins-basic testssl.sh ldnsutils libldns3
rows=("$@")
[ $# -gt 0 ] || mapfile -t rows < <(awk '/^[^#\t]/ { if (NR == FNR) words[$1] = 1; else if ($1 in words || $2 == "control") print $1 }' \
	"$here/peers.words" "$here/faults.table")
run_rows "$here/faults.table" "${rows[@]}" | awk '/^row / { $1 = ""; if (!head++) print "row (kind) fwport curl testssl blackbox check_http"; print substr($0, 2)
		rows[$2 " " $3]++; kind = $3; count[kind]++; for (i = 4; i <= NF; i++) { split($i, said, "="); good[kind, said[1]] += said[2] == "yes" } next }
	/^#/ { print }
	END { for (kind in count) for (key in good) { split(key, part, SUBSEP); if (part[1] == kind) print "#", kind, part[2] ":", good[key], "of", count[kind] } }'
