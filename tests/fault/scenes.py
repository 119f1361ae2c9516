# SPDX-License-Identifier: GPL-2.0-or-later
"""The hosts that fwport is struck on, and the changes it is struck in: data."""

import collections

from stage import Tables

NFT = """
table inet filter {
	set banned { type ipv4_addr; flags dynamic, timeout; }
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ip saddr @banned drop
		ip6 nexthdr icmpv6 accept
		tcp dport 22 accept
		log prefix "blocked: "
		reject
	}
}
table ip strict {
	chain in {
		type filter hook input priority 10; policy drop;
		tcp dport 22 accept
		ct state established accept
		counter
	}
}
"""
LEGACY = """*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j LOG --log-prefix "blocked: "
-A INPUT -j REJECT
COMMIT
"""
HOSTS = {"nft": Tables(NFT, ""), "legacy": Tables("", LEGACY), "both": Tables(NFT, LEGACY)}
PROFILES = {
    "one": "http=80\nhttps=443\n",
    "two": "https=443\nalt=8443\ndns=53/udp\n",
    "three": "mail=25\nalt=8443\n",
}

# before: commands without a fault. cut: a command that is killed behind that call. weak: the call behind that one fails.
# Calls are named as in the shim's log, with a number: the second pwrite is that of the journal's second record.
Scene = collections.namedtuple("Scene", "name host before command status cut weak", defaults=(0, None, None))

NOBODYS = ("close", "1/udp")  # not ours; but what another left open is ended
OPEN, TWO = ("open", "443"), [("open", "443"), ("open", "80")]
CLOSE, POLICY = ("close", "443"), ("policy", "in=drop", "--force", "--no-confirm")

SCENES = [
    *(
        scene
        for host in HOSTS
        for scene in (
            Scene("the first opening", host, [], OPEN),
            Scene("an opening beside another", host, [OPEN], ("open", "80", "8000-8010/udp")),
            Scene("closing one of two", host, TWO, CLOSE),
            Scene("closing the last", host, [OPEN], CLOSE),
            Scene("another profile", host, [OPEN, ("apply", "one")], ("apply", "two")),
            Scene("a rollback", host, [*TWO, CLOSE], ("rollback",)),
        )
    ),
    Scene("an opening to be confirmed", "both", [OPEN], ("open", "80", "--confirm=600")),
    Scene("a confirmation", "nft", [OPEN, ("open", "80", "--confirm=600")], ("confirm",)),
    *(
        scene
        for host in ("nft", "legacy")
        for scene in (
            Scene("a policy", host, [OPEN], POLICY),
            Scene("a policy taken back", host, [POLICY], ("policy", "in=accept", "--no-confirm")),
        )
    ),
    Scene("the undoing of an opening", "both", [OPEN], ("open", "80"), 4, weak=("pwrite", 2)),
    Scene("the undoing of a profile", "nft", [("apply", "one")], ("apply", "two"), 4, weak=("pwrite", 2)),
    Scene("the recovery of an opening", "both", [OPEN], NOBODYS, 1, cut=(("open", "80"), "sendto batch", 1)),
    Scene("the recovery of a close", "both", TWO, NOBODYS, 1, cut=(CLOSE, "sendto batch", 1)),
    Scene("the recovery of a close", "legacy", TWO, NOBODYS, 1, cut=(CLOSE, "setsockopt tables", 1)),
    Scene("the recovery of a profile", "nft", [("apply", "one")], NOBODYS, 1, cut=(("apply", "two"), "pwrite", 3)),
]
