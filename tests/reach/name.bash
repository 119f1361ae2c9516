# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A host and the other end of its cable, in namespaces of their own, with an /etc of the test's: what a name leads to, and by which
# way, is told by the JSON of fwport-check. The other end has the nameservers (dns_server.py) and something that listens on 443.
#
#	host eth0 192.0.2.10 2001:db8::10 ---- eth0 router 192.0.2.1 2001:db8::1
#	                                                   nameservers 192.0.2.53, 192.0.2.54, 2001:db8::53
#	                                                   site 192.0.2.80 2001:db8::80, port 443

# Processes, waiting and telling are those of any test's world; what the host is, is not.
. "${top_srcdir:?}/tests/cli/world.bash"
here=$top_srcdir/tests/reach built=$top_builddir

# shellcheck disable=SC2016 # the $1 is for the inner shell
world_up() {
	[ "$(id -u)" = 0 ] || skip "needs root to make namespaces"
	world=$BATS_TEST_TMPDIR
	unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private sh -c '
		mount -t tmpfs tmpfs /run && for file in resolv.conf hosts nsswitch.conf; do
			: >"/run/$file" && mount --bind "/run/$file" "/etc/$file" || exit 1
		done
		: >"$1" && exec sleep infinity' sh "$world/up" >"$world/log" 2>&1 3>&- &
	world_pid=$!
	await "the namespaces: $(cat "$world/log")" test -e "$world/up"
	world_is_another
	etc resolv.conf 'nameserver 192.0.2.53'
	etc hosts '127.0.0.1 localhost'
	etc nsswitch.conf 'hosts: files dns'
	cable
}

router() {
	host nsenter --net=/run/netns/router -- "$@"
}

# etc FILE LINE...: what stands in /etc/FILE.
etc() {
	local file=$1
	shift
	printf '%s\n' "$@" | host sh -c "cat >/etc/$file"
}

cable() {
	host ip netns add router
	host ip -batch - <<-END
		link set lo up
		link add eth0 type veth peer name eth0 netns router
		addr add 192.0.2.10/24 dev eth0
		addr add 2001:db8::10/64 dev eth0 nodad
		link set eth0 up
		route add default via 192.0.2.1
		route add ::/0 via 2001:db8::1
	END
	router ip -batch - <<-END
		link set lo up
		addr add 192.0.2.1/24 dev eth0
		addr add 192.0.2.53/24 dev eth0
		addr add 192.0.2.54/24 dev eth0
		addr add 192.0.2.80/24 dev eth0
		addr add 2001:db8::1/64 dev eth0 nodad
		addr add 2001:db8::53/64 dev eth0 nodad
		addr add 2001:db8::80/64 dev eth0 nodad
		link set eth0 up
	END
	router sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; echo 1 >/proc/sys/net/ipv4/ip_forward'
	site router 443@192.0.2.80 443@2001:db8::80
}

# site PLACE PORT[@ADDRESS]...: where host or router listens.
site() {
	local place=$1 ready=$world/ready.$RANDOM
	shift
	"$place" python3 -IS "$top_srcdir/tests/cli/server.py" "$ready" "$@" >>"$world/log" 2>&1 3>&- &
	await "site $* ($(cat "$world/log"))" test -e "$ready"
}

# nameservers [host] ADDRESS=WAY...: see dns_server.py.
nameservers() {
	local place=router ready=$world/ready.$RANDOM
	[ "$1" != host ] || { place=host && shift; }
	"$place" python3 -IS "$here/dns_server.py" "$@" >"$ready" 2>>"$world/log" 3>&- &
	await "nameservers $* ($(cat "$world/log"))" grep -q ready "$ready"
}

# check ARGUMENT...: as far as TCP, and what it says in JSON: $output.
check() {
	run --separate-stderr host timeout 60 "$built/src/fwport-check" --json --stage=tcp "$@"
	told="fwport-check $*"
	keep_json --json "$@"
}

# shellcheck disable=SC2154
field() {
	python3 -IS "$top_srcdir/tests/cli/field.py" "$1" <<<"$output"
}

assert_verdict() { # PARTY/CODE
	local seen
	seen=$(field verdict.party)/$(field verdict.code)
	[ "$seen" = "$1" ] || { tell "the verdict is $seen, $1 expected" && return 1; }
}

assert_says() {
	[[ $(field verdict.text) == *"$1"* ]] || { tell "\"$1\" is not said" && return 1; }
}

assert_resolver() { # FIELD VALUE
	assert_field "stages.resolver.$1" "$2"
}
