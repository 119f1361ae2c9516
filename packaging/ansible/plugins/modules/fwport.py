#!/usr/bin/python
# -*- coding: utf-8 -*-
# SPDX-License-Identifier: GPL-2.0-or-later
"""One list of openings, one run of `fwport apply -f -`, one transaction; what it answers is what the task says."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: fwport
short_description: Open ports, and prove that they are open
version_added: "0.1.0"
description:
  - Has C(fwport) make the openings of a host what the task says, all of them in one transaction, or none.
  - A task succeeds only when the packets of a connection were proved to pass the live ruleset of the kernel, whoever else has rules
    there. If one of the openings stays blocked, nothing is changed and the rule that blocks it is named.
  - What was changed is confirmed over a new connection. A host that cannot be reached any more is rolled back by its own watchdog,
    and the task fails and says so.
author:
  - the authors of fwport
requirements:
  - fwport on the managed host
options:
  services:
    description: Services by name, as C(fwport services) lists them.
    type: list
    elements: str
    default: []
  ports:
    description: Ports as C(PORT[-PORT][/PROTO]); without a protocol they are tcp.
    type: list
    elements: str
    default: []
  direction:
    description: Whether connections come to the host, or are made by it.
    type: str
    choices: [in, out]
    default: in
  from:
    description: Only from these addresses or networks.
    type: list
    elements: str
    default: []
  to:
    description: Only to these addresses or networks.
    type: list
    elements: str
    default: []
  iface:
    description: Only through this network interface.
    type: str
  family:
    description: Only this address family.
    type: str
    choices: [both, ipv4, ipv6]
    default: both
  state:
    description: Whether I(services) and I(ports) are to be open, or not to be openings of fwport.
    type: str
    choices: [present, absent]
    default: present
  openings:
    description:
      - Further openings, each a dictionary as C(fwport apply --file) takes it, with the members C(service), C(ports), C(direction),
        C(from), C(to), C(iface), C(family), C(state), C(reason) and C(override).
    type: list
    elements: dict
    default: []
  profiles:
    description:
      - Profiles by name. The openings that come from profiles become exactly those of these, and an empty list closes them all.
      - When it is not given those that are open stay.
    type: list
    elements: str
  exclusive:
    description: Close every opening of fwport that the task does not name. Rules of others are never touched.
    type: bool
    default: false
  confirm:
    description:
      - Seconds within which a change has to be confirmed over a new connection, from 10 to 3600; else the host rolls it back by itself.
      - With C(0) the change is for good at once.
      - With I(runtime) it is confirmed, too; with I(offline) there is nothing to confirm.
    type: int
    default: 60
  reason:
    description: Why, kept with the openings and in the history of the host.
    type: str
  override:
    description: Go past a rule that denies one of these very ports.
    type: bool
    default: false
  accept_conditions:
    description: Keep a change that opens a port only under conditions.
    type: bool
    default: false
  accept_unknown:
    description: Keep a change that cannot be proved.
    type: bool
    default: false
  force:
    description: Do it though it would cut the connection of an administrator, or stop another opening.
    type: bool
    default: false
  runtime:
    description: Until the next boot only.
    type: bool
    default: false
  offline:
    description: For a system that does not run, as an image in a chroot. It is recorded, and the boot of that system does it.
    type: bool
    default: false
  backend:
    description: Which packet filter holds the rules of fwport.
    type: str
    choices: [auto, nft, iptables]
  executable:
    description: The program on the managed host, when it is in none of the directories where programs are looked for.
    type: path
attributes:
  check_mode:
    description: What would be done is planned on the live ruleset, and proved as far as a plan can be.
    support: full
  diff_mode:
    description: The openings of fwport before and after.
    support: full
notes:
  - The host has to restore its openings at boot, see the role C(fwport.fwport.fwport).
  - Changes need root, so use C(become).
"""

EXAMPLES = r"""
- name: Serve the web
  fwport.fwport.fwport:
    services: [http, https]
  become: true

- name: Administration from two networks, and nothing else that fwport had opened
  fwport.fwport.fwport:
    services: [ssh]
    openings:
      - ports: [8443/tcp, 9000-9010/udp]
        from: [10.0.0.0/8, "2001:db8::/32"]
      - service: domain
        direction: out
        to: [192.0.2.53]
    exclusive: true
    reason: ticket 4711
  become: true

- name: No longer
  fwport.fwport.fwport:
    ports: [8080/tcp]
    state: absent
  become: true

- name: What the profile web says, with five minutes to come back
  fwport.fwport.fwport:
    profiles: [web]
    confirm: 300
  become: true
"""

RETURN = r"""
outcome:
  description: What became of it, in the word of C(fwport --json).
  returned: always
  type: str
  sample: done
openings:
  description: Each opening and address family that was asked for, what the kernel does with it, and the rules that decide.
  returned: always
  type: list
  elements: dict
generation:
  description: The number of the recorded state, for C(fwport history) and C(fwport rollback).
  returned: always
  type: int
  sample: 7
persistent:
  description: Whether a boot brings it back.
  returned: always
  type: bool
steps:
  description: What was changed in the ruleset, or would be.
  returned: always
  type: list
  elements: str
confirmed:
  description: Whether the change was confirmed over a new connection.
  returned: when it had to be
  type: bool
"""

import json

from ansible.module_utils.basic import AnsibleModule

FLAGS = ("force", "runtime", "offline", "accept_conditions", "accept_unknown", "override")


