# SPDX-License-Identifier: GPL-2.0-or-later
"""For the tests: stands for mosh-server, and for the two programs of cockpit, by the name that it is called by.

    mosh-server COMMAND     answers datagrams to port 60001, and runs the command once the first has come
    cockpit-ws              takes connections to port 9090 and keeps them
    cockpit-bridge COMMAND  runs the command
"""

import os
import socket
import subprocess
import sys

MOSH_PORT, COCKPIT_PORT = 60001, 9090


def mosh_server(command):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("", MOSH_PORT))
        running = None
        while True:
            data, peer = server.recvfrom(100)
            server.sendto(data, peer)
            running = running or subprocess.Popen(["sh", "-c", command])


def cockpit_ws():
    with socket.create_server(("", COCKPIT_PORT)) as server:
        kept = []
        while True:
            kept.append(server.accept())


def cockpit_bridge(command):
    subprocess.run(["sh", "-c", command])


def main():
    with open("/proc/self/comm") as file:
        name = file.read().strip()
    kinds = {"mosh-server": mosh_server, "cockpit-ws": cockpit_ws, "cockpit-bridge": cockpit_bridge}
    kinds[name](*sys.argv[1:])


main()
