#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The scenarios of open_scope.bats once more on hosts of iptables-nft and of iptables-legacy: every command behaves the same.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

scenarios=$top_srcdir/tests/cli/open_scope.bats
engines=(iptables-nft iptables-legacy)

for engine in "${engines[@]}"; do
	command -v "$engine-restore" >/dev/null || {
		echo "1..0 # SKIP $engine is not here"
		exit
	}
done
count=$("${BATS:-bats}" --count "$scenarios") || exit 1
echo "1..$((count * ${#engines[@]}))"
done_before=0
for engine in "${engines[@]}"; do
	FWPORT_TEST_ENGINE=$engine "${BATS:-bats}" --formatter tap "$scenarios" |
		awk -v engine="$engine" -v before="$done_before" '
			/^1\.\./ { next }
			/^ok / { $1 = "ok"; $2 = before + $2; $3 = engine ": " $3 }
			/^not ok / { $3 = before + $3; $4 = engine ": " $4 }
			{ print; fflush() }'
	done_before=$((done_before + count))
done
