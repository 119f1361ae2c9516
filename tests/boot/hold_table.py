# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the firewalld of Debian 12, in a copy, hold its table by the owner flag as firewalld does since 2.1: the table is made in
# nft's language, since the JSON of its libnftables has no flags.
import sys

path = sys.argv[1]
text = open(path).read()
call = "        rc, output, error = self.nftables.json_cmd(json_blob)\n"
held = '''        table = {"add": {"table": {"family": "inet", "name": TABLE_NAME}}}
        for at, rule in enumerate(json_blob["nftables"]):
            if rule == table:
                self.nftables.cmd("add table inet " + TABLE_NAME + " { flags owner; }")
                json_blob["nftables"][at] = {"add": {"table": {"family": "inet", "name": "filler"}}}
'''
assert text.count(call) == 1
open(path, "w").write(text.replace(call, held + call))
