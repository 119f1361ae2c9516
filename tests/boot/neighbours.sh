#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Openings beside netfilter-persistent, ufw and firewalld, which are installed in a throw-away copy of this system alone.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	shift
	{ copy_make && copy_install && cp "$@" "$copy/tmp/"; } || { echo "not ok - a copy with fwport in it" && exit 1; }
	# They break each other on paper; and what they depend on for their comfort is not needed.
	in_copy sh -c 'DEBIAN_FRONTEND=noninteractive dpkg --force-all -i /tmp/*.deb' >"$copy/dpkg.log" 2>&1 ||
		{ echo "not ok - the neighbours are installed" && sed 's/^/# /' "$copy/dpkg.log" && exit 1; }
	rm -f "$copy"/etc/systemd/system/*.wants/{ufw,firewalld}.service
	# Where a package has it.
	ln -s /usr/local/share/netfilter-persistent/plugins.d/40-fwport "$copy/usr/share/netfilter-persistent/plugins.d/"
	cp "$here/rules.v4" "$copy/etc/iptables/rules.v4" && cp "$here/rules.v4" "$copy/etc/iptables/rules.v6"
	cp "$here/claims.bash" "$copy/claims.bash"
	for part in neighbours_first.sh neighbours_second.sh; do
		boot "$here/$part" || echo "not ok - $part comes to its end"
	done
	exit 0
fi
needs_of_boots
command -v apt-get >/dev/null || skip_all "needs apt-get"
why=$(mktemp) && trap 'rm -f "$why"' EXIT
files=$(bash "$here/packages.sh" netfilter-persistent iptables-persistent ufw ucf firewalld python3-firewall python3-nftables 2>"$why") || skip_all "$(cat "$why")"
mapfile -t files <<<"$files"
unshare -m --propagation private bash "$0" inside "${files[@]}" | tap
