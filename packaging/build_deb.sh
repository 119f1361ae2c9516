#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build_deb.sh TARBALL DIRECTORY: makes packages of Debian from what `make dist` made, in a directory of its own that it removes, and
# leaves them in DIRECTORY. DEB_BUILD_OPTIONS goes through to debian/rules.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: build_deb.sh TARBALL DIRECTORY" >&2
	exit 2
fi
tarball=$(realpath "$1")
output=$(realpath "$2")
source=$(basename "$tarball" .tar.xz)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cp "$tarball" "$scratch/${source/-/_}.orig.tar.xz"
cd "$scratch"
tar -xf "$tarball"
cd "$source"
cp -r packaging/debian debian
# Of the make that may have started this nothing is to be known in there.
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc
find "$scratch" -maxdepth 1 -type f -exec cp {} "$output" \;
