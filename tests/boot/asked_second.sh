#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The second boot: what firewalld has kept, and one that holds its table, as it does since 2.1; and ufw.
. /claims.bash
. /asked.bash
addresses

claim "a firewalld that holds its table starts" eval 'python3 /hold_table.py /usr/lib/python3/dist-packages/firewall/core/nftables.py && firewalld_starts'
claim "and has what it was asked for, and what a crash has left" zone_has "443/tcp 8443/tcp" "443/tcp 8443/tcp"
claim "the table is held" says "flags owner" nft list table inet firewalld
claim "that was recorded while it could not be asked, and is closed by it" fwport close https
claim "in what is loaded again, too" zone_has 8443/tcp 8443/tcp
firewall-cmd --reload
claim "and the other is open, with no help of ours" is_open 8443
claim "a rule of ours cannot stand there" fails 6 fwport open https --via guest
claim "which is why firewalld is asked unasked" says "+ by firewalld: zone public, port 443/tcp, runtime and permanent" fwport open https
claim "and it is open" is_open https
claim "also after a reload" firewall-cmd --reload
claim "it is" is_open https
claim "close takes it away" fwport close https
claim "and it is closed" is_closed https
claim "what firewalld has no words for is refused as before, and why is told" says "cannot be asked instead: firewalld opens ports by zones" fwport open https --iface eth0
claim "and so it is without the program that asks" says "cannot start" env FWPORT_LIBEXEC_DIR=/nowhere fwport open https
claim "in another network it is not asked" says "looks after another network" unshare -n fwport open https --via firewalld
claim "why tells the owner's command" says "firewall-cmd --permanent --zone=public --add-port=443/tcp" fwport why in https
claim "the last is closed" fwport close 8443
claim "and firewalld is as it was" zone_has "" ""
systemctl stop firewalld.service

claim "ufw is turned on" ufw --force enable
ours() {
	printf 'allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in comment=%s\nallow tcp 443 ::/0 any ::/0 in comment=%s\n' "$1" "$1"
}
claim "ufw is asked" says "+ by ufw: port 443/tcp" fwport open https --via ufw
number=$(printf 'fwport:%s' "$(fwport status --json | grep -o '"id":[0-9]*' | head -n 1 | tr -dc 0-9)" | od -An -tx1 | tr -d ' \n')
claim "with a comment that is ours" ufw_has "$(ours "$number")"
claim "and it is open" is_open https
claim "a reload" ufw reload
claim "leaves it open" is_open https
claim "close deletes it" says "- by ufw: port 443/tcp" fwport close https
claim "and nothing stays" ufw_has ""
claim "it is closed" is_closed https
claim "somebody else allows it" ufw allow 443/tcp comment theirs
claim "which is told" says "is open in ufw already" fwport open https --via ufw
claim "and stays" says "can be reached all the same" fwport close https
claim "with its comment" says theirs ufw status
ufw delete allow 443/tcp
claim "somebody denies it" ufw deny 443/tcp
denied=$(sed -n 's/^### tuple ### //p' /etc/ufw/user.rules /etc/ufw/user6.rules)
claim "which no rule of ours takes the place of" says "would put ours in its place" fwport open https --via ufw
claim "also not by override" fails 6 fwport open https --via ufw --override
claim "it is denied as before" ufw_has "$denied"
ufw delete deny 443/tcp
claim "a network is denied before" ufw deny from 203.0.113.0/24
claim "a port is allowed behind it" fwport open https --via ufw
claim "the network stays denied" fails 1 fwport why in https --from 203.0.113.7
claim "it is closed" fwport close https
claim "with override it is allowed before it" fwport open https --via ufw --override
claim "and the network is let in" fwport why in https --from 203.0.113.7
claim "it is closed" fwport close https
ufw delete deny from 203.0.113.0/24
claim "some words more" fwport open 53/udp --out --iface eth0 -4 --to 192.0.2.53 --via ufw
claim "are said" eval 'sed -n "s/^### tuple ### //p" /etc/ufw/user.rules | grep -q "^allow udp 53 192.0.2.53 any 0.0.0.0/0 out_eth0 comment="'
claim "and a range" fwport open 8000-8010 -6 --via ufw
claim "of one family" eval 'sed -n "s/^### tuple ### //p" /etc/ufw/user6.rules | grep -q "^allow tcp 8000:8010 ::/0 any ::/0 in comment="'
claim "what has to be confirmed is not asked for" fails 2 fwport open https --via ufw --confirm
claim "in another network it is not asked" says "ufw is not active" unshare -n fwport open https --via ufw
claim "a profile is, too" eval 'printf "http = 80\nalt = 8443\n" >/mine.profile && fwport apply /mine.profile --via ufw'
claim "and it is open" is_open http
claim "all of it goes at once" fwport rollback 0
claim "and ufw is as it was" ufw_has ""
