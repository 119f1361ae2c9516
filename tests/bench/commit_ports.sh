#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One transaction with many single ports: our writer alone against `nft -f` of an interval set with the same ports. No two
# ports are neighbours, so nothing can be merged.
. "$(dirname "$0")/bench.bash"

nft_of() {
	echo 'table inet fwport { set tcp_in { type inet_service; flags interval;'
	seq 1 2 $((2 * $1 - 1)) | paste -sd, | sed 's/.*/elements = { & }; }; }/'
}

make_host ours
make_host theirs
gone='nft delete table inet fwport 2>/dev/null || true'
for count in 1000 10000; do
	nft_of "$count" >"/run/$count.nft"
	pair "$count ports: commit | nft -f" -a /run/netns/ours -A "$gone" -b /run/netns/theirs -B "$gone" \
		"$top_builddir/tests/bench/commit_ports" "$count" -- nft -f "/run/$count.nft"
done
