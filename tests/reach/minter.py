# SPDX-License-Identifier: GPL-2.0-or-later
"""Inspects what passes, as a company's gateway does: READY DIRECTORY.

Whoever connects to port 8443, by a redirection, gets a certificate that is made on the spot for the name that was asked for, by an
authority that nobody trusts; what is said is carried on to the site.
"""

import os
import socket
import ssl
import sys
import threading

sys.path.insert(0, os.path.dirname(__file__))
import certificates

PORT = 8443
SITE = ("203.0.113.7", 443)
making = threading.Lock()


def context_for(shop, host):
    """With a certificate for the name; one that was made once is shown again."""
    title = "minted-" + host
    with making:
        if not os.path.exists(shop.path(title + ".pem")):
            shop.write(title, shop.leaf(host=host.encode(), issuer=shop.root, issuer_at=None), shop.root.der)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shop.path(title + ".pem"), shop.path(title + ".key"))
    return context


def pour(source, drain):
    try:
        while data := source.recv(65536):
            drain.sendall(data)
        drain.close()
    except OSError:
        pass


def serve(connection, front):
    try:
        inside = front.wrap_socket(connection, server_side=True)
        back = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        back.check_hostname, back.verify_mode = False, ssl.CERT_NONE
        outside = back.wrap_socket(socket.create_connection(SITE, 5), server_hostname="site.example")
        threading.Thread(target=pour, args=(outside, inside), daemon=True).start()
        pour(inside, outside)
    except OSError:
        connection.close()


def main():
    os.makedirs(sys.argv[2])
    shop = certificates.Shop(sys.argv[2], "Contoso Secure Web Gateway")
    front = context_for(shop, "unknown.example")
    front.sni_callback = lambda inside, host, _: setattr(inside, "context", context_for(shop, host)) if host else None
    listener = socket.create_server(("::", PORT), family=socket.AF_INET6, backlog=64, dualstack_ipv6=True)
    open(sys.argv[1], "w").close()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, front), daemon=True).start()


main()
