#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages of Debian: built from the tarball by nobody, twice, then installed, booted, upgraded, removed and purged in a
# throw-away copy of this system, which has nothing left of them afterwards.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
. "$top_srcdir/tests/boot/claims.bash"
here=$top_srcdir/tests/boot
places=(etc usr lib var/lib var/spool)

# build DIRECTORY UMASK ZONE LOCALE: the packages, as somebody else would make them.
build() {
	mkdir -p "$1" && cp "$tarball" "$1/" && cp "$top_srcdir/packaging/build_deb.sh" "$1/" && chown -R nobody "$1" || return
	(
		cd "$1" && umask "$2" && exec env -i PATH="$PATH" HOME="$1" TMPDIR="$1" TZ="$3" LC_ALL="$4" \
			DEB_BUILD_OPTIONS='nocheck noopt parallel=2' \
			setpriv --reuid=nobody --regid=nogroup --clear-groups bash build_deb.sh "$(basename "$tarball")" . >build.log 2>&1
	) || { tail -n 30 "$1/build.log" && return 1; }
}

# What was left out of the tarball is known by git, where the tree is a clone.
same_files() {
	git -C "$top_srcdir" ls-files >/dev/null 2>&1 || return 0
	diff <(git -c core.quotePath=no -C "$top_srcdir" ls-files | grep -vx -e .gitignore | sort) \
		<(tar -tf "$tarball" | sed -e 's|^[^/]*/||' -e '/\/$/d' -e '/^$/d' | sort) | grep '^<' && return 1
	return 0
}

# Without optimization nothing is fortified; what is shipped is.
lint() {
	local complaints
	complaints=$(cd "$1" && setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$1" \
		lintian -EviI --pedantic --suppress-tags hardening-no-fortify-functions ./*.changes 2>&1 | grep -E '^[EWIPX]:')
	[ -z "$complaints" ] || { echo "$complaints" && return 1; }
}

identical() {
	local package
	for package in "$1"/*.deb; do
		cmp "$package" "$2/${package##*/}" || return
	done
}

# What is in the copy, but for the books that dpkg, debconf and systemd keep.
files() {
	(cd "$copy" && find "${places[@]}" \( -path var/lib/dpkg -o -path var/lib/systemd -o -path 'etc/systemd/system/boot-probe*' \) -prune -o \
		-printf '%p %l\n' | sort)
}

if [ "${1:-}" = inside ]; then
	copy_make || { echo "not ok - a copy of this system" && exit 1; }
	mkdir -p "$copy/etc/systemd/system/sysinit.target.wants"
	ln -s /lib/systemd/system/nftables.service "$copy/etc/systemd/system/sysinit.target.wants/"
	cp "$here/nftables.conf" "$copy/etc/nftables.conf"
	tarball=$(find "$top_builddir" -maxdepth 1 -name 'fwport-*.tar.xz')
	claim "everything that is in git is in the tarball" same_files
	claim "nobody builds the packages" build "$disk/one" 022 UTC C.UTF-8
	claim "and again, elsewhere and with other habits" build "$disk/another/place" 077 Pacific/Chatham C
	claim "which gives the same bytes" identical "$disk/one" "$disk/another/place"
	claim "lintian finds nothing" lint "$disk/one"
	files >"$disk/before"
	mkdir "$copy/packages" && cp "$disk"/one/*.deb "$here/claims.bash" "$copy/packages/"
	cp -r "$top_srcdir/packaging/debian/tests" "$copy/packages/"
	ln -s packages/claims.bash "$copy/claims.bash"
	in_copy bash -c '. /claims.bash; claim "they are installed" dpkg -i /packages/fwport_*.deb /packages/fwport-check_*.deb'
	for part in package_first.sh package_second.sh; do
		boot "$here/$part" || echo "not ok - $part comes to its end"
	done
	files >"$disk/after"
	claim "and no file is left" diff "$disk/before" "$disk/after"
	exit 0
fi
needs_of_boots
for program in dh lintian dpkg-buildpackage; do
	command -v "$program" >/dev/null || skip_all "needs $program"
done
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" dist >/dev/null || { echo "1..1" && echo "not ok 1 make dist" && exit 1; }
unshare -m --propagation private bash "$0" inside | tap
