# SPDX-License-Identifier: GPL-2.0-or-later
"""Random sequences of what happens on a host: fwport opens, closes, applies and rolls back, others edit their rules, and fwport is
killed in the midst. A model knows what has to be there. Speaks TAP.

    sequences.py --program FWPORT --shim FAULT.SO [--count 1000 | --seconds 15] [--seed N] [--only NUMBER] [--jobs 2]

After each sequence the openings are those of the model, connections to their ports pass and others do not, and when all is closed
the rules of others are those of a twin host that saw the same edits and never fwport.
"""

import argparse
import concurrent.futures
import ctypes
import difflib
import json
import multiprocessing
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from scenes import HOSTS, NOBODYS, PROFILES
from stage import CLONE_NEWNET, Stage, load, ruleset

ADDRESSES = ("192.0.2.10", "2001:db8::10")
SERVED = (80, 443, 8443, 25, 8000, 9000)  # by TCP; those of the wishes and of the profiles, and one that is never opened
SPECS = (("443",), ("80",), ("8000-8003",), ("25", "-4"), ("53/udp",), ("8443", "--from", "192.0.2.0/24", "-4"))
PORTS = {"one": ("80", "443"), "two": ("443", "8443", "53/udp"), "three": ("25", "8443"), "none": ()}
TWIN = ("nsenter", "--net=/run/netns/twin", "--")
LONGEST, STEPS = 700, (4, 14)  # calls of a command; steps of a sequence
SILENCE, CERTAINTY = 0.2, 10  # seconds to wait for a connection that must not come about, and for one that must


def key_of(spec):
    """An opening: its port and whom it is for."""
    port = spec[0] if "/" in spec[0] else spec[0] + "/tcp"
    return (port, "-4" in spec, "--from" in spec)


class Disagreement(Exception):
    pass


class Model:
    """What fwport has to have recorded: openings by hand and from profiles, by generation."""

    def __init__(self):
        self.records = [(frozenset(), frozenset())]

    @property
    def now(self):
        return self.records[-1]

    def openings(self):
        return sorted([*self.now[0], *self.now[1]])

    def after(self, command):
        hand, profile = self.now
        if command[0] == "open":
            return hand | {key_of(command[1:])}, profile
        if command[0] == "close":
            return hand - {key_of(command[1:])}, profile - {key_of(command[1:])}
        if command[0] == "apply":
            return hand, frozenset(key_of((port,)) for port in PORTS[command[1]])
        return self.records[-2] if len(self.records) > 1 else self.now

    def record(self, record):
        if record != self.now:
            self.records.append(record)


class Others:
    """Everybody else: rules with a comment of their own, inserted, added and deleted on the host and on its twin."""

    def __init__(self, chance, tables):
        self.chance, self.tables = chance, tables
        self.rules, self.made = [], 0  # (engine, comment)

    def engines(self):
        engines = ["nft"] if self.tables.nft else []
        return engines + (["iptables-legacy", "ip6tables-legacy"] if self.tables.legacy else [])

    def edit(self):
        if self.rules and self.chance.random() < 0.4:
            engine, comment = self.rules.pop(self.chance.randrange(len(self.rules)))
            self.delete(engine, comment)
            return f"{engine} deletes {comment}"
        self.made += 1
        engine, comment = self.chance.choice(self.engines()), f"other-{self.made}"
        before = self.chance.choice([None, "end", *[rule for name, rule in self.rules if name == engine]])
        port = 1000 + self.made
        for place in ((), TWIN):
            self.add(engine, comment, before, port, place)
        self.rules.append((engine, comment))
        return f"{engine} adds {comment} before {before}"

    def add(self, engine, comment, before, port, place):
        if engine == "nft":
            where = ["add" if before == "end" else "insert", "rule", "inet", "filter", "input"]
            if before not in (None, "end"):
                where += ["position", self.handle(before, place)]
            words = ["nft", *where, "tcp", "dport", str(port), "counter", "accept", "comment", f'"{comment}"']
        else:
            where = ["-A", "INPUT"] if before == "end" else ["-I", "INPUT", self.place(engine, before, place)]
            words = [engine, "-w", *where, "-p", "tcp", "--dport", str(port), "-m", "comment", "--comment", comment]
            words += ["-j", "ACCEPT"]
        subprocess.run((*place, *words), check=True, capture_output=True)

    def delete(self, engine, comment):
        for place in ((), TWIN):
            if engine == "nft":
                words = ["nft", "delete", "rule", "inet", "filter", "input", "handle", self.handle(comment, place)]
            else:
                words = [engine, "-w", "-D", "INPUT", self.place(engine, comment, place)]
            subprocess.run((*place, *words), check=True, capture_output=True)

    @staticmethod
    def handle(comment, place):
        words = (*place, "nft", "-a", "list", "chain", "inet", "filter", "input")
        listed = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        return re.search(rf'comment "{comment}" # handle (\d+)', listed)[1]

    @staticmethod
    def place(engine, comment, place):
        if comment is None:
            return "1"
        words = (*place, engine, "-w", "-S", "INPUT")
        lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split("\n")
        rules = [line for line in lines if line.startswith("-A")]
        return str(1 + [bool(re.search(rf"--comment {comment} ", line + " ")) for line in rules].index(True))


