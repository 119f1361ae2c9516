# SPDX-License-Identifier: GPL-2.0-or-later
"""What `fwport why` says against what the kernel does: random rulesets, real conversations.

    differential.py --program FWPORT [--engine nft|iptables-nft|iptables-legacy|iptables-both] [--seconds 60] [--seed N]
                    [--rulesets N] [--questions 12]

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
import os
import random
import socket
import subprocess
import sys
import tempfile
import time

import rules
import tables
from host import ENDS, SERVED, Question, Refused, asked, forget, links, load, load_tables, make_ipsets, run, why

CLONE_NEWNET = 0x40000000
SILENCE, DOUBT, CERTAINTY = 0.3, 3.0, 20.0  # seconds of waiting; the last, with a new server, before anybody is accused
MOST_DISAGREEMENTS = 5  # then it stops
ENGINES = {
    "nft": (),
    "iptables-nft": ("iptables-nft",),
    "iptables-legacy": ("iptables-legacy",),
    "iptables-both": ("iptables-nft", "iptables-legacy"),
}
HERE = os.path.dirname(os.path.abspath(__file__))

Judgement = collections.namedtuple("Judgement", "question said text works")


def enter_client():
    """For a thread: its sockets are the client's from now on."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/run/netns/client") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "setns")


def exchange(talk):
    """Whoever answers: NAT may have sent the question to another port."""
    talk.sendall(b"hello")
    return talk.recv(2048).endswith(b" got hello")


def works(question, patience):
    kind = socket.SOCK_STREAM if question.protocol == "tcp" else socket.SOCK_DGRAM
    family = socket.AF_INET6 if ":" in question.host else socket.AF_INET
    with socket.socket(family, kind) as talk:
        talk.settimeout(patience)
        try:
            talk.bind((question.client, 0))
            talk.connect((question.host, question.port))
            return exchange(talk) and exchange(talk)
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
        deadline = time.monotonic() + 60
        while not os.path.exists(ready):
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not come up")
            time.sleep(0.02)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


def disagreements(judgements):
    """"depends" and "unknown" are honest; anything that is no verdict at all is not."""
    return [one for one in judgements if one.said not in ("depends", "unknown", "open" if one.works else "blocked")]


def quote(text):
    for line in text.splitlines():
        print("#   ", line)


def listings(engine):
    if engine == "nft":
        yield "nft", "-a", "list", "ruleset"
    for one in ENGINES[engine]:
        yield f"{one}-save", "-c"
        yield one.replace("iptables", "ip6tables") + "-save", "-c"


def report(engine, seed, wrong):
    print(f"# --- --engine {engine} --seed {seed} --rulesets 1")
    for one in wrong:
        print(f"# why says {one.said}, the conversation {'works' if one.works else 'does not work'}: {one.question}")
        print(f"# fwport {' '.join(asked(one.question))}")
        quote(one.text)
    for listing in listings(engine):
        quote(run(*listing, capture_output=True, text=True).stdout)


class Trial:
    """One run over many rulesets."""

    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.talkers = concurrent.futures.ThreadPoolExecutor(32, initializer=enter_client)
        self.askers = concurrent.futures.ThreadPoolExecutor(2)
        self.server = Server()
        self.seen = collections.Counter()
        self.disagreements = 0
        self.rulesets = self.refused = 0

    def questions(self, chance):
        all_of_them = [Question(*end, *port) for end, port in itertools.product(ENDS, SERVED)]
        return chance.sample(all_of_them, self.options.questions)

    def load(self, chance):
        """And whether the ruleset remembers clients."""
        if self.options.engine == "nft":
            load("flush ruleset\n" + rules.Author(chance).ruleset())
            return False
        texts = []
        for engine, version in itertools.product(ENGINES[self.options.engine], (4, 6)):
            texts.append(tables.Author(chance, version).ruleset())
            load_tables(engine, version, texts[-1])
        return any(word in text for word in tables.REMEMBERING for text in texts)

    def judged(self, questions, patience):
        real = self.talkers.map(lambda question: works(question, patience), questions)
        said = self.askers.map(lambda question: why(self.options.program, question), questions)
        return [Judgement(question, *words, truth) for question, words, truth in zip(questions, said, real)]

    def judged_anew(self, questions, patience):
        """One question of each client, of whom nothing is remembered when first `why` and then the kernel is asked."""
        forget()
        questions = list({question.client: question for question in questions}.values())
        said = list(self.askers.map(lambda question: why(self.options.program, question), questions))
        real = self.talkers.map(lambda question: works(question, patience), questions)
        return [Judgement(question, *words, truth) for question, words, truth in zip(questions, said, real)]

    def ruleset(self, seed):
        chance = random.Random(seed)
        remembers = self.load(chance)
        questions = self.questions(chance)
        judge = self.judged_anew if remembers else self.judged
        judgements = judge(questions, SILENCE)
        self.seen.update(one.said for one in judgements)
        self.rulesets += 1
        wrong = disagreements(judgements)
        if wrong:
            wrong = disagreements(judge([one.question for one in wrong], DOUBT))
        if wrong:  # a machine with too much to do may have left the server behind
            self.server.restart(self.directory)
            wrong = disagreements(judge([one.question for one in wrong], CERTAINTY))
        self.disagreements += len(wrong)
        if wrong:
            report(self.options.engine, seed, wrong)

    def run(self):
        end = time.monotonic() + self.options.seconds
        for seed in itertools.count(self.options.seed):
            if (seed - self.options.seed) % 20 == 0:
                self.server.restart(self.directory)
            try:
                self.ruleset(seed)
            except Refused:
                self.refused += 1
            enough = self.rulesets >= self.options.rulesets or self.disagreements >= MOST_DISAGREEMENTS
            if enough or time.monotonic() > end:
                break
        self.server.stop()

    def summary(self):
        total = sum(self.seen.values())
        words = ", ".join(f"{count} {word}" for word, count in sorted(self.seen.items()))
        print(f"# {self.options.engine}, seed {self.options.seed}: {self.rulesets} rulesets, {self.refused} refused,", end=" ")
        print(f"{total} conversations ({words}), {self.disagreements} disagreements")
        return total

    def complaints(self):
        total = self.summary()
        if self.disagreements:
            yield "why and the kernel disagree"
        if self.rulesets < 20:
            return  # too few to say anything about shares
        # The usual shares are far from these bounds, since a ruleset's conversations end alike and luck makes them vary.
        if self.seen["open"] + self.seen["blocked"] < (0.8 if self.options.engine == "nft" else 0.65) * total:
            yield "too much is left undecided"
        if min(self.seen["open"], self.seen["blocked"]) < 0.02 * total:
            yield "the rulesets are one-sided"


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--engine", choices=sorted(ENGINES), default="nft")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**8))
    parser.add_argument("--rulesets", type=int, default=10**9)
    parser.add_argument("--questions", type=int, default=12)
    return parser.parse_args()


def main():
    asked_for = options()
    if os.getpid() != 1:
        sys.exit("differential.py wants namespaces of its own; start differential.sh")
    links()
    if asked_for.engine != "nft":
        make_ipsets()
    with tempfile.TemporaryDirectory(dir="/run") as directory:
        for kind in ("CONFIG", "STATE", "RUN"):
            os.environ[f"FWPORT_{kind}_DIR"] = directory
        trial = Trial(asked_for, directory)
        trial.run()
    complaints = list(trial.complaints())
    for complaint in complaints:
        print("#", complaint)
    sys.stdout.flush()
    os._exit(bool(complaints))  # threads that still wait for silence are not waited for


main()
