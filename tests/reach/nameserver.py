# SPDX-License-Identifier: GPL-2.0-or-later
"""A nameserver with a fault: READY ADDRESS ZONE...

A ZONE is a name and what is said of it: addresses, alias=NAME (with escapes as Python has them), or one of the words below (with -AAAA: of this type alone, and addresses may follow). "*" is any other name, which is
NXDOMAIN where the zones do not say it. READY is a file that is made when everything listens.
"""

import ipaddress
import socket
import struct
import sys
import threading

A, CNAME, SOA, AAAA = 1, 5, 6, 28
RCODES = {"FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
TRUNCATED = 0x0200


def encode(name):
    return b"".join(bytes([len(part)]) + part.encode("latin-1") for part in name.split(".") if part) + b"\0"


def question_of(message):
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("latin-1"))
        at += 1 + message[at]
    (kind,) = struct.unpack_from("!H", message, at + 1)
    return ".".join(labels).lower(), kind, message[12 : at + 5]


def record(name, kind, data):
    return encode(name) + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def answers(name, kind, words):
    """The records for the question, CNAMEs first."""
    found = []
    for word in words:
        if word.startswith("alias="):
            other = word[6:].encode().decode("unicode_escape")
            found.append(record(name, CNAME, encode(other)))
            name = other
            continue
        address = ipaddress.ip_address(word)
        if kind == (A if address.version == 4 else AAAA):
            found.append(record(name, kind, address.packed))
    return found


def reply(message, zones, by_tcp):
    """What to say, or None for silence."""
    name, kind, question = question_of(message)
    words = zones.get(name) or zones.get("*") or ["NXDOMAIN"]
    word, records, flags = words[0], [], 0x8180
    if word.endswith("-AAAA"):
        word, words = word[:-5] if kind == AAAA else "", words[1:]
    if word == "SILENT":
        return None
    if word == "GARBAGE":
        return message[:2] + b"\x81\x80\xff\xff" + b"\xc0" * 20
    if word in RCODES:
        flags |= RCODES[word]
    elif word == "TRUNCATED":
        words = words[1:]
    if word == "TRUNCATED" and not by_tcp:
        flags |= TRUNCATED
    elif word not in RCODES and word != "NODATA":
        records = answers(name, kind, words)
    authority = [] if records else [record("example", SOA, encode("ns.example") + encode("root.example") + bytes(20))]
    head = message[:2] + struct.pack("!HHHHH", flags, 1, len(records), len(authority), 0)
    return head + question + b"".join(records + authority)


def serve_udp(server, zones):
    while True:
        message, peer = server.recvfrom(4096)
        answer = reply(message, zones, False)
        if answer:
            server.sendto(answer, peer)


def serve_questions(connection, zones):
    with connection:
        while head := connection.recv(2):
            answer = reply(connection.recv(struct.unpack("!H", head)[0]), zones, True)
            if answer:
                connection.sendall(struct.pack("!H", len(answer)) + answer)


def serve_tcp(server, zones):
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve_questions, args=(connection, zones), daemon=True).start()


def main():
    ready, address, *lines = sys.argv[1:]
    zones = {words[0]: words[1:] for words in map(str.split, lines)}
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, 53))
    tcp = socket.create_server((address, 53))
    threading.Thread(target=serve_tcp, args=(tcp, zones), daemon=True).start()
    open(ready, "w").close()
    serve_udp(udp, zones)


main()
