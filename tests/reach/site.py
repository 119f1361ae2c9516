# SPDX-License-Identifier: GPL-2.0-or-later
"""A site with a fault: READY LISTENER...

A LISTENER is a port and words of the form NAME=VALUE: where it listens (at=ADDRESS, everywhere otherwise); raw=WAY, of answers.py,
to do without TLS and HTTP; cert=NAME, a certificate in $PKI, to speak TLS, with tls=FIRST-LAST versions, ciphers=LIST, alpn=LIST,
client=required, name=refused, and hello=WAY of answers.py for what happens before the handshake; and http=WAY, of pages.py. READY is
a file that is made when everything listens.
"""

import os
import socket
import ssl
import struct
import sys
import threading
import warnings

sys.path.insert(0, os.path.dirname(__file__))
import answers
import pages

warnings.simplefilter("ignore")  # about TLS 1.0
PATIENCE = 60
VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


def pki(file):
    return os.path.join(os.environ["PKI"], file)


def refuse_name(_connection, _name, _context):
    return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def context_of(words):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Weak keys, old digests and old versions are some of the faults.
    context.set_ciphers(words.get("ciphers", "DEFAULT") + ":@SECLEVEL=0")
    first, _, last = words.get("tls", "1.2-1.3").partition("-")
    context.minimum_version, context.maximum_version = VERSIONS[first], VERSIONS[last or first]
    context.load_cert_chain(pki(words["cert"] + ".pem"), pki(words["cert"] + ".key"))
    if "alpn" in words:
        context.set_alpn_protocols(words["alpn"].split(","))
    if words.get("client") == "required":
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(pki("ca.pem"))
    if words.get("name") == "refused":
        context.sni_callback = refuse_name
    return context


def leave(connection):
    """Closes so that the peer has all that was said to it: its own words are read first."""
    try:
        if isinstance(connection, ssl.SSLSocket):
            connection = connection.unwrap()
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(2)
        while connection.recv(65536):
            pass
    except (OSError, ValueError):
        pass


def serve(connection, words, context):
    connection.settimeout(PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        if "raw" in words:
            answers.WAYS[words["raw"]](connection)
            return
        if "hello" in words and answers.WAYS[words["hello"]](connection):
            return
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        pages.serve(connection, words["http"])
        leave(connection)
    except (OSError, struct.error, IndexError):
        pass  # the peer is gone, or was refused
    finally:
        connection.close()


def accept(listener, words):
    context = context_of(words) if "cert" in words else None
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, words, context), daemon=True).start()


def listen(port, address):
    family = socket.AF_INET if "." in address else socket.AF_INET6
    return socket.create_server((address, port), family=family, backlog=128, dualstack_ipv6=address == "::")


def main():
    ready, *listeners = sys.argv[1:]
    for line in listeners:
        port, *words = line.split()
        words = dict(word.split("=", 1) for word in words)
        listener = listen(int(port), words.get("at", "::"))
        threading.Thread(target=accept, args=(listener, words), daemon=True).start()
    open(ready, "w").close()
    threading.Event().wait()


main()
