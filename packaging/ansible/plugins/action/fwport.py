# -*- coding: utf-8 -*-
# SPDX-License-Identifier: GPL-2.0-or-later
"""The module's change is made on approval. It is approved over a connection that was made after it, so that a host that has locked
us out is not: its watchdog, which needs nobody, takes the change back."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import time

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.module_utils.six.moves import shlex_quote
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

display = Display()

GRACE = 60  # seconds after the deadline within which the host has to have rolled back and answer again
PAUSE = 2


class ActionModule(ActionBase):
    """apply, a new connection, confirm"""

    TRANSFERS_FILES = False

    def run(self, tmp=None, task_vars=None):
        self._supports_check_mode = True
        self._supports_async = False
        result = super(ActionModule, self).run(tmp, task_vars)
        del tmp
        try:
            result.update(self._execute_module(task_vars=task_vars))
        except AnsibleConnectionFailure as failure:
            return self._lost_meanwhile(result, failure)
        pending = result.pop("pending", None)
        if result.get("failed") or not result.get("changed") or not pending:
            return result
        return self._confirm(result, pending)

    def _fwport(self, program, word):
        """What fwport says, over a connection that is new if the last was reset; None while there is none."""
        try:
            told = self._low_level_execute_command(" ".join(shlex_quote(text) for text in (program, "--json", word)))["stdout"]
            return json.loads(told[told.index("{"):])
        except (AnsibleConnectionFailure, ValueError) as failure:
            display.vvv("fwport: %s" % failure)
            return None

    def _reset(self):
        try:
            self._connection.reset()
        except AnsibleConnectionFailure as failure:
            display.vvv("fwport: %s" % failure)

    def _until(self, deadline, program, word):
        """Asks over new connections until one of them brings an answer."""
        while True:
            self._reset()
            answer = self._fwport(program, word)
            if answer is not None or time.time() >= deadline:
                return answer
            time.sleep(PAUSE)

    def _confirm(self, result, pending):
        deadline = time.time() + pending["seconds_left"]
        program = result["executable"]
        answer = self._until(deadline, program, "confirm")
        if answer and answer.get("outcome") == "confirmed":
            result["confirmed"] = True
            return result
        return self._rolled_back(result, pending["generation"], deadline + GRACE)

    def _rolled_back(self, result, generation, deadline):
        """Nobody confirmed it: waits for the host to be as it was, so that what is said of it is known."""
        status = self._until(deadline, result["executable"], "status")
        while status and status.get("pending") and time.time() < deadline:
            time.sleep(PAUSE)
            status = self._until(deadline, result["executable"], "status")
        if status and not status.get("pending") and status.get("generation") == generation:
            result["confirmed"] = True  # what we said was heard, and the answer was not
            return result
        name = "generation %s" % generation if generation else "this change"
        result.update(failed=True, confirmed=False)
        if status and not status.get("pending"):
            result.update(
                changed=False,
                msg="with %s the host could not be reached over a new connection; its watchdog has rolled it back" % name)
        else:
            result["msg"] = (
                "with %s the host could not be reached over a new connection, nor since; its watchdog rolls it back by itself"
                % name)
        return result

    def _lost_meanwhile(self, result, failure):
        """The connection broke while the change was made, so that nobody heard of it."""
        seconds = int(self._task.args.get("confirm", 60) or 0)
        if self._play_context.check_mode or boolean(self._task.args.get("offline", False), strict=False) or not seconds:
            raise failure
        result["executable"] = self._task.args.get("executable") or "fwport"
        return self._rolled_back(result, None, time.time() + seconds + GRACE)
