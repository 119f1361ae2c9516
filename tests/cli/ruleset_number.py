# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the generation id of nf_tables, asked from the kernel (NFT_MSG_GETGEN), for tests that compare it."""

import socket
import struct

NETLINK_NETFILTER, NLM_F_REQUEST = 12, 1
NFT_MSG_GETGEN = 10 << 8 | 16
NFTA_GEN_ID = 1
HEADERS = 16 + 4  # nlmsghdr, nfgenmsg

with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as kernel:
    kernel.bind((0, 0))
    kernel.send(struct.pack("=IHHIIBBH", HEADERS, NFT_MSG_GETGEN, NLM_F_REQUEST, 1, 0, 0, 0, 0))
    answer = kernel.recv(65536)

length, kind = struct.unpack_from("=HH", answer, HEADERS)
assert kind == NFTA_GEN_ID and length == 8, answer
print(struct.unpack_from(">I", answer, HEADERS + 4)[0])
