#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first boot: openings are made, restoring is turned on, and nftables.service does its worst.
. /claims.bash
addresses

claim "an opening is recorded, and does not pass for saved" says "will not come back after a reboot" fwport open https
claim "status says that nothing restores it" says "Nothing restores what is saved at boot" fwport status
claim "save --enable turns it on" says "All of it is saved, and restored at boot." fwport save --enable
claim "the units are enabled" systemctl is-enabled fwport-restore.service fwport-restore@firewalld.service fwport-verify.service
claim "and then an opening is saved" says "Saved as generation" fwport open 8443
claim "status says so" says "A boot restores what is saved (fwport-restore.service)." fwport status
claim "systemd has nothing to say of them" systemd-analyze verify --man=no fwport-restore.service fwport-restore@nftables.service fwport-verify.service fwport-watch.service
claim "nothing has enabled the watch" not systemctl is-enabled fwport-watch.service
claim "which gives up what it does not need" systemd-analyze security --no-pager --offline=yes --threshold=35 fwport-watch.service
claim "the one behind nftables.service, which runs, is on" systemctl is-active fwport-restore@nftables.service
claim "the one of the boot starts" systemctl start fwport-restore.service

claim "status tells of nftables.service" says "nftables.service: the service is active" fwport status
claim "and what it does to our rules" says 'go at "systemctl stop nftables"; are restored after "systemctl reload nftables", "systemctl restart nftables".' fwport status
claim "a reload of nftables.service" systemd reload nftables
claim "leaves the port open" is_open https
claim "a restart of nftables.service" systemd restart nftables
claim "leaves the port open, too" is_open https
claim "nftables.service stops" systemd stop nftables
claim "and starts" systemd start nftables
claim "and the port is open again" is_open https
claim "everybody's rules are flushed" nft flush ruleset
claim "and loaded by hand" nft -f /etc/nftables.conf
claim "which closes the port" is_closed https
claim "status tells what is missing" says '"fwport restore" does this' fwport status
claim "restore brings it back" fwport restore
claim "it is open" is_open https

claim "a saved opening is closed until the next boot" says "until the next boot" fwport close 8443 --runtime
claim "and another opened until then" says "until the next boot" fwport open 9000 --runtime
claim "status tells both" says "Closed until the next boot: 8443/tcp in anyone." fwport status
claim "stopping our units closes nothing" systemctl stop fwport-restore.service fwport-restore@nftables.service
claim "the port is open all the same" is_open https
