# SPDX-License-Identifier: GPL-2.0-or-later
"""The host that rulesets are tried on, in namespaces of its own: its cables to one client, its tables, and what `why` says of it."""

import collections
import contextlib
import glob
import json
import os
import re
import subprocess
import sys

import extensions

STATUSES = {"open": 0, "blocked": 1, "depends": 10, "unknown": 11}
SERVED = ((443, "tcp"), (80, "tcp"), (22, "tcp"), (443, "udp"), (53, "udp"))
ENDS = (  # interface, the host's address, the client's
    ("eth0", "192.0.2.10", "192.0.2.1"),
    ("eth0", "192.0.2.10", "192.0.2.66"),
    ("eth1", "198.51.100.10", "198.51.100.1"),
    ("eth0", "2001:db8::10", "2001:db8::1"),
    ("eth0", "2001:db8::10", "2001:db8::66"),
    ("eth1", "2001:db8:1::10", "2001:db8:1::1"),
)
HERE = os.path.dirname(os.path.abspath(__file__))

Question = collections.namedtuple("Question", "interface host client port protocol")


def run(*words, **more):
    return subprocess.run(words, check=True, **more)


def links():
    """Two cables to one client; neighbours are fixed, so that only the conversation itself is filtered."""
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    run("ip", "netns", "add", "client")
    run("ip", "link", "set", "lo", "up")
    for i, name in enumerate(("eth0", "eth1")):
        peer = ("type", "veth", "peer", "name", name, "address", f"02:00:00:00:01:0{i}", "netns", "client")
        run("ip", "link", "add", name, "address", f"02:00:00:00:00:0{i}", *peer)
    for interface, host, client in ENDS:
        add_address(("ip",), interface, host)
        add_address(("ip", "-n", "client"), interface, client)
    for interface, host, client in ENDS:
        add_neighbour(("ip",), interface, client, f"02:00:00:00:01:0{interface[-1]}")
        add_neighbour(("ip", "-n", "client"), interface, host, f"02:00:00:00:00:0{interface[-1]}")
    run("ip", "route", "add", "default", "via", "192.0.2.1")
    run("ip", "route", "add", "::/0", "via", "2001:db8::1")
    for name, value in (("ipv4/tcp_synack_retries", 1), ("ipv4/icmp_ratelimit", 0), ("ipv6/icmp/ratelimit", 0)):
        with open(f"/proc/sys/net/{name}", "w") as knob:
            knob.write(str(value))


def add_address(ip, interface, address):
    length = ("64", "nodad") if ":" in address else ("24",)
    run(*ip, "addr", "replace", f"{address}/{length[0]}", "dev", interface, *length[1:])
    run(*ip, "link", "set", interface, "up")


def add_neighbour(ip, interface, address, lladdr):
    run(*ip, "neigh", "replace", address, "lladdr", lladdr, "dev", interface, "nud", "permanent")


def asked(question):
    family = "-6" if ":" in question.host else "-4"
    scope = ["--from", question.client, "--iface", question.interface, family]
    return ["why", "in", f"{question.port}/{question.protocol}", *scope, "--json"]


def why(program, question):
    answer = subprocess.run([program, *asked(question)], capture_output=True, text=True, timeout=60)
    try:
        verdict = json.loads(answer.stdout)["verdict"]
        if STATUSES[verdict] == answer.returncode:
            return verdict, answer.stdout
    except (ValueError, KeyError):
        pass
    return f"no verdict (exit {answer.returncode})", answer.stdout + answer.stderr


def load(text):
    """Loads a ruleset without the lines that nft calls contradictory ("udp dport 53 tcp dport 80")."""
    for _ in range(5):
        nft = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True)
        refused = {int(line) for line in re.findall(r"^/dev/stdin:(\d+):", nft.stderr, re.MULTILINE)}
        if not nft.returncode:
            return
        if not refused:
            break
        text = "\n".join(line for i, line in enumerate(text.split("\n"), 1) if i not in refused)
    raise ValueError(f"nft refuses the ruleset: {nft.stderr}\n{text}")


def ipset(*words):
    run(sys.executable, "-IS", os.path.join(HERE, "../cli/ipset.py"), *words)


def make_ipsets():
    """Where the kernel has any; without them iptables leaves out the rules that ask for one."""
    with contextlib.suppress(subprocess.CalledProcessError):
        for name, kind, family, elements in extensions.IPSETS:
            ipset("create", name, kind, *family)
            ipset("add", name, *elements)


def forget():
    """What rules have written down about clients."""
    for name in glob.glob("/proc/net/xt_recent/*"):
        with open(name, "w") as remembered:
            remembered.write("/\n")
    with contextlib.suppress(subprocess.CalledProcessError):
        for name, *_, elements in extensions.IPSETS:
            if not elements:
                ipset("flush", name)


class Refused(ValueError):
    """This kernel cannot do what the text asks for."""


def load_tables(engine, version, text):
    """Without the lines that iptables calls contradictory."""
    family = "ip6tables" if version == 6 else "iptables"
    for _ in range(60):
        command = [engine.replace("iptables", family) + "-restore"]
        restore = subprocess.run(command, input=text, text=True, capture_output=True)
        refused = re.search(r"line:? (\d+)", restore.stderr)
        if not restore.returncode:
            return
        lines = text.split("\n")
        if not refused or lines[int(refused[1]) - 1] == "COMMIT":
            break
        text = "\n".join(line for i, line in enumerate(lines, 1) if i != int(refused[1]))
    raise Refused(f"{engine} refuses the tables: {restore.stderr}\n{text}")
