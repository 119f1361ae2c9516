#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# packages.sh NAME...: fetches packages of Debian, which apt checks, and prints their files. They stay in the cache. They are for
# throw-away copies: on this machine they would change its firewall. Exits with 77 where they are not to be had.
set -u
cache=${XDG_CACHE_HOME:-/var/cache}/fwport-tests/packages
mkdir -p "$cache" && cd "$cache" || exit 4
# Tests that want the same package are not to see a part of it.
exec 9>lock && flock -w 300 9 || exit 4

kept() {
	find "$cache" -name "$1_*.deb" | sort -V | tail -n 1
}

for name; do
	[ -n "$(kept "$name")" ] || timeout -k 5 120 apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 download "$name" >log 2>&1 ||
		{ echo "apt cannot fetch $name" >&2 && exit 77; }
	kept "$name"
done
