# SPDX-License-Identifier: GPL-2.0-or-later
"""The certificates of the lab, each with one fault, made byte by byte: openssl only makes the keys and signs.

certificates.py DIRECTORY makes all of them; for each NAME there is NAME.pem (what is sent, leaf first) and NAME.key. mint() makes
one more, for those who mint while they listen.
"""

import base64
import hashlib
import ipaddress
import os
import subprocess
import sys
import time

DAY = 86400
SHA256, SHA1 = "sha256", "sha1"
OIDS = {
    "CN": b"\x55\x04\x03",
    "O": b"\x55\x04\x0a",
    "OU": b"\x55\x04\x0b",
    "L": b"\x55\x04\x07",
    "key usage": b"\x55\x1d\x0f",
    "names": b"\x55\x1d\x11",
    "constraints": b"\x55\x1d\x13",
    "purpose": b"\x55\x1d\x25",
    "own key": b"\x55\x1d\x0e",
    "issuer's key": b"\x55\x1d\x23",
    "issuer at": b"\x2b\x06\x01\x05\x05\x07\x01\x01",
    "staple": b"\x2b\x06\x01\x05\x05\x07\x01\x18",
    "allowed names": b"\x55\x1d\x1e",
    "nobody's": b"\x2b\x06\x01\x04\x01\x82\x37\x63",
}
SERVER, CLIENT = b"\x2b\x06\x01\x05\x05\x07\x03\x01", b"\x2b\x06\x01\x05\x05\x07\x03\x02"
SIGNATURES = {
    ("ec", SHA256): b"\x2a\x86\x48\xce\x3d\x04\x03\x02",
    ("ec", SHA1): b"\x2a\x86\x48\xce\x3d\x04\x01",
    ("rsa", SHA256): b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b",
    ("rsa", SHA1): b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05",
}
ISSUER_AT = b"http://site.example/intermediate.der"


def tlv(tag, *parts):
    data = b"".join(parts)
    size = len(data)
    if size < 128:
        return bytes([tag, size]) + data
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + data


def sequence(*parts):
    return tlv(0x30, *parts)


def name(fields):
    return sequence(*(tlv(0x31, sequence(tlv(6, OIDS[kind]), tlv(0x0C, text))) for kind, text in fields))


def moment(seconds):
    return tlv(0x17, time.strftime("%y%m%d%H%M%SZ", time.gmtime(seconds)).encode())


def extension(kind, value, critical=False):
    return sequence(tlv(6, OIDS[kind]), tlv(1, b"\xff") if critical else b"", tlv(4, value))


