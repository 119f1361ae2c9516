# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The lab for one fault: a client, the router it goes by and the site that it asks for, in namespaces of their own (network, mounts,
# processes), with an /etc of their own. When the lab's first process is killed the kernel takes all the rest away.
#
#   client eth0 192.0.2.10 2001:db8:2::10 ---- lan 192.0.2.1 2001:db8:2::1 router wan 203.0.113.1 2001:db8:7::1
#                                                  192.0.2.53 nameserver            |
#                                                  192.0.2.8  proxy     server eth0 203.0.113.7 2001:db8:7::7
#
# A fault is made by the words below. Those that change the network act at once; nameserver, site and the like say what is
# started once the fault is made, and have healthy answers where a fault says nothing.

SITE4=203.0.113.7
SITE6=2001:db8:7::7
ROUTER6=2001:db8:2::1
PROXY=192.0.2.8
here=${top_srcdir:?}/tests/reach built=${top_builddir:?}
# shellcheck source=servers.bash
. "$here/servers.bash"

# lab_up DIRECTORY PKI: the namespaces and the cables; certificates.py has made PKI.
lab_up() {
	lab=$1 pki=$2
	mkdir -p "$lab"
	# shellcheck disable=SC2016 # for the inner shell
	unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private sh -c '
		mount -t tmpfs tmpfs /run && mkdir /run/etc /run/etc/upper /run/etc/work &&
		mount -t overlay etc -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work /etc &&
		: >"$1/up" && exec sleep infinity' sh "$lab" >>"$lab/log" 2>&1 &
	lab_pid=$!
	await "the namespaces" test -e "$lab/up" && lab_is_another && cables && files
}

lab_down() {
	[ -n "${lab_pid:-}" ] || return 0
	kill -KILL "$lab_pid" 2>/dev/null
	wait "$lab_pid" 2>/dev/null
	lab_pid=
}

# The one thing that must never go wrong: acting on the machine itself.
lab_is_another() {
	local kind
	for kind in net mnt; do
		[ "$(readlink "/proc/$lab_pid/ns/$kind")" != "$(readlink "/proc/self/ns/$kind")" ] && continue
		lab_down
		echo "no $kind namespace of our own" >&2
		return 1
	done
}

# await WHAT COMMAND...: until the command succeeds, fifteen seconds at most.
await() {
	local what=$1 deadline=$((SECONDS + 15))
	shift
	until "$@" 2>/dev/null; do
		if ((SECONDS >= deadline)); then
			echo "waited in vain for $what" >&2
			return 1
		fi
		sleep 0.02
	done
}

router() {
	nsenter --target "${lab_pid:?no lab}" --net --mount --pid="/proc/$lab_pid/ns/pid_for_children" -- "$@"
}

client() {
	router nsenter --net=/run/netns/client -- "$@"
}

server() {
	router nsenter --net=/run/netns/server -- "$@"
}

# Addresses are there at once, also the kernel's own, and ICMP errors are not rationed. Segments are as long as packets, so that a rule about
# lengths sees what a cable would carry.
cables() {
	router sh -c 'ip netns add client && ip netns add server && echo 1 >/proc/sys/net/ipv4/ip_forward && echo 1 >/proc/sys/net/ipv6/conf/all/forwarding' &&
		at_once router && at_once client && at_once server &&
		router ip -batch - <<-END &&
			link set lo up
			link add lan type veth peer name eth0 netns client
			link add wan type veth peer name eth0 netns server
			addr add 192.0.2.1/24 dev lan
			addr add 192.0.2.53/24 dev lan
			addr add $PROXY/24 dev lan
			addr add $ROUTER6/64 dev lan nodad
			addr add 203.0.113.1/24 dev wan
			addr add 2001:db8:7::1/64 dev wan nodad
			link set lan up
			link set wan up
		END
		client ip -batch - <<-END &&
			link set lo up
			addr add 192.0.2.10/24 dev eth0
			addr add 2001:db8:2::10/64 dev eth0 nodad
			link set eth0 up
			route add default via 192.0.2.1
			route add ::/0 via $ROUTER6
		END
		server ip -batch - <<-END
			link set lo up
			addr add $SITE4/24 dev eth0
			addr add $SITE6/64 dev eth0 nodad
			link set eth0 up gso_max_segs 1
			route add default via 203.0.113.1
			route add ::/0 via 2001:db8:7::1
		END
}

# shellcheck disable=SC2016 # for the inner shell
at_once() {
	"$1" sh -c 'cd /proc/sys/net && echo 0 >ipv6/conf/default/accept_dad && echo 0 >ipv6/conf/default/dad_transmits &&
		echo 0 >ipv4/icmp_ratelimit && echo 0 >ipv6/icmp/ratelimit'
}

# What the client is told of names, and whom it trusts.
# shellcheck disable=SC2016 # for the inner shell
files() {
	etc resolv.conf 'nameserver 192.0.2.53' 'options timeout:2 attempts:1' && etc hosts '127.0.0.1 localhost' &&
		etc nsswitch.conf 'passwd: files' 'group: files' 'hosts: files dns' &&
		router mount -t tmpfs tmpfs /etc/ssl/certs &&
		router sh -c 'cp "$1" /etc/ssl/certs/ca-certificates.crt && cp "$1" "/etc/ssl/certs/$(openssl x509 -in "$1" -noout -hash).0"' sh "$pki/ca.pem"
}

