#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first boot: a timer takes back what nobody confirms, whatever became of who asked for it.
. /claims.bash
addresses
nft -f - <<-END
	table inet filter {
		chain input { type filter hook input priority filter; policy drop; ct state established accept; }
	}
END

timers() {
	systemctl list-timers --all --plain --no-legend 'fwport-confirm-*' | grep -o 'fwport-confirm-[^ ]*\.timer'
}

no_timers() {
	! timers
}

# Until it succeeds: the deadline is ten seconds away.
in_time() {
	local deadline=$((SECONDS + 30))
	until "$@" >/dev/null; do
		((SECONDS < deadline)) || return
		sleep 0.1
	done
}

claim "a oneshot unit opens a port on approval" systemctl start approval.service
claim "the port is open" is_open https
claim "the unit is over" says ActiveState=inactive systemctl show --property ActiveState approval.service
claim "no process of fwport is left of it" says none sh -c 'pgrep -x "fwport.*" || echo none'
claim "a timer waits" timers
claim "and closes the port" in_time is_closed https
claim "the history tells why" says "generation 1 was not confirmed in time" fwport history
claim "the timer is gone" in_time no_timers
claim "nothing failed" says none sh -c 'systemctl list-units --failed --plain --no-legend "fwport*" | grep . || echo none'

claim "another is opened on approval" says "fwport confirm" fwport open 8443 --confirm=300
claim "its timer waits" timers
claim "it is confirmed" fwport confirm
claim "which stops the timer" no_timers
claim "a third is opened and taken back" sh -c 'fwport open 22222 --confirm=300 && fwport rollback'
claim "which stops the timer, too" no_timers
expiry_timers() {
	systemctl list-timers --all --plain --no-legend 'fwport-expiry-*' | grep -o 'fwport-expiry-[^ ]*\.timer'
}

no_expiry_timers() {
	! expiry_timers
}

claim "a port is opened for a while" says "Then a timer removes its rules" fwport open 9100 --for 2s
claim "its timer waits" expiry_timers
claim "and takes it out of the record" in_time says "expire" fwport history
claim "the timer is gone" in_time no_expiry_timers
claim "and nothing is left" says none sh -c 'fwport status | grep 9100 || echo none'
claim "a port is opened for longer" fwport open 9200 --for 1h
claim "its timer waits" expiry_timers
claim "and another one for less" fwport open 9300 --for 30m
claim "has one, too" says 2 sh -c 'systemctl list-timers --all --plain --no-legend "fwport-expiry-*" | grep -c .'
claim "restoring at boot is turned on" fwport save --enable
claim "nothing failed" says none sh -c 'systemctl list-units --failed --plain --no-legend "fwport*" | grep . || echo none'

claim "before the next boot one more is opened on approval" fwport open 9000 --confirm=300
