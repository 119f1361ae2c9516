# SPDX-License-Identifier: GPL-2.0-or-later
"""Random nft rulesets, drawn from small pools of values so that their rules get in each other's way.

Everything here is what the evaluator claims to understand; what it does not is another test's affair. Lines that nft or the
kernel refuses are left out.
"""

PORTS = (443, 80, 22, 53)
PREFIXES = {
    "ip": ("192.0.2.1", "192.0.2.66", "192.0.2.64/26", "192.0.2.0/24", "198.51.100.0/24", "0.0.0.0/1", "192.0.2.0-192.0.2.65"),
    "ip6": ("2001:db8::1", "2001:db8::66", "2001:db8::/64", "2001:db8:1::/64", "2001:db8::/32", "2001:db8::60-2001:db8::6f"),
}
OBJECTS = """
	counter seen { }
	quota plenty { 100 mbytes }
	quota spent { 500 bytes used 500 bytes }
	limit loose { rate 100000/second burst 1000 packets }
	ct timeout short { protocol tcp; l3proto ip; policy = { established : 100 }; }
	map counters { type inet_service : counter; elements = { 443 : "seen", 53 : "seen" } }
	map quotas { type inet_service : quota; flags interval; elements = { 22-80 : "plenty", 443 : "spent" } }
"""
SETS = """
	set ports { type inet_service; flags interval; elements = { 20-80, 443 }; }
	set few { type inet_service; elements = { 53, 80 }; }
	set near4 { type ipv4_addr; flags interval; elements = { 192.0.2.0/26, 203.0.113.7 }; }
	set near6 { type ipv6_addr; flags interval; elements = { 2001:db8::/122 }; }
	set pairs4 { type ipv4_addr . inet_service; elements = { 192.0.2.1 . 443, 192.0.2.66 . 80 }; }
	set wide4 { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/25 . 1-442, 198.51.100.1 . 443 }; }
	map fate { type inet_service : verdict; elements = { 22 : accept, 80 : continue }; }
"""
PRIORITIES = (-300, -160, -150, -90, -10, -1, 0, 1, 10, 50, 90)
HOOKS = ("prerouting", "input", "output", "postrouting")
REJECTS = ("reject", "reject with icmpx admin-prohibited", "meta l4proto tcp reject with tcp reset")
PASSING = (  # by the hook they may stand in: what goes on, or breaks the rule for some packets
    ('counter name "seen"', None),
    ('limit name "loose"', None),
    ('quota name "plenty"', None),
    ("quota 100 mbytes", None),
    ("quota over 100 mbytes", None),
    ("counter name tcp dport map @counters", None),
    ("quota name tcp dport map @quotas", None),
    ("ct count 100000", None),
    ("ct count over 0", None),
    ("ct count over 100000", None),
    ("ct label 3", None),
    ("ct label != 3", None),
    ("ct original packets < 100000", None),
    ("tcp option maxseg exists", None),
    ("tcp option maxseg missing", None),
    ("tcp option maxseg size >= 100", None),
    ("tcp option maxseg size set 1200", None),
    ("reset tcp option sack-perm", None),
    ("exthdr frag missing", None),
    ("exthdr hbh exists", None),
    ("ip option rr missing", None),
    ("rt ipsec missing", None),
    ("meta ipsec missing", "input"),
    ("ipsec in reqid 1", "input"),
    ("meta sdif 0", "input"),
    ("meta rtclassid 0", "prerouting"),
    ('osf name "Nobody"', "input"),
    ("numgen random mod 1 0", None),
    ("numgen inc mod 3 < 3", None),
    ("symhash mod 2 != 7", None),
    ("jhash ip saddr mod 4 < 4", None),
    ('meta time > "2020-01-01"', None),
    ('meta time < "2020-01-01"', None),
    ("ip dscp set cs1", None),
    ("ip ttl set 60", None),
    ("ip6 hoplimit set 60", None),
    ("dup to 192.0.2.200", None),
)


