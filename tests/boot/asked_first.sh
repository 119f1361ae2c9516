#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first boot: firewalld and ufw as Debian has them, asked by name.
. /claims.bash
. /asked.bash
addresses

claim "firewalld starts" firewalld_starts
claim "and closes the port" is_closed https
claim "what would be asked for is shown" says "+ by firewalld: zone public, port 443/tcp, runtime and permanent" fwport open https --via firewalld --dry-run
claim "and not done" zone_has "" ""
claim "firewalld is asked, and brings it back itself" says "Saved as generation 1." fwport open https --via firewalld
claim "by both its rules" zone_has 443/tcp 443/tcp
claim "it is open" is_open https
claim "a reload" firewall-cmd --reload
claim "leaves it open" is_open https
claim "status says by whom" says "firewalld: by rule" fwport status
claim "close takes it away" says "- by firewalld: zone public, port 443/tcp, runtime and permanent" fwport close https
claim "and nothing stays" zone_has "" ""
claim "it is closed" is_closed https
claim "and a reload" firewall-cmd --reload
claim "does not bring it back" is_closed https
claim "rollback does" fwport rollback
claim "by both its rules" zone_has 443/tcp 443/tcp
claim "and it is open" is_open https
claim "and goes back before it" fwport rollback 0
claim "where there is nothing" zone_has "" ""

claim "until the next boot" fwport open https --via firewalld --runtime
claim "it is in the rules of now alone" zone_has 443/tcp ""
claim "and is closed" fwport close https
claim "for a time" says "when firewalld ends it" fwport open https --via firewalld --for 1h
claim "it is there, too" zone_has 443/tcp ""
claim "and is closed" fwport close https
claim "before it is confirmed" fwport open https --via firewalld --confirm=600
claim "likewise" zone_has 443/tcp ""
claim "and when it is" fwport confirm
claim "it is in both" zone_has 443/tcp 443/tcp
claim "and is closed" fwport close https

claim "somebody else opens the port" firewall-cmd --permanent --add-port=443/tcp
claim "which is told of what is loaded again" says "+ by firewalld: zone public, port 443/tcp, runtime" fwport open https --via firewalld
claim "and when fwport closes it" fwport close https
claim "it is there as before" zone_has "" 443/tcp
claim "somebody else opens it now" firewall-cmd --reload
claim "it is theirs" says "is open in firewalld already" fwport open https --via firewalld
claim "and stays" says "can be reached all the same" fwport close https
claim "as it was" zone_has 443/tcp 443/tcp
claim "a range that would swallow it is not asked for" fails 6 fwport open 440-450/tcp --via firewalld
claim "nor is it changed" zone_has 443/tcp 443/tcp
firewall-cmd --remove-port=443/tcp && firewall-cmd --permanent --remove-port=443/tcp

claim "a source is a rich rule" fwport open https --via firewalld --from 203.0.113.0/24
claim "of the zone" says 'source address="203.0.113.0/24" port port="443"' firewall-cmd --permanent --list-rich-rules
claim "and lets it pass" fwport why in https --from 203.0.113.7
claim "and no other" is_closed https
claim "it is closed" fwport close https --from 203.0.113.0/24
claim "and its zone has no rich rule" fails 1 grep rule /etc/firewalld/zones/public.xml
claim "nor now" eval '! firewall-cmd --list-rich-rules | grep rule'
claim "one family is a rich rule, too" fwport open https --via firewalld -6
claim "of that family" says 'rule family="ipv6" port port="443"' firewall-cmd --list-rich-rules
claim "it is closed" fwport close https -6
claim "a source is bound to a zone" firewall-cmd --zone=internal --add-source=10.0.0.0/8
claim "where it is asked for" says "zone internal, port 443/tcp from 10.1.0.0/16" fwport open https --via firewalld --from 10.1.0.0/16
claim "it is closed" fwport close https --from 10.1.0.0/16
ip link add eth1 type veth peer name far1 && ip link set eth1 up && ip link set far1 up && ip addr add 198.51.100.10/24 dev eth1
ip route add default via 198.51.100.1 metric 100
claim "another way outside is in another zone" firewall-cmd --zone=dmz --change-interface=eth1
claim "and it is not asked in either" says "eth1 in zone dmz" fwport open https --via firewalld
ip link del eth1

claim "somebody else blocks the port" nft 'add table inet block; add chain inet block input { type filter hook input priority 50; }; add rule inet block input tcp dport 443 drop'
claim "which firewalld cannot open" fails 6 fwport open https --via firewalld
claim "so that it is taken back" zone_has "" ""
nft delete table inet block
claim "a crash when it was asked" crashes fwport open https --via firewalld
claim "leaves it open" zone_has 443/tcp 443/tcp
claim "until the next fwport" says "what was left of it has been undone" fwport open 8443 --via firewalld
claim "which takes it back" zone_has 8443/tcp 8443/tcp
kill -STOP "$(systemctl show --property MainPID --value firewalld.service)"
claim "a firewalld that does not answer is no reason to wait for ever" fails 5 fwport open https --via firewalld
kill -CONT "$(systemctl show --property MainPID --value firewalld.service)"
claim "and nothing was asked" zone_has 8443/tcp 8443/tcp
claim "another crash" crashes fwport open https --via firewalld
systemctl stop firewalld.service
claim "a firewalld that does not run is not started" says "firewalld does not run" fwport open 8080 --via firewalld
claim "what the crash has left with it is recorded" says '"ports":"443"' fwport --json status
