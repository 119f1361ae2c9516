# SPDX-License-Identifier: GPL-2.0-or-later
# The host whose rules others load anew: by nft, or by iptables of either engine.
# shellcheck shell=bash disable=SC2034

# As a file that nft loads at boot has it.
input_drops() {
	ruleset_is <<-END
		flush ruleset
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
				tcp dport 22 accept
			}
		}
	END
}

# on ENGINE: tables of one iptables, which block; both families.
on() {
	engine=$1
	command -v "$engine-restore" >/dev/null || skip "needs $engine"
	tables_are <<-END
		*filter
		:INPUT DROP [0:0]
		-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A INPUT -p tcp --dport 22 -j ACCEPT
		-A INPUT -j REJECT
		COMMIT
	END
}