class Author:
    """Writes one ruleset."""

    def __init__(self, chance):
        self.chance = chance
        self.slots = {hook: list(PRIORITIES) for hook in HOOKS}

    def one(self, choices):
        return self.chance.choice(choices)

    def often(self, share):
        return self.chance.random() < share

    def port(self):
        return str(self.one(PORTS))

    def ports(self):
        return self.one(
            (
                self.port(),
                self.port(),
                "!= " + self.port(),
                "{ %s, %s-%d }" % (22, 79, self.one((80, 442, 443))),
                "!= { 53, 80 }",
                "%d-%d" % self.one(((1, 79), (80, 443), (1, 65535), (443, 444))),
                "< 443",
                ">= 443",
                "@ports",
                "!= @few",
            )
        )

    def prefix(self, family):
        sign = "!= " if self.often(0.2) else ""
        near = "@near4" if family == "ip" else "@near6"
        return sign + self.one(PREFIXES[family] + (near, near, "{ %s, %s }" % PREFIXES[family][:2]))

    def address(self, family):
        family = self.one(("ip", "ip6")) if family == "inet" else family
        return f"{family} {self.one(('saddr', 'saddr', 'daddr'))} {self.prefix(family)}"

    def interface(self):
        name = self.one(('"eth0"', '"eth1"', '"eth*"', '"lo"', '!= "eth1"', '{ "eth0", "lo" }'))
        return f"{self.one(('iifname', 'iifname', 'oifname'))} {name}"

    def state(self):
        return "ct state " + self.one(
            ("new", "established", "established,related", "invalid", "!= new", "!= { established, related }", "{ new, untracked }")
        )

    def header(self):
        return self.one(
            (
                "meta l4proto tcp",
                "meta l4proto udp",
                "meta l4proto { tcp, udp }",
                "meta l4proto != udp",
                "meta nfproto ipv4",
                "meta nfproto != ipv4",
                "meta pkttype host",
                "meta protocol ip6",
                "tcp flags syn",
                "tcp flags & (syn | ack) == syn",
                "tcp flags & (syn | ack) == syn | ack",
                "tcp flags & ack == ack",
                "tcp flags & (fin | syn | rst | ack) != syn",
                "fib daddr type local",
            )
        )

    def mark(self):
        return "meta mark " + self.one(("0", "1", "!= 1", "& 0x3 == 0x2", "{ 1, 2 }", "> 1"))

    def pair(self, family):
        if family == "ip6":
            return "tcp dport " + self.ports()
        return "ip saddr . tcp dport " + self.one(("@pairs4", "@wide4", "!= @pairs4"))

    def seldom(self, hook):
        """What few hosts have: objects, options, numbers, notes; what a chain that others call can have stands in any."""
        return self.one([words for words, where in PASSING if where in (None, hook)])

    def match(self, family):
        return self.one(
            (
                lambda: f"tcp dport {self.ports()}",
                lambda: f"tcp dport {self.ports()}",
                lambda: f"udp dport {self.ports()}",
                lambda: f"{self.one(('tcp', 'udp', 'th'))} {self.one(('sport', 'dport'))} {self.ports()}",
                lambda: self.address(family),
                lambda: self.address(family),
                lambda: self.pair(family),
                self.interface,
                self.state,
                self.header,
                self.mark,
            )
        )()

    def effect(self):
        return self.one(("counter", "counter", "log group 7", f"meta mark set {self.one((0, 1, 2))}", "meta mark set meta mark | 0x2"))

    def verdict(self, callees, hook):
        words = ["accept"] * 9 + ["drop"] * 4 + ["return"] + ["continue"]
        words += [f"jump {callee}" for callee in callees] * 2 + [f"goto {callee}" for callee in callees]
        if hook in ("input", "output"):
            words += REJECTS[:1] if self.often(0.5) else REJECTS[1:]
        return self.one(words)

    def vmap(self, family, callees):
        ends = ["accept", "accept", "drop", "continue", "return"] + [f"jump {callee}" for callee in callees]
        address = self.one(("ip", "ip6")) if family == "inet" else family
        return self.one(
            (
                lambda: "tcp dport vmap { 443 : %s, 22-80 : %s }" % (self.one(ends), self.one(ends)),
                lambda: "tcp dport vmap @fate",
                lambda: "ct state vmap { established : accept, new : %s }" % self.one(ends),
                lambda: "%s saddr vmap { %s : %s }" % (address, self.one(PREFIXES[address]), self.one(ends)),
                lambda: 'iifname vmap { "eth0" : %s, "eth1" : %s }' % (self.one(ends), self.one(ends)),
                lambda: "meta l4proto vmap { tcp : %s, udp : %s }" % (self.one(ends), self.one(ends)),
            )
        )()

    def rule(self, family, callees, hook):
        if self.often(0.12):
            return self.vmap(family, callees)
        words = [self.match(family) for _ in range(self.one((0, 1, 1, 1, 2, 2, 3)))]
        words += [self.seldom(hook)] if self.often(0.2) else []
        words += [self.effect()] if self.often(0.3) else []
        end = self.verdict(callees, hook)
        if end in REJECTS[2:]:
            words = [word for word in words if "udp" not in word]
        if not words and end in ("drop", "accept", "return"):
            words = [self.match(family)]
        return " ".join(words + [end])

    def rules(self, family, callees, hook):
        some = [self.rule(family, callees, hook) for _ in range(self.chance.randint(0, 5))]
        if hook and self.often(0.5):
            some.insert(0, "ct state established accept" if self.often(0.7) else "ct state established,related accept")
        return some

    def base_chain(self, family, number, callees):
        hook = self.one(HOOKS + ("input", "input"))
        if not self.slots[hook]:
            return []
        priority = self.one(self.slots[hook])
        self.slots[hook].remove(priority)
        policy = "drop" if hook == "input" and self.often(0.35) or self.often(0.06) else "accept"
        head = f"type filter hook {hook} priority {priority}; policy {policy}"
        return [f"\tchain base{number} {{", f"\t\t{head}"] + self.body(family, callees, hook) + ["\t}"]

    def body(self, family, callees, hook):
        return [f"\t\t{rule}" for rule in self.rules(family, callees, hook)]

    def table(self, number):
        family = self.one(("inet", "inet", "ip", "ip6"))
        names = [f"sub{i}" for i in range(self.chance.randint(0, 4))]
        lines = [f"table {family} t{number} {{", (OBJECTS + SETS).strip("\n")]
        for i, name in enumerate(names):
            lines += [f"\tchain {name} {{"] + self.body(family, names[i + 1 :], None) + ["\t}"]
        for i in range(self.chance.randint(1, 4)):
            lines += self.base_chain(family, i, names)
        return lines + ["}"]

    def ruleset(self):
        return "\n".join(line for i in range(self.chance.randint(1, 3)) for line in self.table(i)) + "\n"
