# SPDX-License-Identifier: GPL-2.0-or-later
"""Reaches the hosts of fleet.py over TCP, so that what a firewall does to ssh it does to this connection, too."""

import json
import socket

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.text.converters import to_bytes
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: fleet
short_description: the hosts of the tests
description: one TCP connection to port 22, on which commands are run one after the other until it is reset
author: the authors of fwport
extends_documentation_fragment: connection_pipelining
"""

PATIENCE = 5  # seconds to connect; what is run may take as long as it likes


class Connection(ConnectionBase):
    transport = "fleet"
    has_pipelining = True
    stream = None

    def _connect(self):
        if self.stream:
            return self
        try:
            peer = socket.create_connection((self._play_context.remote_addr, 22), PATIENCE)
        except OSError as error:
            raise AnsibleConnectionFailure(f"no connection to {self._play_context.remote_addr}: {error}") from error
        peer.settimeout(None)
        self.stream = peer.makefile("rwb")
        return self

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        self._connect()
        given = to_bytes(in_data or b"")
        try:
            self.stream.write(json.dumps({"command": cmd, "length": len(given)}).encode() + b"\n" + given)
            self.stream.flush()
            answer = json.loads(self.stream.readline())
        except (OSError, ValueError) as error:
            raise AnsibleConnectionFailure(f"the connection broke: {error}") from error
        return answer["status"], answer["out"].encode("latin-1"), answer["err"].encode("latin-1")

    def put_file(self, in_path, out_path):
        with open(in_path, "rb") as source:
            self.exec_command(f"cat >'{out_path}'", source.read())

    def fetch_file(self, in_path, out_path):
        with open(out_path, "wb") as target:
            target.write(self.exec_command(f"cat '{in_path}'")[1])

    def reset(self):
        self.close()
        self._connect()

    def close(self):
        if self.stream:
            self.stream.close()
        self.stream = None
