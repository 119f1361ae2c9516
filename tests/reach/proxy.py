# SPDX-License-Identifier: GPL-2.0-or-later
"""A forward proxy on port 3128 that knows CONNECT alone: READY WAY.

WAY: fine; credentials (wants lab:secret); denies; silent; timeout (504); inspects (by minter.py, beside it); and, once it has said that the tunnel
stands, hollow (ends it), swallows (carries nothing), resets, or page (says something of its own).
"""

import base64
import socket
import struct
import sys
import threading
import time

PORT = 3128
CREDENTIALS = b"basic " + base64.b64encode(b"lab:secret")


def head_of(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            raise ConnectionError
        head += more
    return head


def answer(connection, status, *headers):
    connection.sendall("\r\n".join(("HTTP/1.1 " + status, *headers, "Content-Length: 0", "", "")).encode())


def pour(source, drain):
    try:
        while data := source.recv(65536):
            drain.sendall(data)
        drain.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def tunnel(connection, host, port):
    try:
        with socket.create_connection((host, port), 3) as beyond:
            beyond.settimeout(None)
            answer(connection, "200 Connection established")
            back = threading.Thread(target=pour, args=(beyond, connection), daemon=True)
            back.start()
            pour(connection, beyond)
            back.join()
    except OSError:
        answer(connection, "502 Bad Gateway")


def swallow(connection):
    while connection.recv(65536):
        pass


def reset(connection):
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def show_page(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nBlocked")


TUNNELS = {"hollow": lambda connection: None, "swallows": swallow, "resets": reset, "page": show_page}


def serve(connection, way):
    with connection:
        head = head_of(connection)
        if way == "silent":
            time.sleep(60)
        elif way == "denies":
            answer(connection, "403 Forbidden")
        elif way == "timeout":
            answer(connection, "504 Gateway Timeout")
        elif way in TUNNELS:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            TUNNELS[way](connection)
        elif way == "inspects":
            tunnel(connection, "127.0.0.1", 8443)
        elif way == "credentials" and CREDENTIALS.lower() not in head.lower():
            answer(connection, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="lab"')
        else:
            host, _, port = head.split()[1].decode().rpartition(":")
            tunnel(connection, host.strip("[]"), int(port))


def main():
    ready, way = sys.argv[1:]
    listener = socket.create_server(("192.0.2.8", PORT), backlog=64)
    open(ready, "w").close()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, way), daemon=True).start()


main()
