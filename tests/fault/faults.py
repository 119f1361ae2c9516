# SPDX-License-Identifier: GPL-2.0-or-later
"""Strikes fwport at one point after the other, and looks at what it leaves. Speaks TAP.

    faults.py kill|fail --program FWPORT --shim FAULT.SO [--scenes REGEX] [--jobs 2] [--all]

kill: it is killed behind each call that changes something, and in the midst of what it writes; with --all also before each call.
Whatever it had done, the next command leaves the ruleset exactly as before the change or as after it, and a record that agrees.
fail: each call, and each allocation, fails once. It says so, and the ruleset is as before; or it goes on, and it is as after.
Without --all one in some of them does in each scene, and another one in the next.
"""

import argparse
import collections
import difflib
import errno
import multiprocessing
import re
import signal
import sys
import tempfile
import traceback

from scenes import HOSTS, NOBODYS, PROFILES, SCENES
from stage import Stage

CHANGING = {"create", "write", "pwrite", "ftruncate", "rename", "unlink", "mkdir", "sendto batch", "setsockopt tables"}
TORN = {"write", "pwrite"}
DIFFERING = {"open", "read", "readdir", "fstat", "close", "readlinkat"}  # of which there are as many as /proc lists
# With which errors a call can fail; "short" does half of it.
ERRORS = collections.defaultdict(lambda: (errno.EIO,))
ERRORS.update(
    {
        "open": (errno.EIO, errno.EMFILE),
        "create": (errno.ENOSPC, errno.EMFILE),
        "read": (errno.EIO, errno.EINTR),
        "write": (errno.ENOSPC, errno.EINTR, "short"),
        "pwrite": (errno.ENOSPC, errno.EINTR, "short"),
        "rename": (errno.EIO, errno.ENOSPC),
        "mkdir": (errno.ENOSPC,),
        "flock": (errno.EINTR, errno.ENOLCK),
        "access": (errno.EACCES,),
        "faccessat": (errno.EACCES,),
        "fopen": (errno.EMFILE,),
        "opendir": (errno.EMFILE,),
        "socket": (errno.EMFILE,),
        "poll": (errno.EINTR, errno.ENOMEM),
        "getsockopt": (errno.ENOMEM, errno.EAGAIN),
        "setsockopt": (errno.ENOMEM, errno.EAGAIN),
        "sendto": (errno.ENOBUFS, errno.EINTR, errno.EAGAIN),
        "recvmsg": (errno.ENOBUFS, errno.ENOMEM, errno.EINTR, errno.EAGAIN),
    }
)
SENTENCES = (3, 4, 5, 11)  # exit statuses of what could not be read, written, waited for, or proved
# The change stands, and the sentence says so.
TOLD_AS_DONE = ("the change was made, but", "closed, but", "opened, but")
LIBIPTC = re.compile(r"^denied .*/libip[46]tc\.so", re.MULTILINE)
STRIDE = 64

Outcome = collections.namedtuple("Outcome", "name points complaints skipped", defaults=(None,))


def calls_of(result):
    return [line[len("call ") :].strip() for line in result.log.split("\n") if line.startswith("call ")]


def number_of(calls, name, which):
    """The number, from 1, of the which-th call of this name."""
    numbers = [i for i, call in enumerate(calls, 1) if call.startswith(name)]
    return numbers[which - 1]


def address_of(calls, number):
    """How the shim finds it again: which one of its name it is. How many others there are depends on what /proc lists."""
    name = calls[number - 1].split()[0]
    return f"{name}#{sum(call.split()[0] == name for call in calls[:number])}"


class Strikes:
    """One scene: where it can be struck, and what may be there afterwards."""

    def __init__(self, stage, scene):
        self.stage, self.scene = stage, scene
        self.tables = HOSTS[scene.host]
        self.cut_at = self.weakness = None
        self.rehearse()

    def rehearse(self):
        scene, stage = self.scene, self.stage
        command = scene.cut[0] if scene.cut else scene.command
        stage.make(self.tables, scene.before)
        self.before = stage.picture()
        stage.keep()
        played = stage.fwport(*command, calls="")
        if scene.weak:
            behind = number_of(calls_of(played), *scene.weak)
            failing = number_of(calls_of(played)[behind:], "recvmsg", 1) + behind
            self.weakness = f"{address_of(calls_of(played), failing)}:{errno.EIO}"
        self.after = stage.picture()
        if scene.cut:
            self.cut_at = f"{address_of(calls_of(played), number_of(calls_of(played), *scene.cut[1:]))}:killed"
        if scene.cut or scene.weak:
            self.dress(True)
            played = stage.fwport(*scene.command, calls=self.weakness or "")
        if played.status != scene.status:
            raise ValueError(f"exit {played.status} without a fault\n{played.output}{played.errors}")
        self.calls = calls_of(played)
        self.allocations = int(re.search(r"^memory (\d+)", played.log, re.MULTILINE)[1])

    def dress(self, anew):
        """The stage as it was before the command; the rules need not be made again when they are still those."""
        if anew or self.cut_at:
            self.stage.make(self.tables, self.scene.before)
            self.stage.note()
        self.stage.put_state_back()
        if self.cut_at:
            self.stage.fwport(*self.scene.cut[0], calls=self.cut_at)

    def strike(self, **faults):
        if self.weakness:
            faults["calls"] = f"{self.weakness},{faults['calls']}"
        return self.stage.fwport(*self.scene.command, **faults)

    def what_is(self, picture):
        if picture == self.before:
            return "before"
        if picture == self.after:
            return "after"
        wanted = self.after if picture.ruleset == self.after.ruleset else self.before
        lines = difflib.unified_diff(
            [*wanted.ruleset.split("\n"), str(wanted[1:])], [*picture.ruleset.split("\n"), str(picture[1:])], lineterm="", n=1
        )
        return "neither before nor after:\n" + "\n".join(lines)

    def ended(self):
        """The next command ends what is open; complaints about what there is then."""
        done = self.stage.fwport(*NOBODYS)
        seen = self.what_is(self.stage.picture())
        complaints = [] if seen in ("before", "after") else [seen]
        complaints += self.stage.leftovers()
        if done.status != 1 and "awaits confirmation" not in done.errors:
            complaints.append(f"the next command: exit {done.status}: {done.errors}")
        return seen, complaints


