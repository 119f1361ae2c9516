#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Openings beside netfilter-persistent, fail2ban, ufw and firewalld, which are installed in a throw-away copy of this system alone.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
. "$top_srcdir/tests/boot/copy.bash"
here=$top_srcdir/tests/boot

if [ "${1:-}" = inside ]; then
	shift
	copy_with "$@"
	rm -f "$copy"/etc/systemd/system/*.wants/{ufw,firewalld,fail2ban}.service
	# Where a package has it.
	ln -s /usr/local/share/netfilter-persistent/plugins.d/40-fwport "$copy/usr/share/netfilter-persistent/plugins.d/"
	cp "$here/rules.v4" "$copy/etc/iptables/rules.v4" && cp "$here/rules.v4" "$copy/etc/iptables/rules.v6"
	cp "$here/claims.bash" "$copy/claims.bash"
	for part in neighbours_first.sh neighbours_second.sh; do
		boot "$here/$part" || echo "not ok - $part comes to its end"
	done
	exit 0
fi
with_packages netfilter-persistent iptables-persistent ufw ucf firewalld python3-firewall python3-nftables fail2ban