class Sequence:
    def __init__(self, stage, seed):
        self.stage, self.chance = stage, random.Random(seed)
        host = self.chance.choice(list(HOSTS))
        self.tables, self.model, self.told = HOSTS[host], Model(), [f"on a host with {host}"]
        self.others = Others(self.chance, self.tables)

    def play(self):
        self.stage.make(self.tables, [])
        load(self.tables, *TWIN)
        for _ in range(self.chance.randint(*STEPS)):
            if self.chance.random() < 0.35:
                self.told.append(self.others.edit())
            else:
                self.change(self.command())
        self.check_openings()
        self.check_packets()
        self.close_all()
        self.check_rules()

    def command(self):
        kind = self.chance.choice(("open", "open", "open", "close", "close", "apply", "rollback"))
        if kind == "apply":
            return ("apply", self.chance.choice(list(PORTS)))
        if kind == "rollback":
            return ("rollback",) if len(self.model.records) > 1 else ("open", "443")
        return (kind, *self.chance.choice(SPECS))

    def change(self, command):
        """A quarter of them is killed somewhere; the next command tells what became of it."""
        killed = self.chance.random() < 0.25
        at = self.chance.randint(1, LONGEST)
        how = self.chance.choice(("kill", "killed", "torn"))
        wanted = self.model.after(command)
        done = self.stage.fwport(*command, **({"calls": f"#{at}:{how}"} if killed else {}))
        self.told.append(" ".join(command) + (f", {how} at {at}" if killed else "") + f": exit {done.status}")
        if done.status == -signal.SIGKILL:
            self.settle(wanted)
        elif done.status == 0:
            self.model.record(wanted)
        elif done.status != 1 or wanted != self.model.now:
            raise Disagreement(f"exit {done.status}: {done.errors}{done.output}")

    def settle(self, wanted):
        """Some of those that come next are killed, too."""
        while self.chance.random() < 0.3:
            at = self.chance.randint(1, LONGEST)
            struck = self.stage.fwport(*NOBODYS, calls=f"#{at}:killed")
            self.told.append(f"{' '.join(NOBODYS)}, killed at {at}: exit {struck.status}")
        done = self.stage.fwport(*NOBODYS)
        seen = self.recorded()
        self.told.append(f"{' '.join(NOBODYS)}: {done.errors.split(chr(10))[0]}")
        if seen == sorted([*wanted[0], *wanted[1]]) and wanted != self.model.now:
            with open(f"{self.stage.state}/state.json") as state:
                if json.load(state)["generation"] == len(self.model.records):
                    self.model.record(wanted)
        self.check_openings()

    def recorded(self):
        status = json.loads(self.stage.fwport("--json", "status").output)
        keys = {}
        for opening in status["openings"]:
            if opening["applicable"] and opening["verdict"] != "open":
                raise Disagreement(f"{opening['ports']}/{opening['protocol']} is {opening['verdict']}")
            keys.setdefault(opening["id"], []).append(opening)
        if status["drift"]:
            raise Disagreement(f"the ruleset is not as recorded: {status['drift']}")
        return sorted(
            (f"{parts[0]['ports']}/{parts[0]['protocol']}", len(parts) == 1, bool(parts[0]["from"]))
            for parts in keys.values()
        )

    def check_openings(self):
        seen = self.recorded()
        if seen != self.model.openings():
            raise Disagreement(f"there is {seen}, and there has to be {self.model.openings()}")

    def is_open(self, address, port):
        """To the client at 192.0.2.1, which is in the network that is opened to."""
        for text, only_ipv4, _ in self.model.openings():
            ports, protocol = text.split("/")
            first, last = (ports.split("-") * 2)[:2] if "-" not in ports else ports.split("-")
            if protocol == "tcp" and int(first) <= port <= int(last) and not (only_ipv4 and ":" in address):
                return True
        return False

    def check_packets(self):
        asked = [(address, port, self.is_open(address, port)) for address in ADDRESSES for port in SERVED]
        for (address, port, wanted), seen in zip(asked, client.map(connects, asked)):
            if seen != wanted:
                raise Disagreement(f"{address} port {port} is {'open' if seen else 'closed'}")

    def close_all(self):
        for command in (("apply", "none"), *(("close", *spec) for spec in SPECS)):
            done = self.stage.fwport(*command)
            self.told.append(" ".join(command) + f": exit {done.status}")
            if done.status not in (0, 1):
                raise Disagreement(f"exit {done.status}: {done.errors}")

    def check_rules(self):
        seen, wanted = ruleset(self.tables), ruleset(self.tables, *TWIN)
        if seen != wanted:
            lines = difflib.unified_diff(wanted.split("\n"), seen.split("\n"), lineterm="", n=1)
            raise Disagreement("the rules of others are not as on the twin:\n" + "\n".join(lines))