def wishes(parameters):
    """The list for `fwport apply -f -`."""
    entry = {"direction": parameters["direction"], "family": parameters["family"], "state": parameters["state"]}
    for name, value in (
        ("service", parameters["services"]),
        ("ports", parameters["ports"]),
        ("from", parameters["from"]),
        ("to", parameters["to"]),
        ("iface", parameters["iface"]),
    ):
        if value:
            entry[name] = value
    wanted = {"openings": list(parameters["openings"]), "exclusive": parameters["exclusive"]}
    if parameters["services"] or parameters["ports"]:
        wanted["openings"].insert(0, entry)
    if parameters["profiles"] is not None:
        wanted["profiles"] = parameters["profiles"]
    return wanted


def command(module, program):
    """Its words."""
    parameters = module.params
    words = [program, "--json", "apply", "--file", "-"]
    words += ["--" + name.replace("_", "-") for name in FLAGS if parameters[name]]
    if parameters["backend"]:
        words.append("--backend=" + parameters["backend"])
    if parameters["reason"]:
        words.append("--reason=" + parameters["reason"])
    if module.check_mode:
        words.append("--dry-run")
    elif not parameters["offline"]:
        words.append("--confirm=%d" % parameters["confirm"] if parameters["confirm"] else "--no-confirm")
    return words


def opening_line(opening):
    """An opening as one reads it in a diff."""
    words = [opening["direction"], opening["ports"] + "/" + opening["protocol"], opening["service"] or ""]
    for name in ("from", "to"):
        if opening[name]:
            words += [name, ",".join(opening[name])]
    if opening["interface"]:
        words += ["on", opening["interface"]]
    if len(opening["families"]) == 1:
        words += opening["families"]
    if opening["profile"]:
        words.append("(profile %s)" % opening["profile"])
    return " ".join(word for word in words if word)


def diff_of(answer):
    """For --diff: the openings that fwport holds, sorted, a line for each."""
    diff = {"before_header": "openings of fwport", "after_header": "openings of fwport"}
    for side in ("before", "after"):
        diff[side] = "".join(sorted(opening_line(opening) + "\n" for opening in answer["diff"][side]))
    return diff


def obstacle(opening):
    """What stands in the way of one opening, or None."""
    if opening["refused"]:
        return opening["refused"]
    if opening["blockers"]:
        rule = opening["blockers"][0]
        place = "rule %s" % rule["position"] if rule["position"] else "the policy"
        return "%s is stopped by %s of %s %s %s: %s" % (
            rule["packet"], place, rule["family"], rule["table"], rule["chain"], rule["text"])
    if opening["unknown"]:
        return opening["unknown"]
    return "; ".join(condition["text"] for condition in opening["conditions"]) or None


def obstacles(answer):
    """All of them: an opening that would be cut off, or those that stay blocked."""
    harmed = [answer["harmed"]] if answer["harmed"] else []
    for opening in harmed or answer["openings"]:
        text = obstacle(opening) if opening.get("state", "present") == "present" else None
        if text:
            yield "%s, %s: %s" % (opening_line(opening), opening["family"], text)


def refusal(answer):
    """Why nothing was changed, as a sentence."""
    reasons = [answer["lockout"]] if answer["lockout"] else list(obstacles(answer))
    return "; ".join(reasons + ["the change was undone" if answer["undone"] else "nothing was changed"])


def still_open(answer):
    """Warnings about what is absent and can be reached all the same."""
    return sorted(set(
        "%s is no opening of fwport, and can be reached all the same" % opening_line(opening)
        for opening in answer["openings"] if opening["state"] == "absent" and opening["still_open"]))


def answer_of(module, words, wanted):
    """The one object that fwport printed; a run that printed none, or an error, is the end of the task."""
    status, out, err = module.run_command(words, data=json.dumps(wanted))
    try:
        answer = json.loads(out)
    except ValueError:
        module.fail_json(msg="fwport did not answer: %s" % (err.strip() or out.strip()), rc=status)
    if "error" in answer:
        error = answer["error"]
        module.fail_json(msg=error["text"], hint=error.get("hint"), kind=error["kind"], rc=status)
    return answer


def main():
    """A task."""
    module = AnsibleModule(
        supports_check_mode=True,
        argument_spec=dict(
            services=dict(type="list", elements="str", default=[]),
            ports=dict(type="list", elements="str", default=[]),
            direction=dict(type="str", choices=["in", "out"], default="in"),
            to=dict(type="list", elements="str", default=[]),
            iface=dict(type="str"),
            family=dict(type="str", choices=["both", "ipv4", "ipv6"], default="both"),
            state=dict(type="str", choices=["present", "absent"], default="present"),
            openings=dict(type="list", elements="dict", default=[]),
            profiles=dict(type="list", elements="str"),
            exclusive=dict(type="bool", default=False),
            confirm=dict(type="int", default=60),
            reason=dict(type="str"),
            override=dict(type="bool", default=False),
            accept_conditions=dict(type="bool", default=False),
            accept_unknown=dict(type="bool", default=False),
            force=dict(type="bool", default=False),
            runtime=dict(type="bool", default=False),
            offline=dict(type="bool", default=False),
            backend=dict(type="str", choices=["auto", "nft", "iptables"]),
            executable=dict(type="path"),
            **{"from": dict(type="list", elements="str", default=[])}
        ),
    )
    program = module.params["executable"] or module.get_bin_path("fwport", required=True)
    answer = answer_of(module, command(module, program), wishes(module.params))
    told = dict((name, answer[name]) for name in ("outcome", "openings", "generation", "persistent", "pending", "steps"))
    told.update(diff=diff_of(answer), executable=program)
    if answer["outcome"] not in ("done", "nothing", "planned"):
        module.fail_json(msg=refusal(answer), **told)
    for warning in still_open(answer):
        module.warn(warning)
    module.exit_json(changed=answer["changed"] or answer["outcome"] == "planned", **told)


if __name__ == "__main__":
    main()
