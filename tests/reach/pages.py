# SPDX-License-Identifier: GPL-2.0-or-later
"""How a site answers requests over HTTP/1.1, well or badly."""

import os
import socket
import struct
import threading
import time
import zlib

SITE = "https://site.example/"
HSTS = "Strict-Transport-Security: max-age=31536000"
BODY = b"<!DOCTYPE html><title>A page</title><p>Hello.</p>\n"
FOR_A_WHILE = 60
asked = threading.local()  # the request that is being answered


class Gone(Exception):
    """The peer asks no more."""


def request(stream):
    """Reads one request's head; returns its path, and whether it is the last one."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = stream.recv(4096)
        if not more:
            raise Gone
        head += more
        if not head[:1].isupper():  # a ClientHello, perhaps
            answer(stream, "400 Bad Request")
            raise Gone
    asked.head = head
    words = head.split(b" ", 2)
    return words[1].decode("latin-1") if len(words) == 3 else "/", b"connection: close" in head.lower() or b"HTTP/1.0\r\n" in head


def answer(stream, status, *headers, body=BODY, date=0):
    moment = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + date))
    lines = ["HTTP/1.1 " + status, "Date: " + moment, "Server: lab", "Content-Type: text/html", "Content-Length: %d" % len(body), *headers]
    stream.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def fine(stream, _):
    answer(stream, "200 OK", HSTS)


def next_year(stream, _):
    answer(stream, "200 OK", HSTS, date=365 * 86400)


def next_year_redirect(stream, _):
    answer(stream, "301 Moved Permanently", "Location: " + SITE, date=365 * 86400)


def hsts_taken_back(stream, _):
    answer(stream, "200 OK", "Strict-Transport-Security: max-age=0")


def to_nowhere(stream, _):
    answer(stream, "302 Found", HSTS, "Location: https://nowhere.example/")


def no_hsts(stream, _):
    answer(stream, "200 OK")


def to_https(stream, path):
    if path == "/intermediate.der":
        with open(os.path.join(os.environ["PKI"], "intermediate.der"), "rb") as file:
            answer(stream, "200 OK", body=file.read())
    else:
        answer(stream, "301 Moved Permanently", "Location: https://site.example" + path)


def to_http(stream, path):
    answer(stream, "302 Found", "Location: http://site.example" + path)


def loop(stream, path):
    answer(stream, "302 Found", "Location: " + SITE + ("b" if path == "/a" else "a"))


def ever_on(stream, path):
    number = int(path.strip("/") or 0) + 1
    if number > 10000:
        fine(stream, path)
    else:
        answer(stream, "302 Found", "Location: %s%d" % (SITE, number))


def portal(stream, _):
    answer(stream, "302 Found", "Location: http://login.hotspot.example/welcome?from=site.example")


def portal_page(stream, _):
    answer(stream, "200 OK", body=b"<title>Welcome to the hotspot: log in</title>")


def unavailable(stream, _):
    answer(stream, "503 Service Unavailable", HSTS)


def not_found(stream, _):
    answer(stream, "404 Not Found", HSTS)


def with_h3(stream, _):
    answer(stream, "200 OK", HSTS, 'Alt-Svc: h3=":443"; ma=86400')


def silent(_stream, _):
    time.sleep(FOR_A_WHILE)


def close(_stream, _):
    raise Gone


def reset(stream, _):
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.close()
    raise Gone


def truncated(stream, _):
    stream.sendall(("HTTP/1.1 200 OK\r\n%s\r\nContent-Length: 5000\r\n\r\n" % HSTS).encode() + BODY)
    stream.close()
    raise Gone


def garbage(stream, _):
    stream.sendall(b"\x00\x01\x02\x1b[2J\x07 what is this\r\n\r\n" * 3)
    raise Gone


def endless(stream, head, piece):
    stream.sendall(head)
    while True:
        stream.sendall(piece)


def endless_body(stream, _):
    head = "HTTP/1.1 200 OK\r\n%s\r\nContent-Type: text/html\r\n\r\n" % HSTS
    endless(stream, head.encode(), b"x" * 16384)


def endless_headers(stream, _):
    endless(stream, b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 500)


def endless_line(stream, _):
    endless(stream, b"HTTP/1.1 200 OK\r\nX-More: ", b"x" * 8192)


def endless_continue(stream, _):
    endless(stream, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


def bomb(stream, _):
    """A thousand times as long when it is unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n")
    while True:
        stream.sendall(packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))


def slow(stream, _):
    for byte in b"HTTP/1.1 200 OK\r\nServer: " + b"z" * 1000:
        stream.sendall(bytes([byte]))
        time.sleep(0.2)


def control(stream, _):
    answer(stream, "302 \x1b[31mFound\x07", "Server: \x1b]0;owned\x07\x9b2J", "Location: http://site.example/\x1b[2J\x7f", body=b"<title>\x1b[5m</title>")


def cookie(stream, path):
    """Sends who has no cookie to the same place once more, with one."""
    if path == "/" and b"seen=1" not in asked.head:
        answer(stream, "302 Found", HSTS, "Location: " + SITE, "Set-Cookie: seen=1; Path=/")
    else:
        answer(stream, "200 OK", HSTS)


def until_end(stream, _):
    """A body that ends with the connection, without a word of TLS."""
    stream.sendall(("HTTP/1.0 200 OK\r\n%s\r\nContent-Type: text/html\r\n\r\n" % HSTS).encode() + BODY)
    socket.socket.shutdown(stream, socket.SHUT_WR)
    time.sleep(1)
    raise Gone


def no_content(stream, _):
    stream.sendall(("HTTP/1.1 204 No Content\r\n%s\r\n\r\n" % HSTS).encode())


def not_modified(stream, _):
    stream.sendall(("HTTP/1.1 304 Not Modified\r\n%s\r\n\r\n" % HSTS).encode())


def misdirected(stream, _):
    answer(stream, "421 Misdirected Request", HSTS)


def too_many(stream, _):
    answer(stream, "429 Too Many Requests", HSTS, "Retry-After: 60")


def unauthorized(stream, _):
    answer(stream, "401 Unauthorized", HSTS, 'WWW-Authenticate: Basic realm="lab"')


def chunks_broken(stream, _):
    stream.sendall(("HTTP/1.1 200 OK\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\nwhat\r\n" % HSTS).encode() + BODY)
    raise Gone


def two_lengths(stream, _):
    stream.sendall(("HTTP/1.1 200 OK\r\n%s\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n" % HSTS).encode() + BODY)
    raise Gone


def thoughtful(stream, _):
    time.sleep(4)
    answer(stream, "200 OK", HSTS)


def to_closed_port(stream, _):
    answer(stream, "302 Found", HSTS, "Location: https://site.example:444/")


def to_8443(stream, _):
    answer(stream, "302 Found", HSTS, "Location: https://site.example:8443/")


def to_dropped(stream, _):
    answer(stream, "302 Found", HSTS, "Location: https://site.example:8444/")


def to_file(stream, _):
    answer(stream, "302 Found", HSTS, "Location: file:///etc/hosts")


def to_blank(stream, _):
    answer(stream, "302 Found", HSTS)


def to_brand(stream, _):
    """A site that is known by another name now, and says so as most do."""
    answer(stream, "302 Found", "Location: https://www.brand.example/")


WAYS = {name.replace("_", "-"): way for name, way in list(globals().items()) if callable(way) and way.__module__ == __name__}


def serve(stream, name):
    try:
        last = False
        while not last:
            path, last = request(stream)
            WAYS[name](stream, path)
    except Gone:
        pass
