#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first boot after the packages were installed: they have changed nothing, what is opened is saved by itself, and an upgrade
# touches none of it.
. /claims.bash
addresses

touches_nothing() {
	nft list ruleset >/now && diff /rules /now
}

is_the_only_table() {
	[ "$(nft list tables)" = "table $*" ]
}

was_left_out() {
	[ "$(systemctl show --property ConditionResult --value "$1")" = no ]
}

nft list ruleset >/rules
claim "the rules are those of nftables.service alone" is_the_only_table inet filter
claim "no table of iptables was made" bash -c '! grep -qs . /proc/net/ip_tables_names'
claim "nothing is recorded" test ! -e /var/lib/fwport/state.json
claim "the boot had nothing to restore, and started nothing for it" was_left_out fwport-restore.service
claim "but follows the firewall that was started" systemctl is-active fwport-restore@nftables.service
claim "the port is closed" is_closed https
claim "the test of the package that everybody can run" sh /packages/tests/smoke
claim "and the one with a host and its client" bash /packages/tests/netns
claim "touch none of our rules" touches_nothing

claim "what is opened is saved, since a boot restores it" says "Saved as generation" fwport open https
claim "a reload of nftables.service" systemd reload nftables
claim "leaves it open" is_open https
nft list ruleset >/rules
claim "the package is installed anew over itself" dpkg -i /packages/fwport_*.deb /packages/fwport-check_*.deb
claim "which touches no rule" touches_nothing
