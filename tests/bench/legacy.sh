#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport open https` and `close https` on legacy tables, all included (read, plan, commit, prove, record), against one blind
# `iptables-legacy -I`, and `-D`, each in a host of its own with the same rules.
#
# The aim is at most 1.5 times as long, and is not reached; what keeps it from that, where iptables takes 16 ms for 10,000 rules:
# - The kernel takes 5 ms to hand out such a table, and 6 to take a new one. iptables asks for it once; fwport three times, to
#   plan, to compare under the lock before it writes, and for the proof. That is 21 ms, or 1.3 times, before it does anything.
# - A large table costs it as much again: to decode each rule, to judge the ruleset before and after, and to keep its text.
# - The program begins in 1.3 ms, iptables in 1.0, and both have the shortest runs in that; then come forty small files of /proc
#   and /sys that say what the host is, and the record.
# - Without any rule the home is a table of nf_tables, and whoever closes a netlink socket waits for a grace period of RCU, 10 ms,
#   when a table went just before. So there are pairs where the home is in the legacy table, too.
. "$(dirname "$0")/bench.bash"

export XTABLES_LOCKFILE=/run/xtables.lock
fresh="'$fwport' close https -4 -q 2>/dev/null || [ \$? -eq 1 ]; rm -rf \"\$FWPORT_STATE_DIR\"/*"
rule=(INPUT -p tcp -m tcp --dport 443 -j ACCEPT)

# foreign_tables COUNT: what iptables-legacy-restore reads, COUNT rules long.
foreign_tables() {
	awk -v count="$1" 'BEGIN {
		print "*filter\n:INPUT " (count ? "DROP" : "ACCEPT") " [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]"
		for (i = 1; i < count; i++) {
			address = int(i / 65536) % 256 "." int(i / 256) % 256 "." i % 256
			if (i % 10)
				print "-A INPUT -s 10." address " -p tcp -m tcp --dport " 1024 + i % 40000 " -j ACCEPT"
			else
				print "-A INPUT -s 11." address " -j DROP"
		}
		if (count)
			print "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
		print "COMMIT"
	}'
}

for rules in 0 1000 10000; do
	for who in ours theirs; do
		make_host "$who$rules"
		foreign_tables "$rules" | in_host "$who$rules" iptables-legacy-restore || exit 4
	done
	hosts=(-a "/run/netns/ours$rules" -b "/run/netns/theirs$rules")
	pair "$rules legacy rules: fwport open https | iptables-legacy -I" "${hosts[@]}" -A "$fresh" \
		"$fwport" open https -4 -- iptables-legacy -I "${rule[@]}"
	pair "$rules legacy rules: fwport close https | iptables-legacy -D" "${hosts[@]}" \
		-A "'$fwport' open https -4 -q" "$fwport" close https -4 -- iptables-legacy -D "${rule[@]}"
	[ "$rules" -gt 0 ] && continue
	pair "home in the empty table: fwport open https | iptables-legacy -I" "${hosts[@]}" -A "$fresh" \
		"$fwport" open https -4 --backend=iptables -- iptables-legacy -I "${rule[@]}"
	pair "home in the empty table: fwport close https | iptables-legacy -D" "${hosts[@]}" \
		-A "'$fwport' open https -4 -q --backend=iptables" "$fwport" close https -4 -- iptables-legacy -D "${rule[@]}"
done
