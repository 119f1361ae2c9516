# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts that run in the copy: firewalld, and what it and ufw have.

# It owns its name before it has rules.
firewalld_starts() {
	local deadline=$((SECONDS + 60))
	systemctl start dbus.socket dbus.service firewalld.service || return
	until firewall-cmd --state; do
		((SECONDS < deadline)) || return
		sleep 0.1
	done
}

# zone_has NOW LOADED: the ports of zone public, in the rules of now and in those that it loads again.
zone_has() {
	local now loaded
	now=$(busctl call org.fedoraproject.FirewallD1 /org/fedoraproject/FirewallD1 org.fedoraproject.FirewallD1.zone getPorts s public |
		grep -oE '"[0-9-]+" "[a-z]+"' | sed 's/"//g; s| |/|' | sort | paste -sd' ')
	loaded=$(sed -n 's|.*<port port="\([^"]*\)" protocol="\([^"]*\)"/>.*|\1/\2|p' /etc/firewalld/zones/public.xml | sort | paste -sd' ')
	if [ "$now" != "$1" ] || [ "$loaded" != "$2" ]; then
		echo "now: $now, loaded: $loaded"
		return 1
	fi
}

# ufw_has RULES: what its user's rules are.
ufw_has() {
	local rules
	rules=$(sed -n 's/^### tuple ### //p' /etc/ufw/user.rules /etc/ufw/user6.rules)
	[ "$rules" = "$1" ] && return
	echo "$rules"
	return 1
}

# fails STATUS COMMAND...: ends with that exit status.
fails() {
	local wanted=$1 status=0
	shift
	"$@" || status=$?
	[ "$status" = "$wanted" ] && return
	echo "exit status $status"
	return 1
}

# crashes COMMAND...: fwport is killed when firewalld has done what it was asked for.
crashes() {
	mkdir -p /crash
	cat >/crash/fwport-firewalld <<-'END'
		#!/bin/sh
		/usr/local/libexec/fwport-firewalld "$@"
		[ "$1" != add ] || kill -KILL $PPID
	END
	chmod 755 /crash/fwport-firewalld
	fails 137 env FWPORT_LIBEXEC_DIR=/crash "$@"
}
