#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first boot: each neighbour in turn is started, reloaded and stopped, and saves rules of ours for a bad moment.
. /claims.bash
addresses

claim "restoring at boot is turned on" fwport save --enable
systemctl start netfilter-persistent.service fwport-restore.service
claim "netfilter-persistent blocks" is_closed https
claim "two ports are opened there" says "Saved as generation" fwport open https 8443
claim "netfilter-persistent saves our rules with all others" netfilter-persistent save
claim "which are in its file" grep -q fwport:1 /etc/iptables/rules.v4
claim "one port is closed" fwport close https
claim "an iptables-restore of the file" iptables-restore /etc/iptables/rules.v4
claim "brings the closed port back, and status tells" says "The ruleset is not as recorded" fwport status
claim "restore removes it, and says so" says "Removed 1 rule that bore our tag and belongs to no opening." fwport restore
claim "it is closed" is_closed https
claim "the other is open" is_open 8443
claim "a reload by netfilter-persistent itself" netfilter-persistent reload
claim "brings no closed port back" is_closed https
claim "and leaves the other open" is_open 8443
claim "nor does a restart of its service" systemd restart netfilter-persistent
claim "bring a closed port back" is_closed https
claim "nor does that close the other" is_open 8443
systemctl stop netfilter-persistent.service
iptables -P INPUT ACCEPT && iptables -F && ip6tables -P INPUT ACCEPT && ip6tables -F

claim "ufw is turned on" ufw --force enable
claim "and closes the port" is_closed 8443
claim "restore brings it back" fwport restore
claim "a reload of ufw" ufw reload
claim "leaves it open" is_open 8443
claim "ufw is turned off" ufw disable
claim "and on" ufw --force enable
claim "which leaves it open, too" is_open 8443
claim "ufw.service starts" systemd start ufw
claim "and restarts" systemd restart ufw
claim "and stops" systemd stop ufw
claim "and starts" systemd start ufw
claim "and the port is still open" is_open 8443
claim "ufw is turned off for good" ufw disable
systemctl stop ufw.service

systemctl start dbus.socket dbus.service
claim "firewalld starts" systemd start firewalld
claim "and the port is open" is_open 8443
claim "a reload of its service" systemd reload firewalld
claim "leaves the port open" is_open 8443
claim "so does a restart, which stops others" systemd restart firewalld
claim "and ours stays open" is_open 8443
claim "a reload by firewall-cmd, of which systemd knows nothing," firewall-cmd --reload
claim "closes it, and status tells" says "The ruleset is not as recorded" fwport status
claim "restore brings it back once more" fwport restore
claim "and it is open" is_open 8443
systemctl stop firewalld.service
