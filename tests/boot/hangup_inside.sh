#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each in turn drops what comes in, asks, and hears nothing more from its terminal; then what is left of it is waited for.
. /claims.bash
ip link set lo up
addresses

# hangs_up WORD COMMAND: on a terminal that hangs up once the word was said.
hangs_up() {
	timeout 60 python3 -IS /hangup.py "$1" "$2"
}

# ends PATTERN: no process has it in its command line any more.
ends() {
	local deadline=$((SECONDS + 40))
	while pgrep -f -- "$1" >/dev/null; do
		((SECONDS < deadline)) || return
		sleep 0.1
	done
}

cat >/ferm.conf <<-END
	domain ip table filter chain INPUT policy DROP;
END
claim "ferm --interactive applies its rules, asks, and its terminal hangs up" hangs_up "confirm" "ferm --interactive --timeout 3 /ferm.conf"
claim "it has ended" ends "ferm --interactive"
# Nearly always: it may as well read the end of its terminal before it hears that it hung up, and takes that for a no.
is_closed https && echo "# ferm: its rules stand" || echo "# ferm: it took its rules back"

iptables-legacy -P INPUT ACCEPT
claim "nothing is dropped" is_open https
printf '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' >/rules
claim "iptables-apply applies its rules, asks, and its terminal hangs up" hangs_up "establish NEW connections" "timeout 9 iptables-apply -t 3 /rules"
claim "it has ended" ends "iptables-apply -t 3"
claim "and its rules stand" is_closed https

iptables -P INPUT ACCEPT
claim "nothing is dropped" is_open https
claim "fwport drops what comes in, asks, and its terminal hangs up" hangs_up "second login" "fwport policy in=drop --force --confirm=10"
claim "the drop stands" is_closed https
claim "its watchdog waits, and ends" ends "fwport policy in=drop"
claim "nothing is dropped any more" is_open https
claim "the history tells why" says "was not confirmed in time" fwport history
