# SPDX-License-Identifier: GPL-2.0-or-later
# A watcher in the world, and what it tells: $world/told, JSON lines. Its times are of no consequence here.
# shellcheck shell=bash disable=SC2154

# watch_begin: returns when it watches.
watch_begin() {
	rm -f "$world/told"
	# Whoever enters namespaces stops together with what it started, so nobody waits for this one.
	# shellcheck disable=SC2016 # for the inner shell
	host sh -c '"$2" watch --json ${3:+"$3"} >"$1/told" 2>>"$1/background.log" </dev/null 3>&- & echo $! >"$1/watch.pid"' \
		sh "$world" "$top_builddir/fwport" ${backend:+--backend="$backend"} 3>&-
	awaits watching
}

# Its number in the host.
watch_signal() {
	host kill "-$1" "$(cat "$world/watch.pid")"
}

# awaits EVENT [COUNT]: until it was told, so often.
awaits() {
	local deadline=$((SECONDS + 60))
	until [ "$(told "$1")" -ge "${2:-1}" ]; do
		if ((SECONDS >= deadline)); then
			echo "waited in vain for \"$1\": $(cat "$world/told" "$world/background.log")" >&2
			return 1
		fi
		sleep 0.05
	done
}

# told EVENT: how often it was.
told() {
	local count
	count=$(grep -c "\"event\":\"$1\"" "$world/told" 2>/dev/null)
	echo "${count:-0}"
}

assert_told() {
	[ "$(told "$1")" -eq "$2" ] || { echo "\"$1\" was told $(told "$1") times, not $2: $(cat "$world/told")" >&2 && return 1; }
}

# Something that makes it look, and that it tells: whatever was to be seen before has been seen when this returns. A neighbour that bans
# the port 9009, which is opened for that, and takes the ban back.
watch_settles() {
	local before
	before=$(told blocked)
	host nft -f - <<-END
		table inet settle {
			chain input { type filter hook input priority 300; policy accept; tcp dport 9009 drop; }
		}
	END
	awaits blocked $((before + 1))
	host nft delete table inet settle
}
