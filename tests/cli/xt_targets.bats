#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Targets of x_tables in tables of iptables-nft: what why says, and what becomes of real packets.

# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
load world

setup() {
	world_up
	command -v iptables-nft-restore >/dev/null || skip "needs iptables-nft"
}
teardown() { world_down; }

tables_are() {
	host iptables-nft-restore
}

tables6_are() {
	host ip6tables-nft-restore
}

# Servers name the port they have, so behind NAT the answer is another one's.

@test "DNAT moves the port, and the rule for the new one decides" {
	tables_are <<-END
		*nat
		-A PREROUTING -p tcp --dport 443 -j DNAT --to-destination $HOST4:8443
		-A PREROUTING -p tcp --dport 444 -j REDIRECT --to-ports 8444
		COMMIT
		*filter
		-A INPUT -p tcp --dport 8443 -j ACCEPT
		-A INPUT -p tcp -j DROP
		COMMIT
	END
	serve 8443 8444
	expect4 443=wrong-answer 444=timeout
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
}

@test "REDIRECT and MASQUERADE in IPv6" {
	tables6_are <<-END
		*nat
		-A PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports 8443
		-A POSTROUTING -o eth0 -j MASQUERADE
		COMMIT
		*filter
		-A INPUT -p tcp --dport 8443 -j ACCEPT
		-A INPUT -p tcp -j REJECT
		COMMIT
	END
	serve 8443
	expect6 443=wrong-answer
	fwport why in 443 -6
	assert_status 0
}

@test "marks pass from the packet to the connection and back" {
	tables_are <<-END
		*mangle
		-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
		-A PREROUTING -p tcp --dport 443 -m conntrack --ctstate NEW -j MARK --set-xmark 0x5/0xff
		-A PREROUTING -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy accept
				meta mark 5 accept
				tcp dport { 443, 444 } drop
			}
		}
	END
	serve 443 444
	expect4 443=open 444=timeout
	fwport why in 444 -4
	assert_status 1
}

@test "what is not tracked is not established" {
	tables_are <<-END
		*raw
		-A PREROUTING -p tcp --dport 444 -j CT --notrack
		-A OUTPUT -p tcp --sport 445 -j CT --notrack
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy drop
				ct state new,established accept
			}
		}
	END
	serve 443 444
	expect4 443=open 444=timeout
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
}

@test "notrack comes too late for what has been given a helper" {
	tables_are <<-END
		*raw
		-A PREROUTING -p tcp --dport 443 -j CT --helper ftp
		-A PREROUTING -p tcp -j CT --notrack
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy accept
				ct state untracked drop
			}
		}
	END
	serve 443 444
	expect4 443=open 444=timeout
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
}

@test "a queue is somebody else's decision" {
	tables_are <<-END
		*filter
		-A INPUT -p tcp --dport 443 -j NFQUEUE --queue-num 7
		COMMIT
	END
	fwport why in 443 -4
	assert_status 11
	assert_says queue
}

@test "what a rule writes into the header later rules are not told" {
	tables_are <<-END
		*mangle
		-A PREROUTING -p tcp --dport 443:444 -j TOS --set-tos 0x10
		-A PREROUTING -p tcp --dport 445 -j TTL --ttl-set 10
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy accept
				tcp dport 444 ip dscp cs2 drop
				tcp dport 445 ip ttl 10 drop
				tcp dport 446 ip dscp cs2 drop
			}
		}
	END
	serve 443 444 445 446
	expect4 443=open 444=open 445=timeout 446=open
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 10
	fwport why in 445 -4
	assert_status 10
	fwport why in 446 -4
	assert_status 0
}

@test "a lifetime that is counted down, and flags of ECN that were not there" {
	tables_are <<-END
		*mangle
		-A PREROUTING -p tcp --dport 443:444 -j TTL --ttl-dec 54
		-A PREROUTING -p tcp -j ECN --ecn-tcp-remove
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy accept
				tcp dport 444 ip ttl 10 drop
				tcp dport 445 ip ttl 10 drop
				tcp dport 446 drop
			}
		}
	END
	serve 443 444 445 446
	expect4 443=open 444=timeout 445=open 446=timeout
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 10
	fwport why in 446 -4
	assert_status 1
}

@test "notrack comes too late for what is to be told of" {
	tables_are <<-END
		*raw
		-A PREROUTING -p tcp --dport 443 -j CT --ctevents new
		-A PREROUTING -p tcp -j CT --notrack
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy accept
				ct state untracked drop
			}
		}
	END
	serve 443 444
	expect4 443=open 444=timeout
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
}

@test "TPROXY drops what no proxy waits for" {
	tables_are <<-END
		*mangle
		-A PREROUTING -p tcp --dport 443 -j TPROXY --on-port 1080
		COMMIT
	END
	serve 443 444
	expect4 443=timeout 444=open
	fwport why in 443 -4
	assert_status 1
	fwport why in 444 -4
	assert_status 0
}

@test "a size of segments that was stripped is not there" {
	tables_are <<-END
		*mangle
		-A PREROUTING -p tcp --dport 443 -j TCPOPTSTRIP --strip-options mss
		-A PREROUTING -p tcp --dport 443 -m tcpmss ! --mss 0:65535 -j MARK --set-mark 5
		-A PREROUTING -p tcp --dport 444 -m tcpmss ! --mss 0:65535 -j MARK --set-mark 5
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 10; policy accept
				tcp flags syn meta mark 5 drop
			}
		}
	END
	serve 443 444
	expect4 443=timeout 444=open
	fwport why in 443 -4
	assert_status 10
	fwport why in 444 -4
	assert_status 0
}

@test "NETMAP keeps the bits behind the prefix" {
	host ip addr add 198.51.100.10/24 dev eth0
	tables_are <<-END
		*nat
		-A PREROUTING -p tcp -j NETMAP --to 198.51.100.0/24
		COMMIT
		*filter
		-A INPUT -d $HOST4 -p tcp --dport 443 -j DROP
		-A INPUT -d 198.51.100.10 -p tcp --dport 444 -j DROP
		COMMIT
	END
	serve 443 444
	expect4 443=open 444=timeout
	fwport why in 443 -4
	assert_status 0
	fwport why in 444 -4
	assert_status 1
}

@test "NETMAP of the source is seen by those behind it" {
	tables_are <<-END
		*nat
		-A INPUT -p tcp -j NETMAP --to 203.0.113.0/24
		COMMIT
	END
	ruleset_is <<-END
		table ip later {
			chain input {
				type filter hook input priority 200; policy accept
				ip saddr 192.0.2.1 tcp dport 443 drop
				ip saddr 203.0.113.1 tcp dport 444 drop
			}
		}
	END
	serve 443 444
	expect4 443=open 444=timeout
	fwport why in 443 -4 --from 192.0.2.1
	assert_status 0
	fwport why in 444 -4 --from 192.0.2.1
	assert_status 1
	fwport why in 444 -4
	assert_status 11
}
