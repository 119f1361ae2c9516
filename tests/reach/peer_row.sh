#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One row for all programs: TABLE ID DIRECTORY PKI. Prints "row ID KIND PROGRAM=ANSWER...": yes, where the output names the fault, or
# where there is none and the program is content; no; or - where the program is not here.
set -u
# shellcheck source=lab.bash
. "${top_srcdir:?}/tests/reach/lab.bash"

found() {
	command -v "$1" || find "$built/tests/reach/parts/usr" -type f -name "$1" 2>/dev/null | grep .
}

# Each says on standard output what it has to say, and is content or not.
say_fwport() {
	local command
	read -ra command <<<"$(program)"
	ask "${command[@]}" --json
}

say_curl() {
	as_client 30 curl -sv -L --max-redirs 8 --max-time 10 -o /dev/null "$url"
}

# What it does not like in every certificate of the lab does not count. It looks for its data in /etc, and for a program that asks the DNS in PATH.
say_testssl() {
	local script parts=$built/tests/reach/parts
	script=$(found testssl) || return 127
	[ ! -d "$parts/etc/testssl" ] || router cp -r "$parts/etc/testssl" /etc/
	as_client 150 env PATH="$PATH:$parts/usr/bin" LD_LIBRARY_PATH="$(dirname "$parts"/usr/lib/*-linux-gnu/.)" \
		bash "$script" --quiet --color 0 --warnings off --connect-timeout 5 --openssl-timeout 5 --add-ca "$cafile" -p -S -h -H "$url" &&
		! grep 'NOT ok' "$lab/testssl.out" | grep -qv 'neither CRL nor OCSP'
}

say_blackbox() {
	local exporter
	exporter=$(found prometheus-blackbox-exporter) || return 127
	printf '%s\n' 'modules: {https: {prober: http, timeout: 10s, http: {fail_if_not_ssl: true}}}' >"$lab/blackbox.yml"
	client env "${environment[@]}" "$exporter" --config.file="$lab/blackbox.yml" --web.listen-address=127.0.0.1:9115 >>"$lab/log" 2>&1 &
	await "the exporter" listens client 9115
	as_client 30 curl -s --noproxy '*' "http://127.0.0.1:9115/probe?module=https&debug=true&target=$url" | tee "$lab/probe"
	grep -q '^probe_success 1' "$lab/probe"
}

say_check_http() {
	local plugin host=${url#https://} port=443
	plugin=$(found check_http) || return 127
	host=${host%/}
	[[ $host != *:* ]] || { port=${host##*:} && host=${host%:*}; }
	as_client 30 "$plugin" -t 10 --sni -S -H "$host" -p "$port" -C 14
	as_client 30 "$plugin" -v -t 10 --sni -S -H "$host" -p "$port" -f follow
}

# Is the fault named, or a control content?
is_right() { # PROGRAM STATUS
	if [ "$1" = fwport ]; then
		python3 -IBS "$here/named.py" "$id" "${expected[@]}" <"$lab/fwport.out" >>"$lab/log"
	elif [ "${expected[0]}" = control ]; then
		[ "$2" = 0 ]
	else
		[ -n "$words" ] && grep -qiE "$words" "$lab/$1.out"
	fi
}

answer_of() { # PROGRAM
	local status
	"say_$1" >"$lab/$1.out" 2>&1
	status=$?
	if [ "$status" = 127 ]; then
		echo -
	elif is_right "$1" "$status"; then
		echo yes
	else
		echo no
	fi
}

id=$2
mapfile -t row < <(row_of "$1" "$id")
read -ra expected <<<"${row[0]:?no row $id}"
words=$(awk -v id="$id" '$1 == id { sub(/^[^ ]+ +/, ""); print }' "$here/peers.words")
exec 3>&1
trap 'lab_down' EXIT
{ lab_up "$3" "$4" && fault_made; } >>"$3.log" 2>&1 || { echo "# $id is not made" && exit; }
cafile=$pki/ca.pem
[[ ${options[*]} != --cafile=* ]] || { cafile=${options[0]#*=} && environment+=("CURL_CA_BUNDLE=$cafile" "SSL_CERT_FILE=$cafile"); }
# By way of a file: what runs in the background would hold a pipe.
for name in fwport curl testssl blackbox check_http; do
	{ echo -n " $name=" && answer_of "$name"; } >>"$lab/answers"
done
echo "row $id (${expected[0]})$(tr -d '\n' <"$lab/answers")"
[ -z "$PEERS_OUT" ] || { mkdir -p "$PEERS_OUT/$id" && cp "$lab"/*.out "$PEERS_OUT/$id/"; }
