#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The Ansible collection against FLEET hosts in one run: each has namespaces, a closed firewall and a connection of its own. What a pass
# takes is told, and not judged.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
here=$top_srcdir/tests/ansible
fleet=${FLEET:-40}
export LC_ALL=C.UTF-8 PATH=$top_builddir:$PATH

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] || skip_all "needs root to make namespaces"
	command -v nft >/dev/null || skip_all "needs nft"
	command -v ansible-playbook >/dev/null || skip_all "needs ansible"
	directory=$(mktemp -d)
	trap 'rm -rf "$directory"' EXIT
	unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private bash "$0" inside "$directory" </dev/null
	exit
fi

directory=$2
number=0

claim() { # TEXT COMMAND...
	local text=$1
	shift
	number=$((number + 1))
	if "$@" >"$directory/claim" 2>&1; then
		echo "ok $number $text"
	else
		echo "not ok $number $text"
		tail -n 60 "$directory/claim" | sed 's/^/# /'
	fi
}

hosts() {
	local i
	for ((i = 1; i <= fleet; i++)); do printf 'h%02d\n' "$i"; done
}

address() { # HOST
	echo "192.0.2.$((10 + 10#${1#h}))"
}

addresses() { # [GREP OPTION]...
	local host
	for host in $(hosts | grep "${@:-.}"); do address "$host"; done | paste -sd,
}

# Each on a port of one switch, which is the controller's.
cables() {
	local host
	ip -batch - <<-END
		link set lo up
		link add switch type bridge
		addr add 192.0.2.1/24 dev switch
		link set switch up
	END
	for host in $(hosts); do
		ip netns add "$host"
		ip link add "$host" master switch up type veth peer name eth0 netns "$host"
		ip -n "$host" -batch - <<-END
			link set lo up
			addr add $(address "$host")/24 dev eth0
			link set eth0 up
			route add default via 192.0.2.1
		END
		ip netns exec "$host" nft -f - <<-END
			table inet filter {
				chain input {
					type filter hook input priority filter; policy drop
					ct state established accept
					meta l4proto { icmp, ipv6-icmp } accept
				}
			}
		END
	done
}

listening() {
	local host
	for host in $(hosts); do [ -e "$directory/$host/up" ] || return 1; done
}

fleet_starts() {
	local deadline=$((SECONDS + 120)) host
	mount -t tmpfs tmpfs /run && mkdir /run/netns && cables || return 1
	python3 -IS "$here/fleet.py" "$directory" "$fleet" >"$directory/fleet.log" 2>&1 &
	until listening; do
		((SECONDS < deadline)) || { cat "$directory/fleet.log" && return 1; }
		sleep 0.1
	done
	for host in $(hosts); do on "$host" fwport open 22 || return 1; done
}

on() { # HOST COMMAND...
	local host=$1
	shift
	FWPORT_CONFIG_DIR=$directory/$host/etc FWPORT_STATE_DIR=$directory/$host/state FWPORT_RUN_DIR=$directory/$host/run \
		ip netns exec "$host" "$@"
}

rules() { # HOST
	on "$1" nft -s list ruleset
}

# What fwport holds open there, and whether it is.
held() { # HOST...
	local host
	for host; do
		on "$host" fwport status --json | python3 -IS -c 'import json, sys
for opening in json.load(sys.stdin)["openings"]:
	print(*(opening[key] for key in ("ports", "protocol", "from", "family", "verdict", "saved")))'
	done
}

# What all hosts have: their rules, and their records.
present() {
	local host
	for host in $(hosts); do
		rules "$host"
		cat "$directory/$host/state/state.json"
	done
}

collection() {
	mkdir -p "$directory/collections/ansible_collections/fwport" "$directory/ansible" &&
		cp -r "$top_srcdir/packaging/ansible" "$directory/collections/ansible_collections/fwport/fwport"
	: >"$directory/ansible.cfg"
	export HOME=$directory/ansible ANSIBLE_CONFIG=$directory/ansible.cfg ANSIBLE_LOCAL_TEMP=$directory/ansible/local ANSIBLE_COLLECTIONS_PATH=$directory/collections \
		ANSIBLE_CONNECTION_PLUGINS=$here/connection ANSIBLE_PIPELINING=1 ANSIBLE_NOCOLOR=1 ANSIBLE_FORKS=10 ANSIBLE_DEPRECATION_WARNINGS=0 \
		ANSIBLE_HOST_KEY_CHECKING=0 PYTHONDONTWRITEBYTECODE=1
	{
		for host in $(hosts); do echo "$host ansible_host=$(address "$host")"; done
		printf '%s\n' '[all:vars]' ansible_connection=fleet "ansible_python_interpreter=$(command -v python3)" \
			"careless=$careless" "reckless=$reckless" '[web]' h03
	} >"$directory/inventory"
}

