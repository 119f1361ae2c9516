# SPDX-License-Identifier: GPL-2.0-or-later
"""What `fwport why` says against what the kernel does: random rulesets, real conversations.

    differential.py --program FWPORT [--engine nft|iptables-nft|iptables-legacy] [--seconds 60] [--seed N] [--rulesets N]
                    [--questions 12]

To be started in network, mount and process namespaces of its own (differential.sh does); it makes a client beside itself.
For each ruleset some conversations, TCP with data both ways or a UDP question and answer, are really held; `why` must say
open of those that work and blocked of those that do not. What `why` leaves undecided is counted, and may not be much. Each
disagreement is printed in full, with the seed of its ruleset.
"""

import argparse
import collections
import concurrent.futures
import ctypes
import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time

import rules
import tables

CLONE_NEWNET = 0x40000000
SILENCE, CERTAINTY = 0.3, 3.0  # seconds of waiting; the second before anybody is accused
MOST_DISAGREEMENTS = 5  # then it stops
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
LISTINGS = {
    "nft": [("nft", "-a", "list", "ruleset")],
    "iptables-nft": [("iptables-nft-save",), ("ip6tables-nft-save",)],
    "iptables-legacy": [("iptables-legacy-save", "-c"), ("ip6tables-legacy-save", "-c")],
}
HERE = os.path.dirname(os.path.abspath(__file__))

Judgement = collections.namedtuple("Judgement", "question said text works")
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


def enter_client():
    """For a thread: its sockets are the client's from now on."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/run/netns/client") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "setns")


def exchange(talk, port):
    talk.sendall(b"hello")
    return talk.recv(2048) == b"%d got hello" % port


def works(question, patience):
    kind = socket.SOCK_STREAM if question.protocol == "tcp" else socket.SOCK_DGRAM
    family = socket.AF_INET6 if ":" in question.host else socket.AF_INET
    with socket.socket(family, kind) as talk:
        talk.settimeout(patience)
        try:
            talk.bind((question.client, 0))
            talk.connect((question.host, question.port))
            return exchange(talk, question.port) and exchange(talk, question.port)
        except OSError:
            return False


class Server:
    """Starts anew from time to time: half-open connections that a ruleset left behind never end by themselves."""

    def __init__(self):
        self.process = None

    def restart(self, directory):
        self.stop()
        ready = tempfile.mktemp(dir=directory)
        specs = [f"{port}/{protocol}" for port, protocol in SERVED]
        script = os.path.join(HERE, "../cli/server.py")
        self.process = subprocess.Popen([sys.executable, "-IS", script, ready, *specs])
        deadline = time.monotonic() + 10
        while not os.path.exists(ready):
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not come up")
            time.sleep(0.02)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


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


def load_tables(engine, version, text):
    """Without the lines that iptables calls contradictory."""
    family = "ip6tables" if version == 6 else "iptables"
    for _ in range(20):
        command = [engine.replace("iptables", family) + "-restore"]
        restore = subprocess.run(command, input=text, text=True, capture_output=True)
        refused = re.search(r"line:? (\d+)", restore.stderr)
        if not restore.returncode:
            return
        if not refused:
            break
        text = "\n".join(line for i, line in enumerate(text.split("\n"), 1) if i != int(refused[1]))
    raise ValueError(f"{engine} refuses the tables: {restore.stderr}\n{text}")


def disagrees(said, truth):
    """"depends" and "unknown" are honest; anything that is no verdict at all is not."""
    return said not in ("depends", "unknown", "open" if truth else "blocked")


def quote(text):
    for line in text.splitlines():
        print("#   ", line)


def report(engine, seed, wrong):
    print(f"# --- --engine {engine} --seed {seed} --rulesets 1")
    for one in wrong:
        print(f"# why says {one.said}, the conversation {'works' if one.works else 'does not work'}: {one.question}")
        print(f"# fwport {' '.join(asked(one.question))}")
        quote(one.text)
    for listing in LISTINGS[engine]:
        quote(run(*listing, capture_output=True, text=True).stdout)


class Trial:
    """One run over many rulesets."""

    def __init__(self, options):
        self.options = options
        self.talkers = concurrent.futures.ThreadPoolExecutor(32, initializer=enter_client)
        self.askers = concurrent.futures.ThreadPoolExecutor(2)
        self.server = Server()
        self.seen = collections.Counter()
        self.disagreements = 0
        self.rulesets = 0

    def questions(self, chance):
        all_of_them = [Question(*end, *port) for end, port in itertools.product(ENDS, SERVED)]
        return chance.sample(all_of_them, self.options.questions)

    def disagreeing(self, judgements):
        """Those that stand after a second, patient conversation."""
        suspects = [one for one in judgements if disagrees(one.said, one.works)]
        again = self.talkers.map(lambda one: works(one.question, CERTAINTY), suspects)
        return [one for one, now in zip(suspects, again) if disagrees(one.said, now)]

    def load(self, chance):
        if self.options.engine == "nft":
            load("flush ruleset\n" + rules.Author(chance).ruleset())
            return
        for version in (4, 6):
            load_tables(self.options.engine, version, tables.Author(chance, version).ruleset())

    def ruleset(self, seed):
        chance = random.Random(seed)
        self.load(chance)
        questions = self.questions(chance)
        real = self.talkers.map(lambda question: works(question, SILENCE), questions)
        said = self.askers.map(lambda question: why(self.options.program, question), questions)
        judgements = [Judgement(question, *words, truth) for question, words, truth in zip(questions, said, real)]
        self.seen.update(one.said for one in judgements)
        self.rulesets += 1
        wrong = self.disagreeing(judgements)
        self.disagreements += len(wrong)
        if wrong:
            report(self.options.engine, seed, wrong)

    def run(self, directory):
        end = time.monotonic() + self.options.seconds
        for seed in itertools.count(self.options.seed):
            if self.rulesets % 20 == 0:
                self.server.restart(directory)
            self.ruleset(seed)
            enough = self.rulesets >= self.options.rulesets or self.disagreements >= MOST_DISAGREEMENTS
            if enough or time.monotonic() > end:
                break
        self.server.stop()

    def summary(self):
        total = sum(self.seen.values())
        words = ", ".join(f"{count} {word}" for word, count in sorted(self.seen.items()))
        print(f"# {self.options.engine}, seed {self.options.seed}: {self.rulesets} rulesets, {total} conversations ({words}),", end=" ")
        print(f"{self.disagreements} disagreements")
        return total

    def complaints(self):
        total = self.summary()
        if self.disagreements:
            yield "why and the kernel disagree"
        if self.rulesets < 20:
            return  # too few to say anything about shares
        if self.seen["open"] + self.seen["blocked"] < 0.9 * total:
            yield "too much is left undecided"
        if min(self.seen["open"], self.seen["blocked"]) < 0.1 * total:
            yield "the rulesets are one-sided"


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--engine", choices=sorted(LISTINGS), default="nft")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**8))
    parser.add_argument("--rulesets", type=int, default=10**9)
    parser.add_argument("--questions", type=int, default=12)
    return parser.parse_args()


def main():
    trial = Trial(options())
    if os.getpid() != 1:
        sys.exit("differential.py wants namespaces of its own; start differential.sh")
    links()
    with tempfile.TemporaryDirectory(dir="/run") as directory:
        for kind in ("CONFIG", "STATE", "RUN"):
            os.environ[f"FWPORT_{kind}_DIR"] = directory
        trial.run(directory)
    complaints = list(trial.complaints())
    for complaint in complaints:
        print("#", complaint)
    sys.stdout.flush()
    os._exit(bool(complaints))  # threads that still wait for silence are not waited for


main()
