#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a boot would do: the runlevel "boot" is entered; and what an administrator does with the service.
. /claims.bash
ip link set lo up
addresses
nft -f - <<-END
	table inet filter {
		chain input { type filter hook input priority filter; policy drop; ct state established accept; }
	}
END
# As OpenRC leaves them when it has booted.
mkdir -p /run/openrc/{daemons,exclusive,failed,hotplugged,inactive,init.d,options,scheduled,started,starting,stopping,tmp,wasinactive}
echo boot >/run/openrc/softlevel
touch /etc/insserv.conf
# Debian leaves it to scripts that would mount what this machine has.
printf '#!/sbin/openrc-run\n' >/etc/init.d/localmount && chmod +x /etc/init.d/localmount

stands() {
	rc-service fwport status
}

claim "OpenRC runs" says "OpenRC" openrc --version
claim "nothing restores what is saved" says "Nothing restores what is saved at boot" sh -c 'fwport open 8443; fwport status'
claim "restoring at boot is turned on" says "All of it is saved, and restored at boot." fwport save --enable
claim "which is a link in the runlevel" test -L /etc/runlevels/boot/fwport
claim "and status knows it" says "the OpenRC script fwport" fwport status
nft flush ruleset
nft 'table inet filter { chain input { type filter hook input priority filter; policy drop; ct state established accept; }; }'
claim "the port is closed by a flush" is_closed 8443
claim "the service is stopped" says stopped rc-service fwport status
claim "it starts" rc-service fwport start
claim "and is started" stands
claim "and the port is open" is_open 8443
claim "it stops" rc-service fwport stop
claim "which closes nothing" is_open 8443
nft flush ruleset
nft 'table inet filter { chain input { type filter hook input priority filter; policy drop; ct state established accept; }; }'
claim "it restarts" rc-service fwport restart
claim "and the port is open" is_open 8443
claim "what is open until the next boot" fwport open 9000 --runtime
claim "is saved by the service" rc-service fwport save
claim "for good" says none sh -c 'fwport status | grep Until || echo none'
