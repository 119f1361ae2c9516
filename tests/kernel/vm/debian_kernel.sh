#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# debian_kernel.sh LINE: prints the directory of Debian's newest kernel of LINE (6.1, 6.12), with what a test machine
# needs of its package: boot/vmlinuz-VERSION and lib/modules/VERSION. apt fetches the package and checks it; the directory
# stays in the cache, so that this happens once. Exits with 77, and says why, where there is no such kernel to be had.
set -u

line=${1:?which kernel?}
cache=${XDG_CACHE_HOME:-/var/cache}/fwport-tests

# leave STATUS REASON
leave() {
	echo "$2" >&2
	exit "$1"
}

# The flavour that Debian installs by default: not for clouds, not for real time, and signed.
newest_package() {
	apt-cache search --names-only "^linux-image-${line//./\\.}\.[0-9]+([-+][a-z0-9]+)?-$(dpkg --print-architecture)\$" |
		cut -d ' ' -f 1 | sort -V | tail -n 1
}

kept_kernel() {
	find "$cache" -mindepth 1 -maxdepth 1 -type d -name "linux-image-$line.*" | sort -V | tail -n 1
}

# download DIRECTORY PACKAGE. One that is not what Debian signed is worse than none.
download() {
	(cd "$1" && timeout -k 5 300 apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 download "$2") \
		>"$1/log" 2>&1 && return
	grep -E 'authenticated|Sum mismatch|unexpected size' "$1/log" >&2 && leave 1 "$2 is not what Debian signed"
	return 1
}

# Newer packages have lib in usr. Most of the modules are for hardware, and go.
unpack() {
	dpkg-deb --extract "$1"/*.deb "$1" || return
	[ ! -d "$1/usr/lib/modules" ] || mv "$1/usr/lib" "$1/lib" || return
	find "$1/lib/modules" \( -path '*/kernel/drivers/*' -o -path '*/kernel/sound/*' \) -type f \
		! -path '*/drivers/virtio/*' ! -name 'veth.ko*' ! -name 'dummy.ko*' -delete
	depmod --basedir "$1" "$(ls "$1/lib/modules")" && rm -rf "$1"/*.deb "$1/log" "${1:?}/usr"
}

# The directory gets its name when it is whole. It replaces that of an older package.
fetch() {
	local new=$cache/new older
	rm -rf "$new" && mkdir "$new" && download "$new" "$1" || return
	unpack "$new" || leave 1 "$1 cannot be unpacked"
	older=$(kept_kernel)
	mv "$new" "$cache/$1" || return
	[ -z "$older" ] || rm -rf "$older"
}

{ mkdir -p "$cache" && exec 9>"$cache/lock" && flock 9; } || leave 1 "$cache cannot be written"
package=$(newest_package)
if [ -n "$package" ] && [ ! -d "$cache/$package" ]; then
	fetch "$package" || reason="apt cannot fetch $package"
fi
kernel=$(kept_kernel)
[ -n "$kernel" ] || leave 77 "${reason:-apt knows no Linux $line}"
echo "$kernel"
