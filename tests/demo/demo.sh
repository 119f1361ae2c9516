#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fwport at work, with real packets: demo.sh FWPORT. A host, its client and all they run live in namespaces that end with
# this script. Every claim is checked, and the first that is not true ends the demo with status 1.
set -u

fwport=$(realpath "${1:?usage: demo.sh FWPORT}") || exit 2

# A process, mount and network namespace for all that follows: nothing in it outlives the script, nothing outside sees it.
if [ "${2:-}" != inside ]; then
	unshare --net --mount --pid true 2>/dev/null || {
		echo "demo: namespaces cannot be made here (needs root and CAP_SYS_ADMIN)" >&2
		exit 4
	}
	exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" "$fwport" inside
fi

mount -t tmpfs tmpfs /run || exit 4
work=$(mktemp -d /run/demo.XXXXXX) || exit 4
export FWPORT_CONFIG_DIR=$work/config FWPORT_STATE_DIR=$work/state FWPORT_RUN_DIR=$work/run
export CURL_HOME=$work
mkdir "$FWPORT_CONFIG_DIR" "$FWPORT_STATE_DIR" "$FWPORT_RUN_DIR"

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

heading() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

untrue() {
	printf '\nThe demo is wrong: %s\n' "$*"
	exit 1
}

# --- the world ---

make_network() {
	ip netns add host && ip netns add client &&
		ip -n host link add eth0 type veth peer name eth0 netns client &&
		ip -n host address add 192.0.2.10/24 dev eth0 &&
		ip -n client address add 192.0.2.1/24 dev eth0 || return
	if [ -e /proc/sys/net/ipv6 ]; then
		ip -n host address add 2001:db8::10/64 dev eth0 nodad &&
			ip -n client address add 2001:db8::1/64 dev eth0 nodad || return
	fi
	for side in host client; do
		ip -n "$side" link set lo up && ip -n "$side" link set eth0 up || return
	done
	ip -n host route add default via 192.0.2.1
	[ ! -e /proc/sys/net/ipv6 ] || ip -n host route add default via 2001:db8::1
}

# Two owners who never heard of each other, and of fwport.
make_firewall() {
	ip netns exec host nft -f - <<-'END'
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
				iifname "lo" accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 22 accept
				reject with icmpx admin-prohibited comment "the hosting company"
			}
		}
	END
}

# An HTTPS server on 443 and, to see that it stays closed, a plain one on 8080.
make_servers() {
	cd "$work" && mkdir www && echo 'Hello from 443.' >www/index.html || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=www.example.org \
		-addext subjectAltName=DNS:www.example.org -keyout key.pem -out cert.pem 2>openssl.log || return
	cat >server.py <<-'END'
		import functools, http.server, os, socket, socketserver, ssl, threading
		class Server(http.server.ThreadingHTTPServer):
		    server_bind = socketserver.TCPServer.server_bind  # HTTPServer's would ask the DNS for its name
		    address_family = socket.AF_INET6 if os.path.exists("/proc/sys/net/ipv6") else socket.AF_INET
		page = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
		web, other = Server(("", 443), page), Server(("", 8080), page)
		context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
		context.load_cert_chain("cert.pem", "key.pem")
		web.socket = context.wrap_socket(web.socket, server_side=True)
		threading.Thread(target=other.serve_forever).start()
		open("ready", "w").close()
		web.serve_forever()
	END
	cat >.curlrc <<-END
		silent
		show-error
		connect-timeout = 1
		max-time = 5
		cacert = "$work/cert.pem"
		resolve = "www.example.org:443:192.0.2.10,[2001:db8::10]"
		resolve = "www.example.org:8080:192.0.2.10,[2001:db8::10]"
	END
	ip netns exec host python3 server.py >server.log 2>&1 &
	local tries=0
	until [ -e ready ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || return
		sleep 0.05
	done
}

ruleset() {
	ip netns exec host nft -s list ruleset
}

# --- what is shown ---

# host COMMAND...: shown, run, and its status and output kept for the claim that follows.
host() {
	printf '\nhost# %s\n' "$*"
	[ "$1" != fwport ] || set -- "$fwport" "${@:2}"
	run_in host "$@"
}

client() {
	printf '\nclient$ %s\n' "$*"
	run_in client "$@"
}

run_in() {
	ip netns exec "$1" "${@:2}" >"$work/said" 2>&1 </dev/null
	status=$?
	sed 's/^/  /' "$work/said"
}

# expect STATUS WORD...: the last command ended so, and said each word.
expect() {
	local wanted=$1 word
	shift
	[ "$status" -eq "$wanted" ] || untrue "the exit status is $status, not $wanted"
	for word; do
		grep -qF -e "$word" "$work/said" || untrue "\"$word\" is not in the output"
	done
}

expect_failure() {
	[ "$status" -ne 0 ] || untrue "this ought to have failed"
}

families=-4
[ ! -e /proc/sys/net/ipv6 ] || families='-4 -6'

clients_are_served() {
	for family in $families; do
		client curl "$family" https://www.example.org/
		expect 0 'Hello from 443.'
	done
}

clients_fail() {
	for family in $families; do
		client curl "$family" https://www.example.org/
		expect_failure
	done
}

make_network || untrue "the namespaces could not be set up"
make_firewall || untrue "the firewall could not be set up"
make_servers || untrue "the web server does not start: $(cat "$work"/*.log)"
ruleset >"$work/before"

heading "A host with a web server on 443, and a firewall with two owners"
host nft list ruleset
expect 0 'policy drop' 'the hosting company'

heading "Nobody gets in"
clients_fail

heading "The usual way: a table of one's own that accepts 443. It reports success, and changes nothing"
host nft 'table inet mine { chain input { type filter hook input priority -10; tcp dport 443 accept; }; }'
expect 0
client curl -4 https://www.example.org/
expect_failure
host nft delete table inet mine
expect 0

heading "Who is it?"
host fwport why in 443
expect 1 'inet filter' 'inet hosting' 'reject'

heading "Open it, and have it proved"
host fwport open https
expect 0 'proved'
clients_are_served

heading "Nothing else is open"
client curl -4 http://www.example.org:8080/
expect_failure
host fwport status
expect 0 'https'

heading "Close it"
host fwport close https
expect 0
clients_fail

heading "The ruleset is byte for byte what it was"
ruleset >"$work/after"
cd "$work" || exit 4
printf '\nhost# nft -s list ruleset >after; cmp before after\n'
cmp before after || untrue "the ruleset is not what it was: $(diff before after)"
printf '\n%sAll of it was true.%s\n' "$bold" "$plain"
