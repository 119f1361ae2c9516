#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Nameservers, one for each ADDRESS=WAY, each with a way of its own: good ones, broken ones and evil ones.

Names have 192.0.2.80 and 2001:db8::80, but for: none.* is NXDOMAIN everywhere, v4.* has no AAAA, alias.* is a CNAME, and with
the way "only:NAME" nothing else is there, and with "wildcard:DOMAIN" whatever is below is at 192.0.2.81. Says "ready" on standard output once all of them listen.
"""
import ipaddress
import select
import socket
import struct
import sys
import time

A, CNAME, AAAA = 1, 5, 28
NOERROR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = 0, 2, 3, 4, 5
ADDRESSES = {A: "192.0.2.80", AAAA: "2001:db8::80"}
RCODES = {"servfail": SERVFAIL, "nxdomain": NXDOMAIN, "notimp": NOTIMP, "refused": REFUSED}


class Question:
    def __init__(self, packet):
        self.number = packet[:2]
        self.unchecked = bool(packet[3] & 0x10)
        at, labels = 12, []
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode())
            at += 1 + packet[at]
        self.name = ".".join(labels)
        self.kind = struct.unpack("!H", packet[at + 1:at + 3])[0]
        self.bytes = packet[12:at + 5]


def labels_of(name):
    return b"".join(bytes([len(label)]) + label for label in name.split(b".")) + b"\0"


def record(kind, data, owner=b"\xc0\x0c"):
    return owner + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def message(question, rcode=NOERROR, records=(), flags=0x8180, number=None, asked=None):
    head = (number or question.number) + struct.pack("!HHHHH", flags | rcode, 1, len(records), 0, 0)
    return head + (asked or question.bytes) + b"".join(records)


def addresses(question, given=None):
    address = (given or ADDRESSES).get(question.kind)
    return [record(question.kind, ipaddress.ip_address(address).packed)] if address else []


def good(question):
    if question.name.startswith("none."):
        return message(question, NXDOMAIN)
    if question.name.startswith("v4.") and question.kind == AAAA:
        return message(question)
    if question.name.startswith("alias."):
        target = labels_of(b"target.example")
        found = [record(question.kind, ipaddress.ip_address(ADDRESSES[question.kind]).packed, target)]
        return message(question, records=[record(CNAME, target)] + found)
    return message(question, records=addresses(question))


def only(name, question):
    if question.name.lower() == name:
        return good(question)
    return message(question, NXDOMAIN)


def answer(way, question, by_tcp):
    """What is sent back; None: nothing."""
    if way in RCODES:
        return message(question, RCODES[way])
    if way.startswith("only:"):
        return only(way[5:], question)
    if way.startswith("wildcard:") and question.name.endswith("." + way[9:]):
        return message(question, records=addresses(question, {A: "192.0.2.81"}))
    if way == "bogus" and not question.unchecked:
        return message(question, SERVFAIL)
    if way == "nodata":
        return message(question)
    if way == "header":
        return question.number + struct.pack("!HHHHH", 0x8180 | REFUSED, 0, 0, 0, 0)
    if way in ("truncate", "truncate-deaf") and not by_tcp:
        return message(question, flags=0x8380)
    if way == "silent" or (way == "no-aaaa" and question.kind == AAAA):
        return None
    if way == "garbage":
        return question.number + b"\x81\x80" + b"\xff" * 40
    if way == "short":
        return message(question, records=addresses(question))[:-2]
    if way == "other":
        return message(question, records=addresses(question), asked=labels_of(b"other.example") + question.bytes[-4:])
    if way == "number":
        return message(question, records=addresses(question), number=bytes(byte ^ 0xff for byte in question.number))
    if way == "sinkhole":
        return message(question, records=addresses(question, {A: "0.0.0.0", AAAA: "::"}))
    if way == "elsewhere":
        return message(question, records=addresses(question, {A: "192.0.2.81"}))
    if way == "control":
        return message(question, records=[record(CNAME, labels_of(b"a\x1b[31m\nb.example"))] + addresses(question))
    if way == "loop":
        return message(question, records=[record(CNAME, b"\xc0\x0c")] * 100)
    if way == "case":
        swapped = bytes(byte ^ 0x20 if chr(byte).isalpha() else byte for byte in question.bytes[:-4])
        return message(question, records=addresses(question), asked=swapped + question.bytes[-4:])
    if way == "many":
        return message(question, records=addresses(question) * 3 + [
            record(question.kind, (b"\xc6\x33\x64" if question.kind == A else b"\x20\x01\x0d\xb8" + b"\0" * 11) + bytes([low]))
            for low in range(1, 20)])
    if way == "slow":
        time.sleep(0.2)
    return good(question)


def listeners(address, way):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kinds = [socket.SOCK_DGRAM] if way == "truncate-deaf" else [socket.SOCK_DGRAM, socket.SOCK_STREAM]
    for kind in kinds:
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(socket.getaddrinfo(address, 53, type=kind)[0][4])
        if kind == socket.SOCK_STREAM:
            listener.listen(64)
        yield listener


def serve_stream(listener, way):
    """Clients may ask several questions on one connection, and glibc does."""
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(5)
        asked = connection.recv(4096)
        while asked:
            while len(asked) < 2 or len(asked) < 2 + struct.unpack("!H", asked[:2])[0]:
                asked += connection.recv(4096)
            length = 2 + struct.unpack("!H", asked[:2])[0]
            reply = answer(way, Question(asked[2:length]), True)
            if reply is not None:
                connection.sendall(struct.pack("!H", len(reply)) + reply)
            asked = asked[length:] or connection.recv(4096)


def serve_datagram(listener, way):
    asked, who = listener.recvfrom(4096)
    reply = answer(way, Question(asked), False)
    if reply is not None:
        listener.sendto(reply, who)


def main():
    way_of = {}
    for argument in sys.argv[1:]:
        address, way = argument.split("=", 1)
        for listener in listeners(address, way):
            way_of[listener] = way
    print("ready", flush=True)
    while True:
        for listener in select.select(list(way_of), [], [])[0]:
            try:
                serve = serve_datagram if listener.type == socket.SOCK_DGRAM else serve_stream
                serve(listener, way_of[listener])
            except (OSError, IndexError, struct.error, UnicodeDecodeError):
                continue


if __name__ == "__main__":
    main()
