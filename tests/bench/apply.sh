#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport apply` of a profile with many ports against `nft -f` of an interval set with the same ports. No two ports are
# neighbours, so nothing can be merged.
. "$(dirname "$0")/bench.bash"

# ports COUNT: every third port from 1024 up.
ports() {
	seq 1024 3 $((1024 + 3 * ($1 - 1)))
}

profile_of() {
	ports "$1" | sed 's/.*/port-& = &/'
}

nft_of() {
	echo 'table inet bench {'
	echo 'set ports { type inet_service; flags interval;'
	ports "$1" | paste -sd, | sed 's/.*/elements = { & } }/'
	echo 'chain input { type filter hook input priority filter; tcp dport @ports accept; }'
	echo '}'
}

make_host ours
make_host theirs
# shellcheck disable=SC2016 # the reset's own shell expands it
fresh='nft delete table inet fwport 2>/dev/null || true; rm -rf "$FWPORT_STATE_DIR"/*'
gone='nft delete table inet bench 2>/dev/null || true'
for count in 1000 10000; do
	profile_of "$count" >"/run/$count.profile"
	nft_of "$count" >"/run/$count.nft"
	pair "$count ports: fwport apply | nft -f" -a /run/netns/ours -A "$fresh" -b /run/netns/theirs -B "$gone" \
		"$fwport" apply "/run/$count.profile" -- nft -f "/run/$count.nft"
done

# Among rules that each name a port, no two of these are alike.
make_host between
foreign_rules 10000 >/run/foreign.nft
# shellcheck disable=SC2016 # as above
afresh='nft flush ruleset; nft -f /run/foreign.nft; rm -rf "$FWPORT_STATE_DIR"/*'
pair "1000 ports, 10000 rules: fwport apply | nft list ruleset" -a /run/netns/between -A "$afresh" \
	-b /run/netns/between "$fwport" apply /run/1000.profile -- nft list ruleset
