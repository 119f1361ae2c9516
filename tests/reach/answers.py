# SPDX-License-Identifier: GPL-2.0-or-later
"""What else may answer on a port: no TLS at all, or TLS that goes wrong on purpose, byte by byte.

A way gets the connection. As hello= of a listener it comes before the handshake, and returns True when there shall be none.
"""

import os
import random
import socket
import ssl
import struct
import time

FOR_A_WHILE = 60
ALERT, HANDSHAKE, HEARTBEAT = 21, 22, 24
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, HELLO_DONE = 1, 2, 11, 14
HEARTBEAT_EXTENSION = 15


def silent(_connection):
    time.sleep(FOR_A_WHILE)
    return True


def close(_connection):
    return True


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return True


def close_after_hello(connection):
    record(connection)
    return True


def reset_after_hello(connection):
    record(connection)
    return reset(connection)


def silent_after_hello(connection):
    record(connection)
    return silent(connection)


def late(_connection):
    """Takes its time, and then goes on as if nothing was."""
    time.sleep(2)
    return False


def ssh(connection):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
    connection.recv(4096)
    return True


def garbage(connection):
    chance = random.Random(443)
    record(connection)
    connection.sendall(bytes(chance.randrange(256) for _ in range(3000)))
    return True


def garbage_records(connection):
    """Well-formed records of a handshake full of nonsense."""
    chance = random.Random(8443)
    record(connection)
    for _ in range(64):
        connection.sendall(struct.pack("!BHH", HANDSHAKE, 0x0303, 512) + bytes(chance.randrange(256) for _ in range(512)))
    return True


def endless_garbage(connection):
    while True:
        connection.sendall(os.urandom(65536))


def slow_bytes(connection):
    record(connection)
    for byte in struct.pack("!BHHBBH", HANDSHAKE, 0x0303, 16000, SERVER_HELLO, 0, 15996) + bytes(16000):
        connection.sendall(bytes([byte]))
        time.sleep(0.2)
    return True


def alerted(description):
    def way(connection):
        record(connection)
        connection.sendall(struct.pack("!BHHBB", ALERT, 0x0303, 2, 2, description))
        connection.recv(4096)
        return True

    return way


def stalled(connection):
    """A real handshake, of which only the first hundred bytes come."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain, key = (os.path.join(os.environ["PKI"], "healthy." + end) for end in ("pem", "key"))
    context.load_cert_chain(chain, key)
    told, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    told.write(record(connection))
    try:
        context.wrap_bio(told, said, server_side=True).do_handshake()
    except ssl.SSLWantReadError:
        pass
    connection.sendall(said.read()[:300])
    return silent(connection)


def exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def record(connection):
    """One record of TLS, with its head."""
    head = exactly(connection, 5)
    return head + exactly(connection, struct.unpack("!H", head[3:])[0])


def message(kind, body):
    return struct.pack("!BBH", kind, len(body) >> 16, len(body) & 0xFFFF) + body


def hello_of(data):
    """The version, the session, the suites and the extensions that a ClientHello names."""
    at = 5 + 4
    (version,) = struct.unpack_from("!H", data, at)
    at += 34
    session = data[at + 1 : at + 1 + data[at]]
    at += 1 + len(session)
    (size,) = struct.unpack_from("!H", data, at)
    suites = struct.unpack_from("!%dH" % (size // 2), data, at + 2)
    at += 2 + size
    at += 1 + data[at] + 2
    kinds = []
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("!HH", data, at)
        kinds.append(kind)
        at += 4 + size
    return version, session, suites, kinds


def old_handshake(connection, version, suite, extensions=b""):
    """The server's side of a handshake by RSA, up to where the client has its turn."""
    with open(os.path.join(os.environ["PKI"], "rsa.pem")) as file:
        chain = [ssl.PEM_cert_to_DER_cert(part + "-----END CERTIFICATE-----\n") for part in file.read().split("-----END CERTIFICATE-----\n")[:-1]]
    certificates = b"".join(struct.pack("!BH", len(der) >> 16, len(der) & 0xFFFF) + der for der in chain)
    hello = struct.pack("!H", version) + os.urandom(32) + b"\0" + struct.pack("!HB", suite, 0) + extensions
    size = struct.pack("!BH", len(certificates) >> 16, len(certificates) & 0xFFFF)
    flight = message(SERVER_HELLO, hello) + message(CERTIFICATE, size + certificates) + message(HELLO_DONE, b"")
    connection.sendall(struct.pack("!BHH", HANDSHAKE, version, len(flight)) + flight)


def sslv3(connection):
    """Knows nothing newer than SSL 3.0, and says so to whoever comes."""
    _, _, suites, _ = hello_of(record(connection))
    known = [suite for suite in (0x002F, 0x0035, 0x000A, 0x0005) if suite in suites]
    if not known:
        return alerted(40)(connection)
    old_handshake(connection, 0x0300, known[0])
    connection.recv(4096)
    return True


def heartbeats(connection, answer):
    """Who asks for heartbeats gets them; the others are left to the handshake that follows."""
    ahead = connection.recv(16384, socket.MSG_PEEK)
    try:
        version, _, suites, kinds = hello_of(ahead)
    except (struct.error, IndexError):
        return False
    if ahead[0] != HANDSHAKE or HEARTBEAT_EXTENSION not in kinds:
        return False
    record(connection)
    version = min(version, 0x0303)
    old_handshake(connection, version, 0x002F if 0x002F in suites else suites[0], struct.pack("!HHHB", 5, HEARTBEAT_EXTENSION, 1, 1))
    while True:
        data = record(connection)
        if data[0] == HEARTBEAT:
            answer(connection, version, data[5:])


def say_heartbeat(connection, version, request):
    """As OpenSSL 1.0.1f did: as much as the request claims to have sent. What follows the request is not our memory but dots."""
    (claimed,) = struct.unpack_from("!H", request, 1)
    reply = b"\x02" + struct.pack("!H", claimed) + b"." * claimed + bytes(16)
    connection.sendall(struct.pack("!BHH", HEARTBEAT, version, len(reply)) + reply)


def heartbleed(connection):
    return heartbeats(connection, say_heartbeat)


def mended_heartbeat(connection):
    """Discards a request that is shorter than it says, as RFC 6520 wants."""
    return heartbeats(connection, lambda *_: None)


WAYS = {
    "silent": silent,
    "close": close,
    "reset": reset,
    "close-after-hello": close_after_hello,
    "reset-after-hello": reset_after_hello,
    "silent-after-hello": silent_after_hello,
    "late": late,
    "ssh": ssh,
    "garbage": garbage,
    "garbage-records": garbage_records,
    "endless-garbage": endless_garbage,
    "slow-bytes": slow_bytes,
    "handshake-failure": alerted(40),
    "protocol-version": alerted(70),
    "internal-error": alerted(80),
    "no-application-protocol": alerted(120),
    "stalled": stalled,
    "sslv3": sslv3,
    "heartbleed": heartbleed,
    "mended-heartbeat": mended_heartbeat,
}
