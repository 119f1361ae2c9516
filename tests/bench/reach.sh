#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fwport check` against those who only connect: one healthy site, against `curl -sI`; 1,000 of them of which 5 % are dead, against
# `curl --parallel`; and TCP alone, against one nc for each. What each has to say about every target is compared before it is timed.
# Before there is no network any more.
tests=$top_srcdir/tests/reach parts=$top_builddir/tests/reach/parts
[ "${BENCH_INSIDE:-}" = yes ] || { mkdir -p "$(dirname "$parts")" && bash "$tests/parts.sh" "$parts" netcat-openbsd; }
. "$(dirname "$0")/bench.bash"

export FWPORT_LIBEXEC_DIR=$top_builddir/src
world=/run/world
targets=1000 dead_each=20 bound=5 # seconds

mkdir -p "$world/nginx"
for program in nginx dnsmasq; do
	[ -x "$parts/usr/sbin/$program" ] || { echo "bench: apt cannot fetch $program" >&2; exit 4; }
done
python3 -IBS "$tests/certificates.py" "$world" || exit 4

# Where the dead ones are sent to, nothing comes back from.
ip link set lo up && ip netns add nobody && ip link add void arp off type veth peer name void netns nobody &&
	ip -n nobody link set void up && ip link set void up && ip address add 192.0.2.10/24 dev void && ip route add 198.51.100.0/24 dev void || exit 4

# name_of NUMBER ADDRESS: each has an address of its own.
awk -v targets=$targets -v each=$dead_each 'BEGIN {
	for (i = 1; i <= targets; i++)
		print (i % each ? "127.1." int(i / 250) "." i % 250 + 1 : "198.51.100." i / each), "n" i ".site.example"
	print "127.0.0.1 four.site.example\n127.0.0.1 both.site.example\n::1 both.site.example"
}' >"$world/hosts"
awk '/ n[0-9]/ { print "https://" $2 "/" }' "$world/hosts" >"$world/urls"
awk '/^127.1.* n[0-9]/ { print $1 ":443" }' "$world/hosts" >"$world/living"
sed 's/.*/url = "&"\noutput = "\/dev\/null"/' "$world/urls" >"$world/curl"

cat >"$world/nginx.conf" <<END
pid $world/nginx/pid; worker_processes 1; worker_rlimit_nofile 8192; error_log /dev/null;
events { worker_connections 4096; }
http {
	client_body_temp_path $world/nginx; proxy_temp_path $world/nginx; fastcgi_temp_path $world/nginx;
	uwsgi_temp_path $world/nginx; scgi_temp_path $world/nginx; access_log off;
	ssl_protocols TLSv1.2 TLSv1.3;
	ssl_certificate $world/wildcard.pem; ssl_certificate_key $world/wildcard.key;
	server { listen 80 backlog=4096; listen [::]:80; return 301 https://\$host\$request_uri; }
	server {
		listen 443 ssl http2 backlog=4096; listen [::]:443 ssl http2;
		add_header Strict-Transport-Security max-age=31536000;
		location / { default_type text/html; return 200 "<title>A page</title>"; }
	}
}
END
libraries=$(dirname "$parts"/usr/lib/*-linux-gnu/.)
LD_LIBRARY_PATH=$libraries "$parts/usr/sbin/nginx" -c "$world/nginx.conf" -e /dev/null || exit 4
LD_LIBRARY_PATH=$libraries "$parts/usr/sbin/dnsmasq" -C /dev/null -u root -R -h -H "$world/hosts" --pid-file="$world/dnsmasq.pid" \
	--listen-address=127.0.0.1 --local=/site.example/ || exit 4
echo 'nameserver 127.0.0.1' >"$world/resolv.conf" && mount --bind "$world/resolv.conf" /etc/resolv.conf || exit 4

check=("$fwport" check "--cafile=$world/ca.pem" "--timeout=$bound")
ask=(curl --silent --cacert "$world/ca.pem" --max-time "$bound")
