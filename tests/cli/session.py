# SPDX-License-Identifier: GPL-2.0-or-later
"""The client's end of a session with the tests' sshd: prints what the command said and ends with its exit status.

    session.py [--from SOURCE] ADDRESS[@PORT] [SECONDS]

255 means that there was no session, or that it was cut off.
"""

import socket
import sys


def main():
    arguments = sys.argv[1:]
    source = ("", 0)
    if arguments[0] == "--from":
        source = (arguments[1], 0)
        del arguments[:2]
    patience = float(arguments[1]) if len(arguments) > 1 else 30.0
    address, _, port = arguments[0].partition("@")
    said = ""
    try:
        with socket.create_connection((address, int(port or 22)), patience, source) as session:
            while bytes_read := session.recv(4096):
                said += bytes_read.decode(errors="replace")
    except OSError as error:
        said += f"no session: {error}\n"
    print(said, end="")
    last = said.splitlines()[-1] if said else ""
    sys.exit(int(last.removeprefix("exit ")) if last.startswith("exit ") else 255)


main()