def openssl(*arguments, data=None):
    return subprocess.run(("openssl",) + arguments, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


class Key:
    def __init__(self, path, kind="ec", bits=2048):
        self.path, self.kind = path, kind
        if not os.path.exists(path):
            option = "ec_paramgen_curve:P-256" if kind == "ec" else "rsa_keygen_bits:%d" % bits
            openssl("genpkey", "-algorithm", kind, "-pkeyopt", option, "-out", path)
        self.public = openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
        self.number = hashlib.sha1(self.public).digest()

    def sign(self, data, digest):
        return openssl("dgst", "-" + digest, "-sign", self.path, data=data)


class Authority:
    def __init__(self, title, key, issuer=None, **how):
        self.subject, self.key = [("O", b"Lab Trust"), ("CN", title.encode())], key
        self.der = certificate(self.subject, key, issuer or self, **{"authority": True, "since": -3000, "until": 3000, **how})


def extensions(key, issuer, names, authority, purpose, issuer_at, more):
    usage = b"\x03\x02\x01\x06" if authority else b"\x03\x02\x07\x80"
    yield extension("constraints", sequence(tlv(1, b"\xff") if authority else b""), True)
    yield extension("key usage", usage, True)
    yield extension("own key", tlv(4, key.number))
    yield extension("issuer's key", sequence(tlv(0x80, issuer.key.number)))
    yield from more
    if not authority:
        if names:
            yield extension("names", sequence(*(tlv(0x82 if isinstance(one, bytes) else 0x87, bytes(one)) for one in names)))
        yield extension("purpose", sequence(tlv(6, purpose)))
        if issuer_at:
            yield extension("issuer at", sequence(sequence(tlv(6, b"\x2b\x06\x01\x05\x05\x07\x30\x02"), tlv(0x86, issuer_at))))


def certificate(subject, key, issuer, names=(), since=-30, until=365, digest=SHA256, authority=False, purpose=SERVER, issuer_at=ISSUER_AT, more=()):
    """DER; since and until are days from now."""
    now = time.time()
    algorithm = sequence(tlv(6, SIGNATURES[issuer.key.kind, digest]), b"\x05\x00" if issuer.key.kind == "rsa" else b"")
    body = sequence(
        tlv(0xA0, b"\x02\x01\x02"),
        tlv(2, b"\x01" + os.urandom(15)),
        algorithm,
        name(issuer.subject),
        sequence(moment(now + since * DAY), moment(now + until * DAY)),
        name(subject),
        key.public,
        tlv(0xA3, sequence(*extensions(key, issuer, names, authority, purpose, issuer_at, more))),
    )
    return sequence(body, algorithm, tlv(3, b"\0" + issuer.key.sign(body, digest)))


def pem(*ders):
    return b"".join(b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n" for der in ders)


class Shop:
    """Makes certificates of one directory, and the chain to send with each."""

    def __init__(self, directory, title="Lab"):
        self.directory = directory
        self.key = Key(self.path("leaf.key"))
        self.root = Authority(title + " Root", Key(self.path(title + "-root.key")))
        self.middle = Authority(title + " CA 1", Key(self.path(title + "-middle.key")), self.root)

    def path(self, file):
        return os.path.join(self.directory, file)

    def write(self, title, *ders, key=None):
        with open(self.path(title + ".pem"), "wb") as file:
            file.write(pem(*ders))
        if not os.path.exists(self.path(title + ".key")):
            os.symlink((key or self.key).path, self.path(title + ".key"))

    def leaf(self, host=b"site.example", key=None, issuer=None, subject=None, names=None, **how):
        return certificate(subject or [("CN", host)], key or self.key, issuer or self.middle, [host, b"site", b"www." + host] if names is None else names, **how)

    def sell(self, title, key=None, chain=None, **how):
        self.write(title, self.leaf(key=key, **how), *(chain or [self.middle.der]), key=key)


class Nobody:
    """Signs with its own key, whatever it says of itself."""

    def __init__(self, subject, key):
        self.subject, self.key = subject, key


def faulty(shop):
    weak = Key(shop.path("rsa1024.key"), "rsa", 1024)
    rsa = Key(shop.path("rsa2048.key"), "rsa")
    myself = [("CN", b"site.example")]
    wild = b"\x1b[31mred\x1b[0m\x07\r\n\xc2\x9b2J\x7f\x00"
    shop.sell("expired", since=-400, until=-3)
    shop.sell("future", since=20, until=400)
    shop.sell("next-year", since=364, until=800)
    shop.sell("wrong-name", host=b"elsewhere.example")
    shop.sell("soon", until=5.5)
    shop.sell("client-only", purpose=CLIENT)
    shop.sell("rsa", key=rsa)
    shop.sell("weak-key", key=weak)
    shop.sell("sha1", digest=SHA1)
    shop.sell("big", names=[b"site.example"] + [b"name-%d.of-a-long-list.site.example" % i for i in range(100)])
    shop.sell("control", subject=[(kind, kind.encode() + wild) for kind in ("O", "OU", "L", "CN")], names=[wild], issuer_at=b"http://" + wild)
    shop.sell("long-chain", chain=[shop.middle.der] * 180)
    shop.sell("broken", chain=[b"\x30\x03\x02\x01\x00"])
    shop.write("lone", shop.leaf())
    shop.write("self-signed", shop.leaf(issuer=Nobody(myself, shop.key), issuer_at=None))
    shop.write("broken-signature", shop.leaf()[:-4] + b"\0\0\0\0", shop.middle.der)
    addresses = [bytearray(ipaddress.ip_address(one).packed) for one in ("203.0.113.7", "2001:db8:7::7")]
    late = Authority("Lab CA 0", shop.middle.key, shop.root, until=-3)
    no_authority = Authority("Lab CA 2", shop.middle.key, shop.root, authority=False)
    shop.sell("expired-intermediate", issuer=late, chain=[late.der])
    shop.sell("no-authority", issuer=no_authority, chain=[no_authority.der])
    shop.sell("no-names", names=[])
    shop.sell("wildcard", names=[b"*.site.example"])
    shop.sell("addresses", names=addresses)
    shop.sell("disordered", chain=[shop.root.der, shop.middle.der])
    shop.sell("must-staple", more=[extension("staple", sequence(tlv(2, b"\x05")))])
    shop.sell("critical", more=[extension("nobody's", b"\x05\x00", True)])
    allowed = extension("allowed names", sequence(tlv(0xA0, sequence(tlv(0x82, b"elsewhere.example")))), True)
    constrained = Authority("Lab CA 3", shop.middle.key, shop.root, more=[allowed])
    shop.sell("constrained", issuer=constrained, chain=[constrained.der])
    gone = Authority("Lab Old Root", Key(shop.path("Old-root.key")), until=-3)
    crossed = Authority("Lab Root", shop.root.key, gone, until=-3)
    shop.sell("cross-signed", chain=[shop.middle.der, crossed.der, gone.der])
    stranger = Shop(shop.directory, "Stranger")
    shop.write("unknown-ca", stranger.leaf(issuer_at=None), stranger.middle.der, stranger.root.der)
    shop.write("stranger", stranger.root.der)


def revoked(shop):
    """An OCSP answer that says so, to be stapled to `healthy`."""
    with open(shop.path("index.txt"), "w") as index:
        serial = openssl("x509", "-in", shop.path("healthy.pem"), "-noout", "-serial").decode().split("=")[1].strip()
        index.write("R\t491231235959Z\t251101000000Z,keyCompromise\t%s\tunknown\t/CN=site.example\n" % serial)
    with open(shop.path("middle.pem"), "wb") as file:
        file.write(pem(shop.middle.der))
    issuer = ("-CA", shop.path("middle.pem"), "-rsigner", shop.path("middle.pem"), "-rkey", shop.middle.key.path)
    openssl("ocsp", "-issuer", shop.path("middle.pem"), "-cert", shop.path("healthy.pem"), "-reqout", shop.path("request.der"), "-no_nonce")
    openssl("ocsp", "-index", shop.path("index.txt"), *issuer, "-reqin", shop.path("request.der"), "-ndays", "7", "-respout", shop.path("revoked.der"))


def main():
    shop = Shop(os.path.abspath(sys.argv[1]))
    shop.write("healthy", shop.leaf(), shop.middle.der)
    with open(shop.path("ca.pem"), "wb") as file:
        file.write(pem(shop.root.der))
    with open(shop.path("intermediate.der"), "wb") as file:
        file.write(shop.middle.der)
    faulty(shop)
    revoked(shop)


if __name__ == "__main__":
    main()
