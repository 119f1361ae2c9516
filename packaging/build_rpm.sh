#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build_rpm.sh TARBALL DIRECTORY [OPTION...]: makes packages for rpm from what `make dist` made, in a directory of its own that it
# removes, and leaves them in DIRECTORY. Options go to rpmbuild: --nodeps where it is not rpm that knows what is installed.
set -eu

if [ $# -lt 2 ]; then
	echo "usage: build_rpm.sh TARBALL DIRECTORY [OPTION...]" >&2
	exit 2
fi
tarball=$(realpath "$1")
output=$(realpath "$2")
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/SOURCES"
cp "$tarball" "$scratch/SOURCES/"
# Of the make that may have started this nothing is to be known in there.
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL rpmbuild --define "_topdir $scratch" "$@" -ta "$tarball"
find "$scratch/RPMS" "$scratch/SRPMS" -type f -exec cp {} "$output" \;
