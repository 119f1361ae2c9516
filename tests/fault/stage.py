# SPDX-License-Identifier: GPL-2.0-or-later
"""A host in namespaces of its own on which fwport is struck: its tables, its state, and how both are brought back for the next time."""

import collections
import ctypes
import glob
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../kernel"))

from host import links, run  # noqa: E402

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
NETLINK_NETFILTER, NLM_F_REQUEST, NFT_MSG_GETGEN = 12, 1, 10 << 8 | 16
PATIENCE = 120  # seconds for one command, which is many times what it takes
DUMPS = {False: "nft -s list ruleset", True: "nft -s list ruleset; iptables-legacy-save; ip6tables-legacy-save"}

# nft: a ruleset. legacy: a table as iptables-restore takes it, for both families; "" for none.
Tables = collections.namedtuple("Tables", "nft legacy")
Result = collections.namedtuple("Result", "status output errors log")
# What there is: everybody's rules without counters and handles, and fwport's openings with what the kernel does with each.
Picture = collections.namedtuple("Picture", "ruleset openings drift")


def enter_namespaces():
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET | CLONE_NEWNS) < 0:
        raise OSError(ctypes.get_errno(), "unshare")


def load(tables, *place):
    run(*place, "nft", "-f", "-", input="flush ruleset\n" + tables.nft, text=True)
    if tables.legacy:
        for restore in ("iptables-legacy-restore", "ip6tables-legacy-restore"):
            run(*place, restore, input=tables.legacy, text=True)


def ruleset(tables, *place):
    dump = subprocess.run((*place, "sh", "-c", DUMPS[bool(tables.legacy)]), text=True, capture_output=True)
    return re.sub(r"^#.*\n|(?m: \[\d+:\d+\]$)", "", dump.stdout, flags=re.MULTILINE)


class Stage:
    def __init__(self, program, shim, place):
        enter_namespaces()
        self.directory = tempfile.mkdtemp(dir=place)
        self.program, self.shim = program, shim
        self.state, self.saved = f"{self.directory}/state", f"{self.directory}/saved"
        os.environ["XTABLES_LOCKFILE"] = f"{self.directory}/xtables.lock"
        self.environment = {
            **os.environ,
            "FWPORT_DATA_DIR": os.path.join(os.path.dirname(program), "../share"),
            "FWPORT_CONFIG_DIR": f"{self.directory}/etc",
            "FWPORT_STATE_DIR": self.state,
            "FWPORT_RUN_DIR": f"{self.directory}/run",
        }
        os.makedirs(f"{self.directory}/etc/profiles")
        links()

    def profiles(self, texts):
        for name, text in texts.items():
            with open(f"{self.directory}/etc/profiles/{name}.profile", "w") as profile:
                profile.write(text)

    def fwport(self, *words, **faults):
        """One command; faults are variables for the shim, as calls="12:kill" or memory="3"."""
        environment, log = dict(self.environment), f"{self.directory}/log"
        if faults:
            environment.update({f"FAULT_{name.upper()}": value for name, value in faults.items()})
            environment.update(LD_PRELOAD=self.shim, FAULT_LOG=log)
        command = (self.program, *words)
        done = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=PATIENCE)
        lines = ""
        if faults:
            with open(log) as file:
                lines = file.read()
        return Result(done.returncode, done.stdout, done.stderr, lines)

    def make(self, tables, commands):
        """The host as these commands leave it, with nothing recorded before them."""
        self.tables = tables
        shutil.rmtree(self.state, ignore_errors=True)
        load(tables)
        for words in commands:
            done = self.fwport(*words)
            if done.status:
                raise ValueError(f"fwport {' '.join(words)}: exit {done.status}\n{done.output}{done.errors}")

    def files(self, directory):
        return {
            os.path.relpath(path, directory): open(path).read() if os.path.isfile(path) else None
            for path in glob.glob(f"{directory}/**", recursive=True)
        }

    def keep(self):
        """Notes what stands now, for put_state_back and is_untouched."""
        shutil.rmtree(self.saved, ignore_errors=True)
        os.makedirs(self.state, exist_ok=True)
        shutil.copytree(self.state, self.saved)
        self.kept_files = self.files(self.state)
        self.note()

    def note(self):
        self.kept_number = self.number()
        self.kept_legacy = ruleset(self.tables) if self.tables.legacy else None

    def put_state_back(self):
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.copytree(self.saved, self.state)

    def is_untouched(self):
        """Neither the ruleset nor a file was changed since they were noted; the lock is no news."""
        files = self.files(self.state)
        files.pop("lock", None)
        kept = {name: text for name, text in self.kept_files.items() if name != "lock"}
        if files != kept or self.number() != self.kept_number:
            return False
        return not self.tables.legacy or ruleset(self.tables) == self.kept_legacy

    def number(self):
        """The kernel's own number of the ruleset: it moves with every transaction of nf_tables."""
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as kernel:
            kernel.send(struct.pack("=IHHIIBBH", 20, NFT_MSG_GETGEN, NLM_F_REQUEST, 1, 0, 0, 0, 0))
            return struct.unpack_from(">I", kernel.recv(65536), 24)[0]

    def picture(self):
        status = json.loads(self.fwport("--json", "status").output)
        openings = [
            (opening["id"], opening["protocol"], opening["ports"], opening["family"], opening["verdict"])
            for opening in status["openings"]
        ]
        return Picture(ruleset(self.tables), openings, status["drift"])

    def leftovers(self):
        """What is too much or too little in the directory of the state, once a change has ended."""
        files = set(self.files(self.state))
        recorded = 0
        if "state.json" in files:
            with open(f"{self.state}/state.json") as state:
                recorded = json.load(state)["generation"]
        wanted = {f"generations/{n + 1}.json" for n in range(recorded)}
        allowed = {".", "generations", "lock", "journal", "state.json"} | wanted
        allowed |= {f"generations/{n + 1}.ruleset" for n in range(recorded)}
        return [f"{name} is left" for name in sorted(files - allowed)] + [
            f"{name} is gone" for name in sorted(wanted - files)
        ]
