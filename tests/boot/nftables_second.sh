#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The second boot: what is saved is there before any address is, and nothing else.
. /claims.bash

claim "the unit has run at boot" systemctl is-active fwport-restore.service
claim "before there were addresses it put rules where they belong" says 'dport { 443, 8443, 9443 } accept comment "fwport:1"' nft list ruleset
addresses
claim "the saved port is open" is_open https
claim "so is the one that was closed until now" is_open 8443
claim "and the one that was opened while it was off" is_open 9443
claim "the one that was opened until now is not" is_closed 9000
claim "the unit that verifies finds nothing amiss" systemctl start --job-mode=ignore-dependencies fwport-verify.service
claim "status, too" fwport status
claim "there is nothing left to restore" says "Nothing to change." fwport restore
