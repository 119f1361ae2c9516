#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport check` against those who only connect: one healthy site on this host, against `curl -sI`; 1,000 of which 5 % are dead,
# against `curl --parallel`; and 1,000 times TCP alone, against an nc for each. That every target of a thousand is called what it is
# is looked at in each run.
#
# Measured by `tests/bench/run.sh reach` on two cores that many others used at the same time (medians of pairs; the aims in brackets):
# - one site: 1.6 to 1.8 times as long as curl by IPv4, and 1.9 to 2.1 by both families, for which curl makes one handshake; on a quiet
#   machine 1.5 (18.5 ms against 12.1) and 1.6 [1.5]; processor time is 1.5 times curl's
# - 1,000 sites, 5 % dead: 0.7 times as long as curl, 7 s against 9, with no wrong verdict; the largest process has 23 MiB [1.2]
# - TCP to 1,000 ports: 0.05 to 0.07 times as long as nc, 0.23 s against 4.3 s [0.1]
# What keeps the first from its aim: of curl's 13 ms 7 are the loading of libcurl and what it needs, which fwport-check has as well.
# Before that fwport itself has to start, 2 ms; then come two more processes, so that nobody with rights talks to strangers, 2 ms;
# the other family's handshake, 2 ms, and port 80.
set -u
# What apt has to bring comes before there is no network any more.
lab=${top_srcdir:?}/tests/reach parts=${top_builddir:?}/tests/reach/parts
[ "${BENCH_INSIDE:-}" = yes ] || { mkdir -p "${parts%/*}" && bash "$lab/parts.sh" "$parts" netcat-openbsd; }
. "$(dirname "$0")/bench.bash"

export FWPORT_LIBEXEC_DIR=$top_builddir/src
world=/run/world targets=1000 dead_each=20 bound=5 # seconds
mkdir -p "$world/nginx" && python3 -IBS "$lab/certificates.py" "$world" || exit 4

# What is sent to 198.51.100.0/24 leaves, and nothing comes back.
network() {
	ip link set lo up && ip netns add nobody && ip link add void arp off type veth peer name void netns nobody &&
		ip -n nobody link set void up && ip link set void up && ip address add 192.0.2.10/24 dev void &&
		ip route add 198.51.100.0/24 dev void
}

# Each of the many sites has a name and an address of its own.
names() {
	awk -v targets="$targets" -v each="$dead_each" 'BEGIN {
		for (i = 1; i <= targets; i++)
			print i % each ? "127.1." int(i / 250) "." i % 250 + 1 : "198.51.100." i / each, "n" i ".site.example"
		print "127.0.0.1 four.site.example\n127.0.0.1 both.site.example\n::1 both.site.example"
	}' >"$world/hosts"
	awk '/ n[0-9]/ { print "https://" $2 "/" }' "$world/hosts" >"$world/urls"
	sed 's/.*/url = "&"\noutput = "\/dev\/null"/' "$world/urls" >"$world/for-curl"
	awk -v targets="$targets" 'BEGIN { for (i = 1; i <= targets; i++) print "127.2." int(i / 250) "." i % 250 + 1, 443 }' >"$world/for-nc"
	tr ' ' : <"$world/for-nc" >"$world/ports"
}

# part PROGRAM ARGUMENT...: in the background.
part() {
	local libraries
	libraries=$(dirname "$parts"/usr/lib/*-linux-gnu/.)
	LD_LIBRARY_PATH=$libraries "$parts/usr/sbin/$1" "${@:2}" && return
	echo "bench: $1 does not start; apt has to fetch it" >&2
	exit 4
}

site() {
	cat >"$world/nginx.conf" <<-END
		pid $world/nginx/pid; worker_processes 1; worker_rlimit_nofile 8192; error_log /dev/null;
		events { worker_connections 4096; }
		http {
			client_body_temp_path $world/nginx; proxy_temp_path $world/nginx; fastcgi_temp_path $world/nginx;
			uwsgi_temp_path $world/nginx; scgi_temp_path $world/nginx; access_log off; ssl_protocols TLSv1.2 TLSv1.3;
			ssl_certificate $world/wildcard.pem; ssl_certificate_key $world/wildcard.key;
			server { listen 80 backlog=4096; listen [::]:80; return 301 https://\$host\$request_uri; }
			server {
				listen 443 ssl http2 backlog=4096; listen [::]:443 ssl http2;
				add_header Strict-Transport-Security max-age=31536000;
				location / { default_type text/html; return 200 "<title>A page</title>"; }
			}
		}
	END
	part nginx -c "$world/nginx.conf" -e /dev/null
}

nameserver() {
	part dnsmasq -C /dev/null -u root -R -h -H "$world/hosts" --pid-file="$world/dnsmasq" --listen-address=127.0.0.1 --local=/site.example/
	echo 'nameserver 127.0.0.1' >"$world/resolv.conf" && mount --bind "$world/resolv.conf" /etc/resolv.conf || exit 4
}

network || exit 4
names
site
nameserver
check=("$fwport" check "--cafile=$world/ca.pem" "--timeout=$bound")
curl=(curl --silent --cacert "$world/ca.pem" --max-time "$bound")

pair "a healthy site, IPv4: fwport check | curl -sI" "${check[@]}" four.site.example -- "${curl[@]}" -I https://four.site.example/
pair "a healthy site, both families: fwport check | curl -sI" "${check[@]}" both.site.example -- "${curl[@]}" -I https://both.site.example/

all_runs=$runs runs=$((all_runs < 3 ? all_runs : 3))
many=("${check[@]}" --json "--file=$world/urls")
# shellcheck disable=SC2016 # for the inner shell
pair "$targets sites, 5 % dead: fwport check --file --json | curl --parallel" \
	-B "python3 -IBS '$top_srcdir/tests/bench/reach_verdicts.py' $world/found $dead_each $targets" \
	sh -c '"$@" >/run/world/found; [ $? -eq 1 ]' fwport "${many[@]}" -- \
	sh -c '"$@" 2>/dev/null; [ $? -eq 28 ]' curl "${curl[@]}" --parallel --parallel-max 64 --config "$world/for-curl"
python3 -IBS -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print("    the largest process of A: %d MiB" % (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))' "${many[@]}"

runs=$((all_runs < 5 ? all_runs : 5))
connect=("$parts/bin/nc.openbsd" -z) what="nc -z"
# shellcheck disable=SC2016 # for the inner shell
[ -x "${connect[0]}" ] || connect=(bash -c 'exec 3<>"/dev/tcp/$0/$1"') what="bash with /dev/tcp"
pair "TCP to $targets ports: fwport check --stage=tcp | xargs $what" \
	"${check[@]}" --stage=tcp "--file=$world/ports" -- xargs -a "$world/for-nc" -n 2 "${connect[@]}"
