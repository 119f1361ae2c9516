#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The scenarios of open_scope.bats once more on hosts of iptables-nft and of iptables-legacy, with the home in either engine: every
# command behaves the same.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

scenarios=$top_srcdir/tests/cli/open_scope.bats
runs=("iptables-nft auto" "iptables-legacy auto" "iptables-legacy nft" "iptables-legacy iptables")

for engine in iptables-nft iptables-legacy; do
	command -v "$engine-restore" >/dev/null || {
		echo "1..0 # SKIP $engine is not here"
		exit
	}
done
count=$("${BATS:-bats}" --count "$scenarios") || exit 1
echo "1..$((count * ${#runs[@]}))"
done_before=0
for run in "${runs[@]}"; do
	read -r engine backend <<<"$run"
	FWPORT_TEST_ENGINE=$engine FWPORT_TEST_BACKEND=$backend "${BATS:-bats}" --formatter tap "$scenarios" |
		awk -v run="$engine, --backend=$backend" -v before="$done_before" '
			/^1\.\./ { next }
			/^ok / { $1 = "ok"; $2 = before + $2; $3 = run ": " $3 }
			/^not ok / { $3 = before + $3; $4 = run ": " $4 }
			{ print; fflush() }'
	done_before=$((done_before + count))
done
