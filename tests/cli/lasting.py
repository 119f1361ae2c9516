# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection that lasts: lasting.py ADDRESS PORT DIRECTORY

A line is sent and answered (see server.py), and the file connected made in the directory. When the file go appears there, another
line is; exit 0 when that is answered, too. "open" is printed then, else what went wrong.
"""

import os
import socket
import sys
import time

PATIENCE = 5.0


def talk(peer, line):
    peer.sendall(line)
    return peer.recv(2048).endswith(b" got " + line)


def main():
    address, port, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with socket.create_connection((address, port), PATIENCE) as peer:
        if not talk(peer, b"one"):
            sys.exit("the first line is not answered")
        open(os.path.join(directory, "connected"), "w").close()
        while not os.path.exists(os.path.join(directory, "go")):
            time.sleep(0.02)
        peer.settimeout(PATIENCE)
        if not talk(peer, b"two"):
            sys.exit("the second line is not answered")
    print("open")


main()
