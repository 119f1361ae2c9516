# SPDX-License-Identifier: GPL-2.0-or-later
"""A fleet of hosts: for each a network namespace h01, h02, ... that is there already, mounts of its own, and a daemon in it.

    fleet.py DIRECTORY COUNT

The daemon runs commands for who connects to port 22, as sshd would, and answers "443 got LINE" on ports 443 and 8443. What it runs has
DIRECTORY/hNN for fwport's files. DIRECTORY/hNN/up tells that it listens. A request is a line of JSON, {"command", "length"}, and as many
bytes of standard input; the answer is a line of JSON, {"status", "out", "err"}.
"""

import ctypes
import json
import os
import selectors
import socket
import subprocess
import sys

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter(name):
    with open(f"/run/netns/{name}", "rb") as namespace:
        checked(libc.setns(namespace.fileno(), CLONE_NEWNET))
    checked(libc.unshare(CLONE_NEWNS))
    checked(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    checked(libc.mount(b"tmpfs", b"/run", b"tmpfs", 0, None))


def listen(port):
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("::", port))
    listener.listen(64)
    return listener


def run_commands(stream):
    """Until who connected leaves."""
    for line in stream:
        request = json.loads(line)
        given = stream.read(request["length"])
        ran = subprocess.run(["/bin/sh", "-c", request["command"]], input=given, capture_output=True, check=False)
        answer = {"status": ran.returncode, "out": ran.stdout.decode("latin-1"), "err": ran.stderr.decode("latin-1")}
        stream.write(json.dumps(answer).encode() + b"\n")
        stream.flush()


def attend(port, connection):
    if port == 22:
        run_commands(connection.makefile("rwb"))
    else:
        connection.sendall(b"%d got %s" % (port, connection.recv(2048)))


def reap():
    try:
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
            pass
    except ChildProcessError:
        pass


def serve(up):
    selector = selectors.DefaultSelector()
    for port in (22, 443, 8443):
        selector.register(listen(port), selectors.EVENT_READ, port)
    with open(up, "w", encoding="ascii"):
        pass
    while True:
        for key, _ in selector.select(1):
            connection, _ = key.fileobj.accept()
            if os.fork() == 0:
                selector.close()
                attend(key.data, connection)
                os._exit(0)
            connection.close()
        reap()


def live(name, directory):
    for part in ("etc", "state", "run"):
        os.makedirs(f"{directory}/{part}")
        os.environ[f"FWPORT_{'CONFIG' if part == 'etc' else part.upper()}_DIR"] = f"{directory}/{part}"
    os.environ["HOME"] = directory
    enter(name)
    serve(f"{directory}/up")


def main():
    directory, count = sys.argv[1], int(sys.argv[2])
    for number in range(1, count + 1):
        name = f"h{number:02}"
        if os.fork() == 0:
            live(name, f"{directory}/{name}")
    os.waitid(os.P_ALL, 0, os.WEXITED)


main()
