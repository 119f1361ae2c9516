# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP by hand: sends one message and looks for its effect.

    icmp.py echo ADDRESS                  exit 0 when an echo reply comes back
    icmp.py too-big ADDRESS PORT MTU      waits for a datagram of ADDRESS on PORT, and tells its sender that it was too big

With "too-big" the file ready, in the directory we are in, is made when it listens.
"""

import socket
import struct
import sys

PATIENCE = 5.0
ECHO = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def message(kind, code, rest, checked):
    plain = struct.pack("!BBH", kind, code, 0) + rest
    return plain[:2] + struct.pack("!H", checksum(plain) if checked else 0) + plain[4:]


def raw(family):
    protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    return socket.socket(family, socket.SOCK_RAW, protocol)


def echo(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    request, reply = ECHO[family]
    with raw(family) as peer:
        peer.settimeout(PATIENCE)
        peer.sendto(message(request, 0, struct.pack("!HH", 7, 1) + b"fwport", family == socket.AF_INET), (address, 0))
        while True:
            data, sender = peer.recvfrom(2048)
            start = 20 if family == socket.AF_INET else 0
            if sender[0] == address and data[start] == reply:
                return


def too_big(address, port, mtu):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, raw(socket.AF_INET) as peer:
        receiver.settimeout(PATIENCE)
        receiver.bind(("0.0.0.0", port))
        open("ready", "w").close()
        data, sender = receiver.recvfrom(2048)
        here = socket.inet_aton(receiver_address(address))
        quoted = struct.pack("!BBHHHBBH", 0x45, 0, 28 + len(data), 1, 0x4000, 64, socket.IPPROTO_UDP, 0)
        quoted += socket.inet_aton(sender[0]) + here + struct.pack("!HHHH", sender[1], port, 8 + len(data), 0)
        peer.sendto(message(3, 4, struct.pack("!HH", 0, mtu) + quoted, True), (address, 0))


def receiver_address(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect((address, 9))
        return way.getsockname()[0]


if sys.argv[1] == "echo":
    echo(sys.argv[2])
else:
    too_big(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
