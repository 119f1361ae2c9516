# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The world of a benchmark: namespaces that end with the script, hosts in them, and pairs of commands that are timed in
# turn. Times are printed and never judged: only ratios of one run mean something.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"

# Once more, in namespaces of its own.
if [ "${BENCH_INSIDE:-}" != yes ]; then
	export BENCH_INSIDE=yes
	exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi

runs=${BENCH_RUNS:-21}
# shellcheck disable=SC2034 # the parts use it
fwport=$top_builddir/src/fwport
mount -t tmpfs tmpfs /run || exit 4
export FWPORT_DATA_DIR=$top_builddir/share FWPORT_CONFIG_DIR=/run/config FWPORT_STATE_DIR=/run/state FWPORT_RUN_DIR=/run/fwport
mkdir -p "$FWPORT_CONFIG_DIR" "$FWPORT_STATE_DIR" "$FWPORT_RUN_DIR"

# make_host NAME: a host with both families, default routes and no firewall.
make_host() {
	ip netns add "$1" && ip -n "$1" link set lo up &&
		ip -n "$1" link add eth0 type veth peer name wire &&
		ip -n "$1" link set wire up && ip -n "$1" link set eth0 up &&
		ip -n "$1" address add 192.0.2.10/24 dev eth0 && ip -n "$1" route add default via 192.0.2.1 || exit 4
	[ ! -e /proc/sys/net/ipv6 ] || {
		ip -n "$1" address add 2001:db8::10/64 dev eth0 nodad && ip -n "$1" route add default via 2001:db8::1
	} || exit 4
}

# foreign_rules COUNT: somebody's ruleset, COUNT rules long: who may reach which port, one in ten a banned address.
foreign_rules() {
	awk -v count="$1" 'BEGIN {
		policy = count ? "drop" : "accept"
		print "table inet filter {\n chain input {\n  type filter hook input priority filter; policy " policy ";"
		for (i = 1; i < count; i++) {
			address = int(i / 65536) % 256 "." int(i / 256) % 256 "." i % 256
			if (i % 10)
				print "  ip saddr 10." address " tcp dport " 1024 + i % 40000 " accept"
			else
				print "  ip saddr 11." address " drop"
		}
		if (count)
			print "  ct state established,related accept"
		print " }\n}"
	}'
}

in_host() {
	ip netns exec "$@"
}

# pair TITLE OPTION... A... -- B...: netns options take a host's name as /run/netns/NAME.
pair() {
	"$top_builddir/tests/bench/pair" -t "$1" -n "$runs" "${@:2}"
}
