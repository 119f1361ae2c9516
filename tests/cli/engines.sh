#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Some scenarios once more on hosts of iptables-nft and of iptables-legacy, with the home in either engine: every command behaves
# the same.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

runs=("open_scope iptables-nft auto" "open_scope iptables-legacy auto" "open_scope iptables-legacy nft"
	"open_scope iptables-legacy iptables" "policy iptables-legacy iptables")

for engine in iptables-nft iptables-legacy; do
	command -v "$engine-restore" >/dev/null || {
		echo "1..0 # SKIP $engine is not here"
		exit
	}
done
total=0
for run in "${runs[@]}"; do
	count=$("${BATS:-bats}" --count "$top_srcdir/tests/cli/${run%% *}.bats") || exit 1
	total=$((total + count))
done
echo "1..$total"
done_before=0
for run in "${runs[@]}"; do
	read -r name engine backend <<<"$run"
	scenarios=$top_srcdir/tests/cli/$name.bats
	count=$("${BATS:-bats}" --count "$scenarios") || exit 1
	FWPORT_TEST_ENGINE=$engine FWPORT_TEST_BACKEND=$backend "${BATS:-bats}" --formatter tap "$scenarios" |
		awk -v run="$engine, --backend=$backend" -v before="$done_before" '
			/^1\.\./ { next }
			/^ok / { $1 = "ok"; $2 = before + $2; $3 = run ": " $3 }
			/^not ok / { $3 = before + $3; $4 = run ": " $4 }
			{ print; fflush() }'
	done_before=$((done_before + count))
done
