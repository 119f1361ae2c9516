#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# parts.sh DIRECTORY [PACKAGE...]: servers as others run them (and more), from packages of Debian that apt checks, unpacked there and not installed, since
# some would start when they are. The packages stay in the cache. What is not to be had is missing: rows that need it are skipped.
set -u
packages=(nginx caddy dnsmasq-base tinyproxy-bin gnutls-bin sslsplit libevent-openssl-2.1-7 libevent-pthreads-2.1-7 libevent-2.1-7
	libnet1 libpcap0.8)
cache=${XDG_CACHE_HOME:-/var/cache}/fwport-tests/packages
packages+=("${@:2}")
mkdir -p "$1" "$cache" && root=$(cd "$1" && pwd) && cd "$cache" || exit 4
exec 9>lock && flock -w 300 9 || exit 4

kept() {
	find "$cache" -name "$1_*.deb" | sort -V | tail -n 1
}

missing=()
for name in "${packages[@]}"; do
	[ -n "$(kept "$name")" ] || missing+=("$name")
done
[ ${#missing[@]} = 0 ] || timeout -k 5 120 apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 download "${missing[@]}" >log 2>&1
for name in "${packages[@]}"; do
	[ -z "$(kept "$name")" ] || [ -e "$root/$name" ] || { dpkg -x "$(kept "$name")" "$root" && : >"$root/$name"; }
done
