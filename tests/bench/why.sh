#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport why` on long rulesets: for one client, for anyone, for all ports; and beside a set of 100,000 addresses, which one
# rule uses or none. nft lists what fwport reads.
. "$(dirname "$0")/bench.bash"

# big_set RULE: a set that nobody looks into but the rule.
big_set() {
	awk -v rule="$1" 'BEGIN {
		print "table inet filter {\n set big { type ipv4_addr; elements = {"
		for (i = 0; i < 100000; i++)
			printf "%s11.%d.%d.%d", i ? ", " : "", int(i / 65536), int(i / 256) % 256, i % 256
		print "} }\n chain input { type filter hook input priority filter; policy accept; " rule " }\n}"
	}'
}

# On the same host, since neither changes anything.
beside() {
	pair "$1" -a "/run/netns/$2" -b "/run/netns/$2" "${@:3}"
}

all_runs=$runs
for rules in 10000 100000; do
	make_host "host$rules"
	# Everybody may come in but those whom a rule drops: what is open exits with 0.
	foreign_rules "$rules" | sed 's/policy drop/policy accept/' | in_host "host$rules" nft -f - || exit 4
	# The kernel's dump of a chain is quadratic, and takes seconds here.
	[ "$rules" -lt 100000 ] || runs=$((all_runs < 3 ? all_runs : 3))
	list=(nft list chain inet filter input)
	beside "$rules rules: fwport why in https --from | nft list chain" "host$rules" \
		"$fwport" why in https --from 198.51.100.7 -- "${list[@]}"
	beside "$rules rules: fwport why in https | nft list chain" "host$rules" "$fwport" why in https -- "${list[@]}"
done
runs=$((all_runs < 5 ? all_runs : 5))
beside "10000 rules: fwport why in 1-65535 | nft list chain" host10000 "$fwport" why in 1-65535 -- "${list[@]}"

for rule in '' 'ip saddr @big drop;'; do
	who=${rule:+used}
	make_host "${who:-unused}"
	big_set "$rule" | in_host "${who:-unused}" nft -f - || exit 4
	beside "a set of 100,000, ${who:-unused}: fwport why in https | nft list ruleset" "${who:-unused}" \
		"$fwport" why in https -- nft list ruleset
done
