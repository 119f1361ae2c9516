# SPDX-License-Identifier: GPL-2.0-or-later
"""Random tables of iptables, as iptables-restore reads them, drawn from small pools of values.

The same text goes into legacy tables and, by iptables-nft, into nf_tables. Everything here is what the evaluator claims to
understand.
"""

import re

import extensions

PORTS = (443, 80, 22, 53)
PREFIXES = {
    4: ("192.0.2.1", "192.0.2.66", "192.0.2.64/26", "192.0.2.0/24", "198.51.100.0/24", "0.0.0.0/1", "192.0.2.1/255.0.255.255"),
    6: ("2001:db8::1", "2001:db8::66", "2001:db8::/64", "2001:db8:1::/64", "2001:db8::/32", "::/1"),
}
TABLES = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "PREROUTING", "INPUT", "POSTROUTING"),
    "filter": ("INPUT", "INPUT", "INPUT", "OUTPUT"),
}
BUILTINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}
ARRIVING = ("PREROUTING", "INPUT")
MOST_RULES = {"raw": 3, "mangle": 4, "nat": 3, "filter": 5}
# What counts, or writes down who has been there:
REMEMBERING = ("-m recent", "-j SET", "-m connlimit", "-m hashlimit", "-m limit")
EFFECTS = {"raw": 0.15, "mangle": 0.4, "nat": 0.6, "filter": 0.15}  # shares of their rules


def options_of(words):
    """Those that a rule has once."""
    return {option for word in words for option in re.findall(r"(?:^| )-([pfsdio])\b", word)}


class Author:
    """Writes the tables of one family."""

    def __init__(self, chance, version):
        self.chance = chance
        self.version = version
        self.name = f"h{chance.randrange(10**9)}"  # a list of hashlimit keeps the settings of its first rule

    def one(self, choices):
        return self.chance.choice(choices)

    def often(self, share):
        return self.chance.random() < share

    def sign(self, share=0.2):
        return "! " if self.often(share) else ""

    def port(self):
        return str(self.one(PORTS))

    def ports(self):
        return self.one((self.port(), self.port(), "1:79", "80:443", "0:65535", "443:444", ":442", "443:"))

    def list_of_ports(self):
        return self.one(("22,80", "53,443", "20:80,443", "1:21,23:442", "443", "80,443,8000:9000"))

    def transport(self):
        protocol = self.one(("tcp", "tcp", "udp"))
        words = [f"-p {protocol}"]
        if self.often(0.3):
            side = self.one(("--dports", "--dports", "--sports", "--ports"))
            return words + [f"-m multiport {self.sign()}{side} {self.list_of_ports()}"]
        if self.often(0.8):
            ports = self.ports()
            sign = "" if ports == "0:65535" else self.sign()  # iptables-nft 1.8.9 takes "! --dport 0:65535" for any port
            words += [f"-m {protocol} {sign}{self.one(('--dport', '--dport', '--sport'))} {ports}"]
        if protocol == "tcp" and self.often(0.2):
            flags = self.one(("SYN SYN", "SYN,ACK SYN", "SYN,ACK SYN,ACK", "ACK ACK", "FIN,SYN,RST,ACK SYN", "ALL NONE"))
            words += [f"-m tcp {self.sign()}--tcp-flags {flags}"]
        return words

    def address(self):
        return [f"{self.sign()}{self.one(('-s', '-s', '-d'))} {self.one(PREFIXES[self.version])}"]

    def interface(self, chain):
        """A chain that others call may ask for what its packets do not have, too."""
        option = self.one(("-i", "-o")) if not chain else "-i" if chain in ARRIVING else "-o"
        return [f"{self.sign()}{option} {self.one(('eth0', 'eth1', 'eth+', 'lo', '+'))}"]

    def fill(self, text):
        pools = {**extensions.POOLS, **extensions.FAMILY_POOLS[self.version], "name": (self.name,)}
        return re.sub(r"<(\w+)>", lambda hole: self.one(pools[hole[1]]), text)

    def extension(self, rows, chain):
        """One of the rows that may stand in this chain."""
        fitting = [text for text, chains, version in rows if version in (None, self.version) and (not chains or chain in chains)]
        return self.fill(self.one(fitting)) if fitting else ""

    def other(self, chain):
        return [self.extension(extensions.MATCHES, chain)]

    def matches(self, chain):
        """Options are not given twice; matches may be."""
        words = []
        for _ in range(self.one((0, 1, 1, 1, 2, 2, 3))):
            kinds = (self.transport, self.transport, self.address, lambda: self.interface(chain)) + 3 * (lambda: self.other(chain),)
            more = self.one(kinds)()
            words += [] if options_of(words) & options_of(more) else more
        return words

    def target(self, table, callees):
        ends = ["ACCEPT"] * 9 + ["RETURN"] + ["LOG"] + list(callees) * 2
        ends += [] if table == "nat" else ["DROP"] * (3 if table == "filter" else 1)
        word = self.one(ends)
        if table == "filter" and self.often(0.1):
            word = "REJECT"
        if word in callees and self.often(0.3):
            return f"-g {word}"
        return "" if self.often(0.05) else f"-j {word}"

    def effect(self, table, chain, words):
        """What the table's rules do beside letting pass and dropping, or nothing where it does not fit."""
        effect = self.extension(extensions.EFFECTS[table], chain)
        return "" if options_of(words) & options_of([effect]) else effect

    def rule(self, table, chain, callees):
        words = [word for word in self.matches(chain) if table != "nat" or "rpfilter" not in word]  # which is not for there
        if self.often(EFFECTS[table]):
            return " ".join(words + [self.effect(table, chain, words)])
        target = self.target(table, callees)
        if not words and target in ("-j DROP", "-j ACCEPT", "-j RETURN", "-j REJECT"):
            words = self.transport()
        return " ".join(words + [target]).strip()

    def rules(self, table, chain, callees):
        some = [self.rule(table, chain, callees) for _ in range(self.chance.randint(0, MOST_RULES[table]))]
        if table != "nat" and chain in ("INPUT", "OUTPUT") and self.often(0.5):
            some.insert(0, "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        return some

    def policy(self, table, chain):
        if table == "nat":
            return "ACCEPT"
        share = 0.3 if (table, chain) == ("filter", "INPUT") else 0.02
        return "DROP" if self.often(share) else "ACCEPT"

    def table(self, name):
        callees = [f"sub{i}" for i in range(self.chance.randint(0, 4))]
        lines = [f"*{name}"] + [f":{chain} {self.policy(name, chain)} [0:0]" for chain in BUILTINS[name]]
        lines += [f":{chain} - [0:0]" for chain in callees]
        for i, chain in enumerate(callees):
            lines += [f"-A {chain} {rule}" for rule in self.rules(name, None, callees[i + 1 :])]
        for chain in sorted(set(self.chance.sample(TABLES[name], self.chance.randint(1, len(TABLES[name]))))):
            lines += [f"-A {chain} {rule}" for rule in self.rules(name, chain, callees)]
        return lines + ["COMMIT"]

    def ruleset(self):
        return "\n".join(line for name in TABLES for line in self.table(name)) + "\n"