# ---- kill ----


def kill_points(strikes, everything):
    for i, call in enumerate(strikes.calls, 1):
        name = " ".join(call.split()[:2]) if call.startswith(("sendto", "setsockopt")) else call.split()[0]
        at = address_of(strikes.calls, i)
        if everything and name not in DIFFERING:
            yield f"{at}:kill", call
        if name in CHANGING:
            yield f"{at}:killed", call
        if name in TORN:
            yield f"{at}:torn", call


def kill(strikes, everything, _):
    anew, points, complaints = True, 0, []
    for point, call in kill_points(strikes, everything):
        strikes.dress(anew)
        struck = strikes.strike(calls=point)
        # Or it was its watchdog that was killed, without which there is no change.
        is_hit = struck.status == -signal.SIGKILL or (struck.status == 4 and "watchdog" in struck.errors)
        wrong = [] if is_hit else [f"exit {struck.status}, not killed: {struck.errors}"]
        if strikes.cut_at or not strikes.stage.is_untouched():
            seen, found = strikes.ended()
            wrong += found
            anew = seen != "before"
        points += 1
        complaints += [f"{point} {call}: {text}" for text in wrong]
    return points, complaints


# ---- fail ----


def fail_points(strikes, everything, offset):
    points = [
        ({"calls": f"{address_of(strikes.calls, i)}:{error}"}, call)
        for i, call in enumerate(strikes.calls, 1)
        for error in ERRORS[call.split()[0]]
    ]
    points += [({"memory": str(i + 1)}, "memory") for i in range(strikes.allocations)]
    return points if everything else points[offset % STRIDE :: STRIDE]


def misconduct(strikes, result, seen):
    """What is wrong with what the struck command said, given what there is."""
    done = any(words in result.errors for words in TOLD_AS_DONE)
    if result.status == 0:
        return [] if seen == "after" or strikes.before == strikes.after else [f"success, but it is {seen}"]
    wrong = []
    if result.status not in SENTENCES:
        wrong.append(f"exit {result.status}")
    if not result.errors.startswith("fwport: "):
        wrong.append("no sentence")
    if seen != ("after" if done else "before"):
        wrong.append(f"it is {seen}")
    return wrong


def fail(strikes, everything, offset):
    anew, points, complaints = True, 0, []
    for faults, call in fail_points(strikes, everything, offset):
        strikes.dress(anew)
        struck = strikes.strike(**faults)
        wrong = [f"descriptor {line}" for line in struck.log.split("\n") if line.startswith("left ")]
        # libiptc itself aborts; that is a crash like others.
        crashed = struck.status == -signal.SIGABRT and LIBIPTC.search(struck.log)
        if strikes.stage.is_untouched():
            seen, anew = "before", False
        else:
            seen = None if crashed else strikes.what_is(strikes.stage.picture())
            later, found = strikes.ended()
            wrong += found
            if not crashed and later != seen:
                wrong.append(f"then the next command made it {later}")
            anew = later != "before"
        if not crashed:
            wrong += misconduct(strikes, struck, seen)
        points += 1
        said = struck.errors.strip()
        complaints += [f"{faults} {call}: {text} (exit {struck.status}: {said})" for text in wrong]
    return points, complaints


# ---- the programme ----

PLAYS = {"kill": kill, "fail": fail}
stage = None


def set_up(program, shim, place):
    global stage
    stage = Stage(program, shim, place)
    stage.profiles(PROFILES)


def play(job):
    number, kind, everything = job
    scene = SCENES[number]
    name = f"{kind}: {scene.host}: {scene.name}"
    try:
        return Outcome(name, *PLAYS[kind](Strikes(stage, scene), everything, number))
    except Exception:
        return Outcome(name, 0, [traceback.format_exc()])


def jobs_of(arguments):
    for number, scene in enumerate(SCENES):
        if arguments.kind == "fail" and (scene.cut or scene.weak):
            continue
        if re.search(arguments.scenes, f"{scene.host}: {scene.name}"):
            yield number, arguments.kind, arguments.all


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=PLAYS)
    parser.add_argument("--program", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--scenes", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()

    jobs = list(jobs_of(arguments))
    print(f"1..{len(jobs)}", flush=True)
    failed = points = 0
    with tempfile.TemporaryDirectory(prefix="fwport-fault-") as place, multiprocessing.Pool(
        arguments.jobs, set_up, (arguments.program, arguments.shim, place), 1
    ) as pool:
        for i, outcome in enumerate(pool.imap(play, jobs, chunksize=1), 1):
            print(f"{'not ' if outcome.complaints else ''}ok {i} - {outcome.name} # {outcome.points} points", flush=True)
            for text in outcome.complaints[:5]:
                print("# " + text.replace("\n", "\n# "))
            failed += bool(outcome.complaints)
            points += outcome.points
    print(f"# {points} points")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
