#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first boot: each neighbour in turn is started, reloaded and stopped, and saves rules of ours for a bad moment.
. /claims.bash
addresses

# Its client is answered once it has started; then somebody is banned, which is when it makes its chain.
fail2ban_bans() {
	local deadline=$((SECONDS + 60))
	until fail2ban-client ping >/dev/null 2>&1; do
		((SECONDS < deadline)) || return
		sleep 0.1
	done
	fail2ban-client set sshd banip 192.0.2.66
}

# lists_no_rule_of_ours
lists_no_rule_of_ours() {
	! iptables -S | grep fwport:
}

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
claim "status tells of netfilter-persistent" says "netfilter-persistent.service: the service is active" fwport status
claim "and what it does to our rules" says 'Our rules in ip filter INPUT, ip6 filter INPUT go at "iptables-restore"; are restored after "systemctl restart netfilter-persistent".' fwport status

touch /var/log/auth.log
printf '%s\n' '[DEFAULT]' 'backend = polling' '[sshd]' 'enabled = true' 'logpath = /var/log/auth.log' >/etc/fail2ban/jail.local
systemctl start fail2ban.service
claim "fail2ban bans somebody" fail2ban_bans
claim "status tells of fail2ban" says "fail2ban: chains f2b-* in ip filter" fwport status
claim "and that our rules stay" says 'Our rules in ip filter INPUT stay at "fail2ban-client reload", "systemctl restart fail2ban".' fwport status
claim "fail2ban reads its files again" fail2ban-client reload
claim "and the other is open" is_open 8443
systemctl restart fail2ban.service
claim "fail2ban starts again, and bans" fail2ban_bans
claim "and the other is still open" is_open 8443
systemctl stop fail2ban.service
systemctl stop netfilter-persistent.service
claim "a service that has stopped is not told of" says_not "netfilter-persistent.service" fwport status
iptables -P INPUT ACCEPT && iptables -F && ip6tables -P INPUT ACCEPT && ip6tables -F

claim "ufw is turned on" ufw --force enable
claim "and closes the port" is_closed 8443
claim "restore brings it back" fwport restore
claim "status tells of ufw" says "ufw: chains ufw-* in ip filter" fwport status
claim "and that our rules stay" says 'Our rules in ip filter INPUT, ip6 filter INPUT stay at "ufw reload", "ufw disable", "systemctl restart ufw".' fwport status
claim "a reload of ufw" ufw reload
claim "leaves it open" is_open 8443
claim "ufw is turned off" ufw disable
claim "and then it is not told of" says_not "ufw: chains" fwport status
claim "and on" ufw --force enable
claim "which leaves it open, too" is_open 8443
claim "ufw.service starts" systemd start ufw
claim "and restarts" systemd restart ufw
claim "and stops" systemd stop ufw
claim "and starts" systemd start ufw
claim "and the port is still open" is_open 8443
claim "ufw rejects what it has no rule for" ufw default reject
claim "and restore puts our rules where it does so" fwport restore
claim "status tells where they are" says 'Our rules in ip filter ufw-reject-input, ip6 filter ufw6-reject-input go at "ufw reload", "ufw disable"; are restored after "systemctl restart ufw".' fwport status
claim "a reload of ufw" ufw reload
claim "closes it" is_closed 8443
claim "ufw.service restarts" systemd restart ufw
claim "which opens it" is_open 8443
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
claim "iptables has a rule that drops all" iptables -A INPUT -j DROP
claim "and one of ours before it" fwport restore
claim "status tells of firewalld" says "firewalld: table inet firewalld" fwport status
claim "and what it does to our rules" says 'Our rules in ip filter INPUT, inet firewalld filter_IN_public go at "firewall-cmd --reload"; are restored after "systemctl reload firewalld", "systemctl restart firewalld".' fwport status
claim "a reload by firewall-cmd" firewall-cmd --reload
claim "flushes what iptables lists" lists_no_rule_of_ours
claim "and closes the port" is_closed 8443
claim "a reload of its service" systemd reload firewalld
claim "opens it" is_open 8443

# put_back COUNT: so often, or oftener: one reload may be more than one to who watches.
put_back() {
	local line
	line=$(fwport status | grep "fwport watch (process .*) has put rules back")
	[[ $line =~ \ ([0-9]+)\ time ]] && [ "${BASH_REMATCH[1]}" -ge "$1" ]
}
claim "the watch starts" systemctl start --job-mode=ignore-dependencies fwport-watch.service
claim "another reload by firewall-cmd" firewall-cmd --reload
claim "is told to have been seen to" soon put_back 1
claim "and the port is open" is_open 8443
claim "a complete reload" firewall-cmd --complete-reload
claim "is seen to" soon put_back 2
claim "and the port is open, too" is_open 8443
claim "the watch reloads" systemctl reload --job-mode=ignore-dependencies fwport-watch.service
claim "and goes on" systemctl is-active fwport-watch.service
systemctl stop firewalld.service

claim "ufw is turned on beside the watch" ufw --force enable
claim "and the port is open soon" soon is_open 8443
for verb in reload disable enable; do
	claim "ufw: $verb" ufw --force $verb
	claim "and the port is open soon after $verb" soon is_open 8443
done
claim "the watch has not failed" systemctl is-active fwport-watch.service
claim "it stops" systemctl stop fwport-watch.service
claim "and status knows" not says "fwport watch (process" fwport status
