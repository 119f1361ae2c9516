#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The second boot: only what was confirmed is recorded.
. /claims.bash
addresses

claim "what was confirmed is recorded" says 8443/tcp fwport status
claim "what was not is forgotten" says none sh -c 'fwport status | grep 9000 || echo none'
claim "nothing awaits confirmation" says "nothing awaits confirmation" fwport confirm

claim "what ends has a timer again, which the unit of the boot has armed" sh -c 'systemctl list-timers --all --plain --no-legend "fwport-expiry-*" | grep .'
claim "restore leaves it at one" says 1 sh -c 'fwport restore >/dev/null; systemctl list-timers --all --plain --no-legend "fwport-expiry-*" | grep -c .'
claim "history tells what the boot dropped" says "dropped by a boot" fwport history
