# SPDX-License-Identifier: GPL-2.0-or-later
"""Types at a shell as a user would, in a terminal of its own, and tells what became of the line.

typist.py SHELL... < LINES: each line of the input is typed, then the key that a "*" (put in whatever may stand here) or a "!"
(complete it, the tab key) in front of it asks for. What stands in the shell's line after that is a line of the output. The shell
was told by its start-up file: ready is its prompt, ^X1 and ^X2 are the two keys, and ^X3 prints the line between two control
characters and empties it.
"""

import os
import pty
import select
import sys
import time

PROMPT, BEGIN, END = b"ready> ", b"\1", b"\2"
PATIENCE = 60
KEYS = {"*": b"\x181", "!": b"\x182"}
SHOW = b"\x183"


class Terminal:
    def __init__(self, command):
        self.seen = b""
        child, self.master = pty.fork()
        if child == 0:
            os.execvp(command[0], command)

    def until(self, mark):
        """What was printed before the mark."""
        deadline = time.monotonic() + PATIENCE
        while mark not in self.seen:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                sys.exit(f"no {mark!r} in {self.seen!r}")
            try:
                self.seen += os.read(self.master, 65536)
            except OSError:
                sys.exit(f"the shell has ended: {self.seen!r}")
        before, _, self.seen = self.seen.partition(mark)
        return before

    def type(self, keys):
        os.write(self.master, keys)


def main():
    terminal = Terminal(sys.argv[1:])
    terminal.until(PROMPT)
    for line in sys.stdin.read().splitlines():
        terminal.type(line[1:].encode() + KEYS[line[0]] + SHOW)
        terminal.until(BEGIN)
        print(terminal.until(END).decode())


main()
