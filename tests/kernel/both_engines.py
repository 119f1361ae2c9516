# SPDX-License-Identifier: GPL-2.0-or-later
"""What `fwport why` says of the same iptables-save text in legacy tables and in those of iptables-nft: the same.

    both_engines.py --program FWPORT [--seconds 30] [--seed N] [--texts N] [--questions 8] [FILE...]

To be started in namespaces of its own (both_engines.sh does). FILEs end in .v4 or .v6; without any the texts are random ones
of tables.py. No packet is sent. What one engine refuses to load is passed over.
"""

import argparse
import collections
import contextlib
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import tables
from host import ENDS, SERVED, Refused, forget, ipset, links, load_tables, make_ipsets

ENGINES = ("iptables-legacy", "iptables-nft")
MOST_DISAGREEMENTS = 5
VERDICTS = ("open", "blocked", "depends", "unknown")


def empty_tables():
    builtins = {**tables.BUILTINS, "security": tables.BUILTINS["filter"]}
    for name, chains in builtins.items():
        yield from [f"*{name}"] + [f":{chain} ACCEPT [0:0]" for chain in chains] + ["COMMIT"]


def unload():
    """The tables stay, as legacy ones do, and say nothing."""
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    for version in (4, 6):
        load_tables("iptables-legacy", version, "\n".join(empty_tables()) + "\n")
    forget()


def inbound(end, service):
    interface, host, client = end
    scope = ["--from", client, "--iface", interface, "-6" if ":" in host else "-4"]
    return ["why", "in", "%d/%s" % service, *scope, "--json"]


def outbound(end, service):
    _, host, client = end
    return ["why", "out", "%d/%s" % service, "--to", client, "-6" if ":" in host else "-4", "--json"]


QUESTIONS = [question(end, service) for question in (inbound, outbound) for end, service in itertools.product(ENDS, SERVED)]


def said(program, question):
    """The verdict, and that of each packet."""
    answer = subprocess.run([program, *question], capture_output=True, text=True, timeout=60)
    try:
        story = json.loads(answer.stdout)
        verdict = story["verdict"] if story["verdict"] in VERDICTS else "none"
        return verdict, [packet["verdict"] for family in story["families"] for packet in family["packets"]]
    except (ValueError, KeyError):
        return "none", [answer.stdout + answer.stderr]


def answers(program, engine, texts, questions):
    for version, text in texts.items():
        load_tables(engine, version, text)
    told = [said(program, question) for question in questions]
    unload()
    return told


def random_texts(seed):
    for number in itertools.count(seed):
        chance = random.Random(number)
        yield f"seed {number}", {version: tables.Author(chance, version).ruleset() for version in (4, 6)}


def make_sets(version, text):
    """Empty ones, where a file asks for some; a name that is taken has its set already."""
    for name in set(re.findall(r"-set (\S+)", text)):
        with contextlib.suppress(subprocess.CalledProcessError):
            ipset("create", name, "hash:net", *(("inet6",) if version == 6 else ()))


def file_texts(files, seed):
    """In an order of the seed's choice, since there may not be time for all."""
    for name in random.Random(seed).sample(files, len(files)):
        with open(name, encoding="utf-8", errors="replace") as text:
            version, text = 6 if name.endswith("6") else 4, text.read()
        make_sets(version, text)
        yield name, {version: text}


class Trial:
    """One run over many texts."""

    def __init__(self, options):
        self.options = options
        self.texts = self.refused = self.disagreements = 0
        self.seen = collections.Counter()

    def compare(self, name, texts):
        questions = random.Random(name).sample(QUESTIONS, self.options.questions)
        by_engine = [answers(self.options.program, engine, texts, questions) for engine in ENGINES]
        for question, *told in zip(questions, *by_engine):
            self.seen.update([told[0][0]])
            if told[0] != told[1] or told[0][0] == "none":
                self.disagreements += 1
                print(f"# {name}: fwport {' '.join(question)}")
                print("#   ", *(f"{engine}: {words}" for engine, words in zip(ENGINES, told)), sep="\n#     ")

    def try_one(self, name, texts):
        try:
            self.compare(name, texts)
            self.texts += 1
        except Refused:
            self.refused += 1
            unload()

    def run(self, some):
        end = time.monotonic() + self.options.seconds
        for name, texts in some:
            self.try_one(name, texts)
            enough = self.texts >= self.options.texts or self.disagreements >= MOST_DISAGREEMENTS
            if enough or time.monotonic() > end:
                break

    def summary(self):
        words = ", ".join(f"{count} {word}" for word, count in sorted(self.seen.items()))
        print(f"# seed {self.options.seed}: {self.texts} texts, {self.refused} refused, answers: {words};", end=" ")
        print(f"{self.disagreements} disagreements")


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**8))
    parser.add_argument("--texts", type=int, default=10**9)
    parser.add_argument("--questions", type=int, default=8)
    parser.add_argument("files", nargs="*")
    return parser.parse_args()


def main():
    wanted = options()
    trial = Trial(wanted)
    if os.getpid() != 1:
        sys.exit("both_engines.py wants namespaces of its own; start both_engines.sh")
    links()
    make_ipsets()
    with tempfile.TemporaryDirectory(dir="/run") as directory:
        for kind in ("CONFIG", "STATE", "RUN"):
            os.environ[f"FWPORT_{kind}_DIR"] = directory
        trial.run(file_texts(wanted.files, wanted.seed) if wanted.files else random_texts(wanted.seed))
    trial.summary()
    sys.exit(bool(trial.disagreements or not trial.texts))


main()
