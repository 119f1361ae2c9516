#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The second boot, from a file of netfilter-persistent that holds a rule of ours for a port that is closed.
. /claims.bash
addresses

claim "netfilter-persistent has loaded its file" says "icmp-port-unreachable" iptables -S
claim "and not brought the closed port back" is_closed https
claim "the other is open" is_open 8443
