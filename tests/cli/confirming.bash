# SPDX-License-Identifier: GPL-2.0-or-later
# For the tests of commit-confirm: a host that is closed but for ssh, and its watchdog.
# shellcheck disable=SC2154 # world.bash sets what is not set here

closed_host() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				tcp dport 22 accept
			}
		}
	END
	closed=$(ruleset)
}

# In the host's own processes; one that has ended and that nobody waits for does not count.
watchdogs() {
	host pgrep -x fwport-watchdog --runstates S
}

# signal_watchdog SIGNAL: each of them by its number.
signal_watchdog() {
	local pid
	for pid in $(watchdogs); do
		host kill -s "$1" "$pid"
	done
}

no_watchdog() {
	! watchdogs
}

# Until what awaited confirmation is rolled back; the deadlines are 10 s.
await_rollback() {
	await "the deadline" eval '! is_awaited' || await "the rollback" eval '! is_awaited'
}

is_awaited() {
	host grep -q '"pending"' "$world/state/state.json"
}

# Another boot, which the rules do not live to see.
reboot_host() {
	echo 11111111-2222-3333-4444-555555555555 >"$world/boot_id"
	host mount --bind "$world/boot_id" /proc/sys/kernel/random/boot_id
	host nft flush ruleset
	ruleset_is <<<"$closed"
}
