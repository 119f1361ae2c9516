# SPDX-License-Identifier: GPL-2.0-or-later
# busy.py NAMESPACE RATE SECONDS: changes the ruleset there so often, by transactions of one message: a chain of the table ip busy comes
# and goes. Prints how many came about.
import ctypes
import os
import socket
import struct
import sys
import time

NETFILTER, NFTABLES, CHAIN_TABLE, CHAIN_NAME, NEWNET = 12, 10, 1, 3, 0x40000000
BATCH_BEGIN, BATCH_END, NEWCHAIN, DELCHAIN = 16, 17, 3, 5
REQUEST, ACK, CREATE, IPV4 = 1, 4, 0x400, 2


def message(kind, flags, family, resource, attributes=b''):
    return struct.pack('=IHHIIBBH', 20 + len(attributes), kind, REQUEST | flags, 0, 0, family, 0, socket.htons(resource)) + attributes


def text(kind, value):
    value = value.encode() + b'\0'
    return struct.pack('=HH', 4 + len(value), kind) + value + b'\0' * (-len(value) % 4)


def transaction(kind, flags):
    names = text(CHAIN_TABLE, 'busy') + text(CHAIN_NAME, 'c')
    return (message(BATCH_BEGIN, 0, 0, NFTABLES) + message(NFTABLES << 8 | kind, flags | ACK, IPV4, 0, names) +
            message(BATCH_END, 0, 0, NFTABLES))


def main(namespace, rate, seconds):
    with open(f'/run/netns/{namespace}') as place:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER)
    link.bind((0, 0))
    steps = transaction(NEWCHAIN, CREATE), transaction(DELCHAIN, 0)
    begin, done = time.monotonic(), 0
    while (now := time.monotonic() - begin) < seconds:
        link.send(steps[done % 2])
        error, = struct.unpack_from('=i', link.recv(8192), 16)
        if error:
            raise OSError(-error, os.strerror(-error))
        done += 1
        time.sleep(max(0, done / rate - now))
    print(f'{done / seconds:.0f} changes a second')


main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
