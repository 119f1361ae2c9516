# SPDX-License-Identifier: GPL-2.0-or-later
"""Serves PORT[-PORT][/PROTO][@ADDRESS]... and answers each line or datagram with "PORT got LINE".

The first argument is a file that is made when everything listens. Without an address IPv4 and IPv6 are served. Runs until
it is killed.
"""

import selectors
import socket
import sys


def listen(port, protocol, address):
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    family = socket.AF_INET if "." in address else socket.AF_INET6
    server = socket.socket(family, kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address != "::")
    server.bind((address, port))
    if kind == socket.SOCK_STREAM:
        server.listen(128)
    server.setblocking(False)
    return server


def answer(port, line):
    return b"%d got %s" % (port, line)


def serve_datagram(server, port, _):
    line, peer = server.recvfrom(2048)
    server.sendto(answer(port, line), peer)


def serve_stream(connection, port, watch):
    try:
        line = connection.recv(2048)
        if line:
            connection.sendall(answer(port, line))
            return
    except OSError:
        pass
    watch.unregister(connection)
    connection.close()


def accept(server, port, watch):
    connection, _ = server.accept()
    connection.setblocking(False)
    watch.register(connection, selectors.EVENT_READ, (serve_stream, port))


def specs(arguments):
    for argument in arguments:
        where, _, address = argument.partition("@")
        ports, _, protocol = where.partition("/")
        first, _, last = ports.partition("-")
        for port in range(int(first), int(last or first) + 1):
            yield port, protocol or "tcp", address or "::"


def main():
    watch = selectors.DefaultSelector()
    for port, protocol, address in specs(sys.argv[2:]):
        serve = accept if protocol == "tcp" else serve_datagram
        watch.register(listen(port, protocol, address), selectors.EVENT_READ, (serve, port))
    open(sys.argv[1], "w").close()
    while True:
        for key, _ in watch.select():
            serve, port = key.data
            try:
                serve(key.fileobj, port, watch)
            except OSError:  # the peer is gone, or the answer is filtered: the client will tell
                pass


main()
