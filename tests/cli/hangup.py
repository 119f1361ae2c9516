# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a command line on a terminal of its own, waits until it has said a word, and hangs up.

    hangup.py WORD COMMAND

The shell stays on that terminal when the command has ended, as somebody's shell would, and gets the SIGHUP with all that runs in it.
Prints what was said; exits with 1 when the terminal ended before the word came.
"""

import os
import pty
import signal
import sys


def main():
    word, command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
        os.execv("/bin/sh", ["sh", "-c", command + "; sleep 1000; :"])
    said = ""
    while word not in said:
        try:
            said += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            print(said)
            sys.exit(1)
    print(said)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    sys.exit(0 if os.WIFSIGNALED(status) else 1)


main()
