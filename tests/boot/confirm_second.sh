#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The second boot: only what was confirmed is recorded.
. /claims.bash
addresses

claim "what was confirmed is recorded" says 8443/tcp fwport status
claim "what was not is forgotten" says none sh -c 'fwport status | grep 9000 || echo none'
claim "nothing awaits confirmation" says "nothing awaits confirmation" fwport confirm
