#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What safety costs: `fwport open https` with generation, journal and record synced to a disk, against the same where all of it is in
# memory; and against --runtime, which writes as much. Each opening starts from fresh state, on hosts of their own.
. "$(dirname "$0")/bench.bash"

on_disk=$(mktemp -d "$top_builddir/bench-state.XXXXXX") || exit 4
trap 'rm -rf "$on_disk"' EXIT
fresh="'$fwport' close https -q 2>/dev/null || [ \$? -eq 1 ]; rm -rf \"\$FWPORT_STATE_DIR\"/*"
mkdir "$on_disk/ours" "$on_disk/theirs" /run/memory

for rules in 0 1000 10000; do
	for who in ours theirs; do
		make_host "$who$rules"
		foreign_rules "$rules" | in_host "$who$rules" nft -f - || exit 4
	done
	hosts=(-a "/run/netns/ours$rules" -b "/run/netns/theirs$rules")
	disk=(env FWPORT_STATE_DIR="$on_disk/ours" "$fwport") other=(env FWPORT_STATE_DIR="$on_disk/theirs" "$fwport")
	memory=(env FWPORT_STATE_DIR=/run/memory "$fwport")
	pair "$rules rules: fwport open https, state on disk | in memory" "${hosts[@]}" \
		-A "FWPORT_STATE_DIR='$on_disk/ours'; export FWPORT_STATE_DIR; $fresh" \
		-B "FWPORT_STATE_DIR=/run/memory; export FWPORT_STATE_DIR; $fresh" \
		"${disk[@]}" open https -- "${memory[@]}" open https
	pair "$rules rules, state on disk: fwport open https | fwport open https --runtime" "${hosts[@]}" \
		-A "FWPORT_STATE_DIR='$on_disk/ours'; export FWPORT_STATE_DIR; $fresh" \
		-B "FWPORT_STATE_DIR='$on_disk/theirs'; export FWPORT_STATE_DIR; $fresh" \
		"${disk[@]}" open https -- "${other[@]}" open https --runtime
done