# etc NAME LINE...: a file of the client's /etc.
etc() {
	local name=$1
	shift
	# shellcheck disable=SC2016 # for the inner shell
	printf '%s\n' "$@" | router sh -c 'rm -f "/etc/$1" && cat >"/etc/$1"' sh "$name"
}

# --- the words that faults are made of ---

# output RULE, input RULE: of the client's own firewall; redirect RULE: of its NAT. forward RULE: of the router's.
output() { client_rule filter output "$@"; }
input() { client_rule filter input "$@"; }
redirect() { client_rule nat output "$@"; }
client_rule() { # TYPE HOOK RULE
	rule client "$@"
}
forward() { rule router filter forward "$@"; }
capture() { rule router nat prerouting "$@"; }

# network PLACE LINE...: what ip is told there.
network() {
	local place=$1
	shift
	printf '%s\n' "$@" | "$place" ip -batch -
}

# hello_filter NAME TARGET...: what the router does with packets that have the name in them.
hello_filter() {
	local name=$1 command
	shift
	command -v iptables >/dev/null || skips 'needs iptables'
	for command in iptables ip6tables; do
		router "$command" -A FORWARD -p tcp --dport 443 -m string --algo bm --string "$name" "$@" || skips "needs the string match of the kernel"
	done
}

# legacy PROGRAM ARGUMENT...: of iptables-legacy, in the client.
legacy() {
	command -v "$1" >/dev/null || skips "needs $1"
	client env XTABLES_LOCKFILE="$lab/xtables.lock" "$@"
}

# skips WHY: ends the row.
skips() {
	echo "$1" >"$lab/skipped"
	exit 77
}

rule() { # PLACE TYPE HOOK RULE
	local priority=0
	[ "$2" = filter ] || priority=-100
	"$1" nft -f - <<-END
		add table inet lab
		add chain inet lab $2_$3 { type $2 hook $3 priority $priority; }
		add rule inet lab $2_$3 $4
	END
}

# shellcheck disable=SC2034 # read where the row is run
# parts_default: a healthy site, in either family, with h1 alone.
parts_default() {
	url=https://site.example/ seconds=5
	options=() environment=()
	zone 'site.example 203.0.113.7 2001:db8:7::7'
	site '443 cert=healthy http=fine' '80 http=to-https'
}

# What the nameserver says (nameserver.py), what listens on the server (site.py); and of the check the target, the options, the
# environment and the timeout.
zone() { zone=("$@"); }
no_nameserver() { zone=(); }
site() { listeners=("$@"); }
url() { url=$1; }
options() { options=("$@"); }
environment() { environment=("$@"); }
seconds() { seconds=$1; }

# start PLACE PROGRAM ARGUMENT...: a part of ours in the background, until it says that it is ready.
start() {
	local place=$1 program=$2 ready
	shift 2
	ready=$(mktemp -u "$lab/ready.XXXXXX")
	"$place" env PKI="$pki" python3 -IBS "$here/$program" "$ready" "$@" >>"$lab/log" 2>&1 &
	await "$program ($(tail -n 3 "$lab/log"))" test -e "$ready"
}

# start_other PLACE PORT COMMAND...: a part of others', until something listens on the TCP port.
start_other() {
	local place=$1 port=$2
	shift 2
	"$place" "$@" </dev/null >>"$lab/log" 2>&1 &
	await "$1 on port $port" listens "$place" "$port"
}

listens() {
	"$1" python3 -ISc 'import sys; port = "%04X" % int(sys.argv[1])
sys.exit(not any(line.split()[1].endswith(":" + port) and line.split()[3] == "0A" for name in ("tcp", "tcp6") for line in open("/proc/net/" + name)))' "$2"
}

parts_up() {
	[ ${#zone[@]} = 0 ] || start router nameserver.py 192.0.2.53 "${zone[@]}" || return
	[ ${#listeners[@]} = 0 ] || start server site.py "${listeners[@]}"
}

# --- a row, and the check ---

# row_of TABLE ID: what is said of it in its first line, and then the lines that make it.
row_of() {
	awk -v id="$2" '/^[^#\t]/ { mine = $1 == id; if (mine) { sub(/^[^ ]+ +/, ""); print; next } } mine && sub(/^\t/, "")' "$1"
}

# shellcheck disable=SC2154 # row is the caller's
fault_made() {
	local line
	parts_default
	for line in "${row[@]:1}"; do
		eval "$line" || return
	done
	parts_up
}

program() {
	if "$built/fwport" check --help >/dev/null 2>&1; then
		echo "$built/fwport check"
	else
		echo "$built/src/fwport-check"
	fi
}

# as_client SECONDS COMMAND...: there, and no longer. Whatever this shell was told of proxies is not the lab's.
as_client() {
	local most=$1
	shift
	client env -u https_proxy -u HTTPS_PROXY -u ALL_PROXY -u all_proxy -u NO_PROXY -u no_proxy FWPORT_RUN_DIR="$lab/run" \
		FWPORT_STATE_DIR="$lab/state" FWPORT_CONFIG_DIR="$lab/config" "${environment[@]}" timeout -k 5 "$most" "$@" </dev/null
}

# ask PROGRAM WORD...: about the target.
ask() {
	as_client 60 "$@" --timeout="$seconds" "${options[@]}" "$url"
}