# play NAME PLAYBOOK [OPTION]...: its output stays in NAME.
play() {
	local name=$1 started=$EPOCHREALTIME
	shift
	timeout 900 ansible-playbook -i "$directory/inventory" "$@" >"$directory/$name" 2>&1
	awk -v name="$name" -v hosts="$fleet" -v from="$started" -v to="$EPOCHREALTIME" \
		'BEGIN { printf "# %s: %d hosts in %.1f s\n", name, hosts, to - from }'
}

# recap NAME COUNT WORD...: so many hosts have all of these words in their line at the end.
recap() {
	local name=$1 count=$2 word seen
	shift 2
	seen=$(grep -E '^h[0-9]+ +: ok=' "$directory/$name")
	for word; do seen=$(grep -w -- "$word" <<<"$seen"); done
	[ "$(grep -c . <<<"$seen")" -eq "$count" ] || { cat "$directory/$name" && return 1; }
}

says() { # NAME TEXT...
	local name=$1 text
	shift
	for text; do
		grep -qF -- "$text" "$directory/$name" || { echo "\"$text\" is not said" && cat "$directory/$name" && return 1; }
	done
}

expect() { # ADDRESSES PORT=WORD...
	python3 -IS "$top_srcdir/tests/cli/client.py" "$@"
}

same() {
	diff <(echo "$1") <(echo "$2")
}

careless=h01
reckless=h02

echo 1..20
claim "a fleet of $fleet hosts, each reached by a port that fwport opened" fleet_starts
collection
claim "ansible-doc shows the module" timeout 300 ansible-doc fwport.fwport.fwport
claim "443 is closed" expect "$(addresses)" 443=timeout

before=$(present)
play check "$here/apply.yml" --check --diff
claim "check: each would change" recap check "$fleet" changed=1 failed=0 unreachable=0
claim "check: the difference is shown" says check '+in 443/tcp https' '+in 9000-9010/udp from 192.0.2.0/24 ipv4'
claim "check: nothing changed" same "$before" "$(present)"

play apply "$here/apply.yml"
claim "apply: each changed" recap apply "$fleet" changed=1 failed=0 unreachable=0
claim "apply: 443 is open, by packets" expect "$(addresses)" 443=open 8443=timeout

before=$(present)
play again "$here/apply.yml"
claim "apply again: none changed" recap again "$fleet" changed=0 failed=0 unreachable=0
claim "apply again: nothing changed" same "$before" "$(present)"

before=$(held "$careless" "$reckless")
play exclusive "$here/exclusive.yml" --diff
claim "exclusive: each changed, but for two" recap exclusive $((fleet - 2)) changed=1 failed=0 unreachable=0
claim "exclusive: what goes is shown" says exclusive '-in 443/tcp https' '+in 8443/tcp'
claim "exclusive: what is not named is closed" expect "$(addresses -v -e "$careless" -e "$reckless")" 443=timeout 8443=open
claim "lock-out: both fail" recap exclusive 2 changed=0 failed=1 unreachable=0
claim "lock-out: who is careless is refused, and told why" says exclusive \
	"fatal: [$careless]" "a new connection from 192.0.2.1 to port 22 (found by all connections to listening sshds) would be blocked"
claim "lock-out: who is reckless is taken back by his own watchdog, and told" says exclusive \
	"fatal: [$reckless]" "with generation 3 the host could not be reached over a new connection; its watchdog has rolled it back"
claim "lock-out: both are open as they were" same "$before" "$(held "$careless" "$reckless")"
claim "lock-out: and both are reached as before" expect "$(addresses -e "$careless" -e "$reckless")" 22=no-data 443=open 8443=timeout

play role "$top_srcdir/packaging/ansible/examples/web.yml" -e ansible_become=false -e fwport_package= -e fwport_restore=false
claim "role: the example is done" recap role 1 changed=1 failed=0
claim "role: by packets" expect "$(address h03)" 443=open 8443=timeout 22=no-data
