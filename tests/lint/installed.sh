#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What people look for after `make install` is where their shells and man(1) look.
. "$(dirname "$0")/lint.bash"
: "${top_builddir:=$top_srcdir/build}"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# What the build's own make has been told is not for this one.
installing() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" install DESTDIR="$place" >"$place/log" 2>&1 || cat "$place/log"
}

missing() {
	local file
	for file in share/man/man8/fwport.8 share/man/man8/fwport-check.8 share/man/man5/fwport.profile.5 share/man/man5/fwport-json.5 \
		share/man/man7/fwport-cases.7 share/man/man7/fwport-limits.7 \
		share/fwport/schema/fwport.schema.json share/bash-completion/completions/fwport share/zsh/site-functions/_fwport \
		share/fish/vendor_completions.d/fwport.fish; do
		find "$place" -path "*/$file" | grep -q . || echo "$file is not there"
	done
}

left() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" uninstall DESTDIR="$place" >/dev/null
	find "$place" -type f ! -path "$place/log"
}

echo 1..3
claim "make install does its work" installing
claim "the manual, the completions and the schemas are in their places" missing
claim "make uninstall leaves nothing" left
