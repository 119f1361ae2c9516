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

say_testssl() {
	local script
	script=$(found testssl) || return 127
	as_client 150 env TESTSSL_INSTALL_DIR="$(find "$built/tests/reach/parts" -type d -name testssl.sh -path '*share/testssl*' -o -type d -path '*etc/testssl' | head -n 1)" \
		bash "$script" --quiet --color 0 --warnings off --connect-timeout 5 --openssl-timeout 5 --ip one -p -S -h -H -P "$url"
}

say_blackbox() {
	local exporter
	exporter=$(found prometheus-blackbox-exporter) || return 127
	printf '%s\n' 'modules: {https: {prober: http, timeout: 10s, http: {fail_if_not_ssl: true}}}' >"$lab/blackbox.yml"
	client "$exporter" --config.file="$lab/blackbox.yml" --web.listen-address=127.0.0.1:9115 >>"$lab/log" 2>&1 &
	await "the exporter" listens client 9115
	as_client 30 curl -s --noproxy '*' "http://127.0.0.1:9115/probe?module=https&debug=true&target=$url" | tee "$lab/probe"
	grep -q '^probe_success 1' "$lab/probe"
}

say_check_http() {
	local plugin host=${url#https://}
	plugin=$(found check_http) || return 127
	host=${host%%/*}
	as_client 30 "$plugin" -v -t 10 --sni -S -H "${host%%:*}" -p "${host##*:}" -f follow -C 14
	as_client 30 "$plugin" -v -t 10 --sni -S -H "${host%%:*}" -p "${host##*:}" -f follow
}

answer_of() { # PROGRAM
	local status
	"say_$1" >"$lab/$1.out" 2>&1
	status=$?
	if [ "$status" = 127 ]; then
		echo -
	elif [ "$kind" = control ]; then
		[ "$status" = 0 ] && echo yes || echo no
	else
		[ -n "$words" ] && grep -qiE "$words" "$lab/$1.out" && echo yes || echo no
	fi
}

id=$2
mapfile -t row < <(row_of "$1" "$id")
read -r kind _ <<<"${row[0]:?no row $id}"
words=$(awk -v id="$id" '$1 == id { sub(/^[^ ]+ +/, ""); print }' "$here/peers.words")
exec 3>&1
trap 'lab_down' EXIT
{ lab_up "$3" "$4" && fault_made; } >>"$3.log" 2>&1 || { echo "# $id is not made" && exit; }
# By way of a file: what runs in the background would hold a pipe.
for name in fwport curl testssl blackbox check_http; do
	{ echo -n " $name=" && answer_of "$name"; } >>"$lab/answers"
done
echo "row $id ($kind)$(tr -d '\n' <"$lab/answers")"
[ -z "$PEERS_OUT" ] || { mkdir -p "$PEERS_OUT/$id" && cp "$lab"/*.out "$PEERS_OUT/$id/"; }
