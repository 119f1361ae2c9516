# SPDX-License-Identifier: GPL-2.0-or-later
"""Has a conversation with ADDRESS[,ADDRESS] on each PORT[/PROTO]=WORD, all at once, and compares what became of it.

    client.py [--from SOURCE[#PORT]] 192.0.2.10,2001:db8::10 443=open 80=timeout 53/udp=open

Prints what was seen; exits 1 when a word was wrong. Where silence is expected it waits SILENCE seconds, else PATIENCE.
A conversation is "open" when the server's answer to our own line came back, and nothing less.
"""

import errno
import socket
import sys
import threading

SILENCE, PATIENCE = 0.8, 5.0
WORDS = {
    errno.ECONNREFUSED: "refused",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
    errno.EACCES: "unreachable",
    errno.EPERM: "forbidden",
    errno.ECONNRESET: "reset",
}


def converse(address, port, protocol, source, patience):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    stage = "timeout"
    with socket.socket(family, kind) as peer:
        peer.settimeout(patience)
        try:
            if source:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                peer.bind(source)
            peer.connect((address, port))
            line = b"hello from %d" % peer.getsockname()[1]
            if protocol == "tcp":
                stage = "no-data"
            peer.sendall(line)
            return "open" if peer.recv(2048) == b"%d got %s" % (port, line) else "wrong-answer"
        except TimeoutError:
            return stage
        except OSError as error:
            return WORDS.get(error.errno, error.strerror)


class Conversation(threading.Thread):
    def __init__(self, address, spec, source):
        super().__init__(daemon=True)
        where, self.wanted = spec.split("=")
        port, _, protocol = where.partition("/")
        patience = SILENCE if self.wanted in ("timeout", "no-data") else PATIENCE
        self.name = f"{address} {where}"
        self.arguments = (address, int(port), protocol or "tcp", source, patience)

    def run(self):
        self.seen = converse(*self.arguments)


def take_source(arguments):
    if arguments[0] != "--from":
        return None
    source = arguments[1]
    del arguments[:2]
    address, _, port = source.partition("#")
    return address, int(port or 0)


def main():
    arguments = sys.argv[1:]
    source = take_source(arguments)
    addresses = arguments.pop(0).split(",")
    talks = [Conversation(address, spec, source) for address in addresses for spec in arguments]
    for talk in talks:
        talk.start()
    for talk in talks:
        talk.join()
        print(f"client {talk.name}: {talk.seen}" + ("" if talk.seen == talk.wanted else f", {talk.wanted} expected"))
    sys.exit(any(talk.seen != talk.wanted for talk in talks))


main()
