#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages for rpm hold every file that is installed, each in one of them. What is installed is what was built here.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/claims.bash"

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# The spec's own steps would compile everything once more; what they copy beside it is copied here.
pack() {
	cd "$top_srcdir" && install -Dm 644 -t "$scratch/root/usr/share/doc/fwport" README.md &&
		install -Dm 644 -t "$scratch/root/usr/share/licenses/fwport" LICENSE &&
		rpmbuild --quiet --nodeps --short-circuit -bb --buildroot "$scratch/root" --define "_topdir $scratch" \
			--define '_docdir_fmt %{NAME}' --define 'debug_package %{nil}' --define '_build_id_links none' \
			packaging/rpm/fwport.spec
}

files_of() {
	find "$scratch/RPMS" -name "$1" -exec rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' {} + | sed -n 's/^[^d][^ ]* //p' |
		grep -v -e ^/usr/share/doc/ -e ^/usr/share/licenses/ | sort
}

installed() {
	(cd "$scratch/root" && find . ! -type d | sed 's|^\.||' | grep -v -e ^/usr/share/doc/ -e ^/usr/share/licenses/ | sort)
}

each_in_one() {
	diff "$scratch/installed" <(files_of '*.rpm')
}

alone() {
	[ "$(files_of 'fwport-check-*.rpm')" = /usr/libexec/fwport-check ]
}

same_version() {
	grep -q "^Version: *${source#fwport-}\$" "$top_srcdir/packaging/rpm/fwport.spec" &&
		head -n 1 "$top_srcdir/packaging/debian/changelog" | grep -qF "(${source#fwport-}-"
}

command -v rpmbuild >/dev/null || skip_all "needs rpmbuild"
source=fwport-$(sed -n 's/^PACKAGE_VERSION = //p' "$top_builddir/Makefile")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/BUILD/$source" "$scratch/root"
{
	claim "all packages have the version of the program" same_version
	claim "what is built is installed" env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		make -s -C "$top_builddir" install prefix=/usr DESTDIR="$scratch/root"
	installed >"$scratch/installed"
	claim "rpmbuild packs it" pack
	claim "and every file of it, once" each_in_one
	claim "fwport-check alone is in a package of its own" alone
} | awk '/^(not )?ok / { sub(/ - /, " " ++number " - ") } { print } /^not ok/ { bad = 1 } END { print "1.." number; exit bad }'
