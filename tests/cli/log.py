# SPDX-License-Identifier: GPL-2.0-or-later
"""A log's socket: writes every datagram that comes to SOCKET into the file OUT, each with a line "--" behind it.

    log.py SOCKET OUT
    log.py SOCKET --full

With --full nobody reads, and the queue is full. The socket is renamed into its place when all is ready.
"""

import os
import signal
import socket
import sys


def fill(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
        try:
            while True:
                sender.sendto(b"filler", path)
        except BlockingIOError:
            pass


def main():
    path, out = sys.argv[1:]
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind(path + ".new")
    if out == "--full":
        fill(path + ".new")
    os.rename(path + ".new", path)
    if out == "--full":
        signal.pause()
    while True:
        record = log.recv(1 << 20)
        with open(out, "ab") as file:
            file.write(record.rstrip(b"\n") + b"\n--\n")


main()
