#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fwport watch: how long from a reload until our rules stand again, by its own clock and by this one; and what it costs, in processor
# time and in how often it is woken, while nothing happens, beside legacy tables, and while others change the ruleset without end.
. "$(dirname "$0")/bench.bash"

seconds=${BENCH_SECONDS:-10}
told=/run/told

# restored: how often it was told.
restored() {
	grep -c '"event":"restored"' "$told"
}

# watch_begin HOST: no function starts it, so that the number is its own.
watch_begin() {
	: >"$told"
	ip netns exec "$1" "$fwport" watch --json >"$told" &
	watcher=$!
	until grep -q '"event":"watching"' "$told"; do sleep 0.02; done
}

watch_end() {
	kill "$watcher" && wait "$watcher"
}

# cost TITLE: over some seconds.
cost() {
	local ticks wakes
	ticks=$(awk '{ print $14 + $15 }' "/proc/$watcher/stat")
	wakes=$(awk '/^voluntary/ { print $2 }' "/proc/$watcher/status")
	sleep "$seconds"
	ticks=$(($(awk '{ print $14 + $15 }' "/proc/$watcher/stat") - ticks))
	wakes=$(($(awk '/^voluntary/ { print $2 }' "/proc/$watcher/status") - wakes))
	awk -v title="$1" -v ticks="$ticks" -v wakes="$wakes" -v hertz="$(getconf CLK_TCK)" -v seconds="$seconds" \
		'BEGIN { printf "%s: %.2f %% of a processor, woken %.1f times a second\n", title, 100 * ticks / hertz / seconds, wakes / seconds }'
}

# latency HOST FILE TITLE: some reloads, one after the other.
latency() {
	local before
	for _ in 1 2 3 4; do
		before=$(restored)
		in_host "$1" nft -f "$2" || exit 4
		until [ "$(restored)" -gt "$before" ]; do sleep 0.005; done
	done
	sed -n 's/.*"event":"restored".*"ms":\([0-9]*\).*/\1/p' "$told" | sort -n |
		awk -v title="$3" '{ all[NR] = $1 } END { printf "%s: from a reload until open again %d to %d ms, 200 of them quiet\n", title, all[1], all[NR] }'
}

for rules in 10 1000 10000; do
	make_host "host$rules"
	{ echo "flush ruleset" && foreign_rules "$rules"; } >"/run/rules$rules"
	in_host "host$rules" nft -f "/run/rules$rules" || exit 4
	in_host "host$rules" "$fwport" open https -q
	watch_begin "host$rules"
	cost "$rules rules, nothing happens"
	latency "host$rules" "/run/rules$rules" "$rules rules"
	watch_end
	rm -rf "${FWPORT_STATE_DIR:?}"/*
done

in_host host10 "$fwport" open https -q
watch_begin host10
in_host host10 nft add table ip busy
python3 -IS "$top_srcdir/tests/bench/busy.py" host10 1000 "$((seconds + 5))" &
busy=$!
sleep 1
cost "10 rules, others change a chain a thousand times in a second"
wait "$busy"
watch_end
rm -rf "${FWPORT_STATE_DIR:?}"/*

make_host legacy
in_host legacy iptables-legacy -P INPUT DROP
in_host legacy "$fwport" open https -4 -q
watch_begin legacy
cost "beside a legacy table, nothing happens"
watch_end
