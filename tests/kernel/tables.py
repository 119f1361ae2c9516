# SPDX-License-Identifier: GPL-2.0-or-later
"""Random tables of iptables, as iptables-restore reads them, drawn from small pools of values.

The same text goes into legacy tables and, by iptables-nft, into nf_tables. Everything here is what the evaluator claims to
understand.
"""

PORTS = (443, 80, 22, 53)
PREFIXES = {
    4: ("192.0.2.1", "192.0.2.66", "192.0.2.64/26", "192.0.2.0/24", "198.51.100.0/24", "0.0.0.0/1", "192.0.2.1/255.0.255.255"),
    6: ("2001:db8::1", "2001:db8::66", "2001:db8::/64", "2001:db8:1::/64", "2001:db8::/32", "::/1"),
}
RANGES = {4: "192.0.2.0-192.0.2.65", 6: "2001:db8::60-2001:db8::6f"}
TABLES = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "INPUT", "INPUT", "OUTPUT"),
}
BUILTINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}
ARRIVING = ("PREROUTING", "INPUT")


class Author:
    """Writes the tables of one family."""

    def __init__(self, chance, version):
        self.chance = chance
        self.version = version

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
            words += [f"-m {protocol} {self.sign()}{self.one(('--dport', '--dport', '--sport'))} {self.ports()}"]
        if protocol == "tcp" and self.often(0.2):
            flags = self.one(("SYN SYN", "SYN,ACK SYN", "SYN,ACK SYN,ACK", "ACK ACK", "FIN,SYN,RST,ACK SYN", "ALL NONE"))
            words += [f"-m tcp {self.sign()}--tcp-flags {flags}"]
        return words

    def address(self):
        return [f"{self.sign()}{self.one(('-s', '-s', '-d'))} {self.one(PREFIXES[self.version])}"]

    def interface(self, chain):
        if not chain:
            return []
        option = "-i" if chain in ARRIVING else "-o"
        return [f"{self.sign()}{option} {self.one(('eth0', 'eth1', 'eth+', 'lo'))}"]

    def state(self):
        states = self.one(("NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID", "NEW,UNTRACKED"))
        return [f"-m {self.one(('conntrack', 'conntrack', 'state'))}".replace("-m state", f"-m state {self.sign()}--state {states}").replace(
            "-m conntrack", f"-m conntrack {self.sign()}--ctstate {states}"
        )]

    def other(self):
        mark = self.one(("0x0", "0x1", "0x2/0x2", "0x0/0x3"))
        return [
            self.one(
                (
                    f"-m mark {self.sign()}--mark {mark}",
                    f"-m iprange {self.sign()}--src-range {RANGES[self.version]}",
                    "-m addrtype --dst-type LOCAL",
                    f"-m pkttype {self.sign()}--pkt-type unicast",
                    '-m comment --comment "nothing at all"',
                    f"{self.sign()}-p {self.one(('tcp', 'udp'))}",
                )
            )
        ]

    def matches(self, chain):
        words = []
        for _ in range(self.one((0, 1, 1, 1, 2, 2, 3))):
            more = self.one((self.transport, self.transport, self.address, lambda: self.interface(chain), self.state, self.other))()
            taken = any(word.lstrip("! ").split()[0] == new.lstrip("! ").split()[0] for word in words for new in more)
            words += [] if taken else more
        return words

    def target(self, table, chain, callees):
        ends = ["ACCEPT"] * 9 + ["DROP"] * 4 + ["RETURN"] + ["LOG"] + list(callees) * 2
        word = self.one(ends)
        if table == "filter" and self.often(0.1):
            word = "REJECT"
        if table == "mangle" and self.often(0.3):
            return f"-j MARK --set-xmark {self.one(('0x1/0xffffffff', '0x2/0x2', '0x0/0xffffffff'))}"
        if word in callees and self.often(0.3):
            return f"-g {word}"
        return "" if self.often(0.05) else f"-j {word}"

    def rule(self, table, chain, callees):
        words = self.matches(chain)
        target = self.target(table, chain, callees)
        if not words and target in ("-j DROP", "-j ACCEPT", "-j RETURN", "-j REJECT"):
            words = self.transport()
        return " ".join(words + [target]).strip()

    def rules(self, table, chain, callees):
        some = [self.rule(table, chain, callees) for _ in range(self.chance.randint(0, 5))]
        if chain in ("INPUT", "OUTPUT") and self.often(0.5):
            some.insert(0, "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        return some

    def policy(self, chain):
        return "DROP" if chain == "INPUT" and self.often(0.3) or self.often(0.04) else "ACCEPT"

    def table(self, name):
        callees = [f"sub{i}" for i in range(self.chance.randint(0, 4))]
        lines = [f"*{name}"] + [f":{chain} {self.policy(chain)} [0:0]" for chain in BUILTINS[name]]
        lines += [f":{chain} - [0:0]" for chain in callees]
        for i, chain in enumerate(callees):
            lines += [f"-A {chain} {rule}" for rule in self.rules(name, None, callees[i + 1 :])]
        for chain in sorted(set(self.chance.sample(TABLES[name], self.chance.randint(1, len(TABLES[name]))))):
            lines += [f"-A {chain} {rule}" for rule in self.rules(name, chain, callees)]
        return lines + ["COMMIT"]

    def ruleset(self):
        return "\n".join(line for name in TABLES for line in self.table(name)) + "\n"
