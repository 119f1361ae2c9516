# SPDX-License-Identifier: GPL-2.0-or-later
"""ipset.py create NAME TYPE [inet6] | add NAME ADDRESS[/BITS][,PROTOCOL:PORT]... | flush NAME: ipsets
by netlink, since not every host with the kernel's part has the program's."""

import ipaddress
import os
import socket
import struct
import sys

NETFILTER, IPSET, CREATE, FLUSH, ADD = 12, 6, 2, 4, 9
REQUEST, ACKNOWLEDGE, NESTED, NETWORK_ORDER = 1, 4, 0x8000, 0x4000
PROTOCOL, SETNAME, TYPENAME, REVISION, FAMILY, DATA = 1, 2, 3, 4, 5, 7
IP, CIDR, PORT, PORT_TO, PROTO = 1, 3, 4, 5, 7


def attribute(kind, payload):
    return struct.pack("=HH", len(payload) + 4, kind) + payload + b"\0" * (-len(payload) % 4)


def byte(kind, value):
    return attribute(kind, bytes([value]))


def text(kind, value):
    return attribute(kind, value.encode() + b"\0")


def port(kind, value):
    return attribute(kind | NETWORK_ORDER, struct.pack("!H", value))


def address(network):
    kind = 1 if network.version == 4 else 2
    inner = attribute(kind | NETWORK_ORDER, network.network_address.packed)
    bits = b"" if network.prefixlen == network.max_prefixlen else byte(CIDR, network.prefixlen)
    return attribute(IP | NESTED, inner) + bits


def created(kind):
    if kind != "bitmap:port":
        return b""
    return port(PORT, 0) + port(PORT_TO, 65535)


def added(element):
    first, _, service = element.partition(",")
    if first.isdigit():
        return port(PORT, int(first))
    data = address(ipaddress.ip_network(first))
    if service:
        protocol, _, number = service.partition(":")
        data += port(PORT, int(number)) + byte(PROTO, socket.getprotobyname(protocol))
    return data


def send(command, payload):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER) as kernel:
        body = struct.pack("=BBH", socket.AF_INET, 0, 0) + payload
        kernel.send(struct.pack("=IHHII", 16 + len(body), IPSET << 8 | command, REQUEST | ACKNOWLEDGE, 1, 0) + body)
        error = -struct.unpack_from("=i", kernel.recv(8192), 16)[0]
        if error:
            sys.exit(f"ipset: {error} ({os.strerror(error) if error < 4096 else 'see ip_set.h'})")


command, name, *rest = sys.argv[1:]
start = byte(PROTOCOL, 6) + text(SETNAME, name)
if command == "create":
    family = 0 if rest[0] == "bitmap:port" else socket.AF_INET6 if "inet6" in rest else socket.AF_INET
    send(CREATE, start + text(TYPENAME, rest[0]) + byte(REVISION, 1) + byte(FAMILY, family)
         + attribute(DATA | NESTED, created(rest[0])))
if command == "flush":
    send(FLUSH, start)
for element in rest if command == "add" else []:
    send(ADD, start + attribute(DATA | NESTED, added(element)))
