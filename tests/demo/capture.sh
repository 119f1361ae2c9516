#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pictures of fwport at work, from real runs on a terminal: capture.sh FWPORT DIRECTORY. The host whose ports are opened lives in
# namespaces that end with this script, as do its servers. What differs from run to run is made the same: process numbers.
set -eu

fwport=$(realpath "${1:?usage: capture.sh FWPORT DIRECTORY}")
to=$(realpath "${2:?usage: capture.sh FWPORT DIRECTORY}")
here=$(realpath "$(dirname "$0")")
columns=86

if [ "${3:-}" != inside ]; then
	exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" "$fwport" "$to" inside
fi

mount -t tmpfs tmpfs /run
work=$(mktemp -d /run/capture.XXXXXX)
export FWPORT_CONFIG_DIR=$work/config FWPORT_STATE_DIR=$work/state FWPORT_RUN_DIR=$work/run FWPORT_DATA_DIR=$work/data
mkdir "$FWPORT_CONFIG_DIR" "$FWPORT_STATE_DIR" "$FWPORT_RUN_DIR" "$FWPORT_DATA_DIR"
ln -s "$here/../../profiles" "$FWPORT_DATA_DIR/profiles"
ln -s "$here/../../profiles/services" "$FWPORT_DATA_DIR/services"

make_host() {
	ip netns add client
	ip link add eth0 type veth peer name eth0 netns client
	ip address add 192.0.2.10/24 dev eth0
	ip address add 2001:db8::10/64 dev eth0 nodad
	ip link set lo up
	ip link set eth0 up
	ip -n client address add 192.0.2.1/24 dev eth0
	ip -n client link set eth0 up
	ip route add default via 192.0.2.1
	ip -6 route add default dev eth0
}

# Two owners, the second of whom comes late.
make_firewall() {
	nft -f - <<-'END'
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop;
				ct state established,related accept
				iifname "lo" accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 22 accept comment "the admins"
			}
		}
		table inet hosting {
			chain incoming {
				type filter hook input priority filter + 10; policy accept;
				ct state established,related accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 22 accept
				reject with icmpx admin-prohibited comment "the hosting company"
			}
		}
	END
}

# Its number is as wide each time, since a table's columns are as wide as their words.
make_server() {
	echo 811 >/proc/sys/kernel/ns_last_pid 2>/dev/null || :
	python3 -ISc '
import socket
server = socket.create_server(("", 443), family=socket.AF_INET6, dualstack_ipv6=True)
open("/run/ready", "w").close()
while True:
    server.accept()[0].close()' >/dev/null 2>&1 &
	local deadline=$((SECONDS + 60))
	until [ -e /run/ready ]; do
		((SECONDS < deadline))
		sleep 0.05
	done
}

# What the terminal shows of a command, whatever its answer.
show() {
	printf '\033[1m# fwport %s\033[0m\n' "$*"
	env TERM=xterm LC_ALL=C.UTF-8 NO_COLOR= python3 -IS "$here/../cli/terminal.py" "$columns" "$fwport" "$@" || true
}

# picture NAME TITLE < BYTES
picture() {
	sed -E 's/pid [0-9]+/pid 812/g' | python3 -IS "$here/svg.py" "$columns" "$2" >"$to/$1.svg"
}

make_host
make_firewall
make_server
show why in https | picture why "fwport why in https: blocked, and by which rules"
{ show open https; echo; show status; } | picture open "fwport open https: open, and proved"
show plan web | picture plan "fwport plan web: what apply would change"
