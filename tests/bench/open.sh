#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport open https`, all included (read, plan, commit, prove, record), against one blind `nft add rule` and one
# `nft list ruleset`. Each opening starts from fresh state; fwport and nft have hosts of their own with equal rulesets.
. "$(dirname "$0")/bench.bash"

fresh="'$fwport' close https -q 2>/dev/null || [ \$? -eq 1 ]; rm -rf \"\$FWPORT_STATE_DIR\"/*"
add_rule=(nft add rule inet filter input tcp dport 443 accept)

for rules in 0 1000 10000; do
	for who in ours theirs; do
		make_host "$who$rules"
		foreign_rules "$rules" | in_host "$who$rules" nft -f - || exit 4
	done
	hosts=(-a "/run/netns/ours$rules" -b "/run/netns/theirs$rules" -A "$fresh")
	pair "$rules rules: fwport open https | nft add rule" "${hosts[@]}" "$fwport" open https -- "${add_rule[@]}"
	pair "$rules rules: fwport open https | nft list ruleset" "${hosts[@]}" "$fwport" open https -- nft list ruleset

	on_disk=$(mktemp -d "$top_builddir/bench-state.XXXXXX") || exit 4
	FWPORT_STATE_DIR=$on_disk pair "$rules rules, state on disk: fwport open https | nft add rule" "${hosts[@]}" \
		"$fwport" open https -- "${add_rule[@]}"
	rm -rf "$on_disk"
done