# ---- connections ----

client = None


def enter_client():
    with open("/run/netns/client") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "setns")


def connects(asked):
    address, port, wanted = asked
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(CERTAINTY if wanted else SILENCE)
        try:
            connection.connect((address, port))
        except OSError:
            return False
    return True


def serve():
    """Whoever connects has arrived: the kernel answers by itself."""
    servers = []
    for port in SERVED:
        servers.append(socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1000))
    return servers


# ---- the programme ----

stage = servers = None


def set_up(program, shim, place):
    global stage, servers, client
    stage = Stage(program, shim, place)
    stage.profiles({**PROFILES, "none": "[in]\n"})
    subprocess.run(("ip", "netns", "add", "twin"), check=True)
    servers = serve()
    client = concurrent.futures.ThreadPoolExecutor(len(SERVED) * len(ADDRESSES), initializer=enter_client)


def play(job):
    seed, deadline = job
    if time.monotonic() > deadline:
        return seed, None
    sequence = Sequence(stage, seed)
    try:
        sequence.play()
        return seed, []
    except Disagreement as problem:
        return seed, [*sequence.told, str(problem)]
    except Exception:
        return seed, [*sequence.told, traceback.format_exc()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()

    print(f"1..1\n# seed {arguments.seed}", flush=True)
    numbers = [arguments.only] if arguments.only is not None else range(arguments.count or 100000)
    limit = float("inf") if arguments.count or arguments.only is not None else time.monotonic() + arguments.seconds
    jobs = ((f"{arguments.seed}.{number}", limit) for number in numbers)
    played = failed = 0
    with tempfile.TemporaryDirectory(prefix="fwport-fault-") as place, multiprocessing.Pool(
        arguments.jobs, set_up, (arguments.program, arguments.shim, place)
    ) as pool:
        for seed, problem in pool.imap(play, jobs, chunksize=1):
            played += problem is not None
            failed += bool(problem)
            if problem:
                number = seed.split(".")[1]
                print(f"# sequence {seed} (--seed {arguments.seed} --only {number}):")
                print("# " + "\n".join(problem).replace("\n", "\n# "), flush=True)
            if failed == 5 or problem is None:
                pool.terminate()
                break
    print(f"{'not ' if failed or not played else ''}ok 1 - model and kernel agree after random sequences # {played} sequences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
