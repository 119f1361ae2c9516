# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of an HTTP/3 server as says that there is one: answers any QUIC version it does not know with those it would know: READY."""

import socket
import struct
import sys

PORT = 443
KNOWN = (0x00000001, 0x6B3343CF)
LONG_HEADER = 0x80
LEAST = 1200


def negotiation(datagram):
    """Version negotiation (RFC 9000, 17.2.1), or None where it is not due."""
    if len(datagram) < LEAST or not datagram[0] & LONG_HEADER:
        return None
    (version,) = struct.unpack_from("!I", datagram, 1)
    if version in KNOWN or version == 0:
        return None
    size = datagram[5]
    theirs, at = datagram[6 : 6 + size], 6 + size
    ours = datagram[at + 1 : at + 1 + datagram[at]]
    return b"".join((b"\x80", bytes(4), bytes([len(ours)]), ours, bytes([size]), theirs, struct.pack("!%dI" % len(KNOWN), *KNOWN)))


def main():
    server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", PORT))
    open(sys.argv[1], "w").close()
    while True:
        datagram, peer = server.recvfrom(4096)
        try:
            answer = negotiation(datagram)
        except (IndexError, struct.error):
            continue
        if answer:
            server.sendto(answer, peer)


main()
