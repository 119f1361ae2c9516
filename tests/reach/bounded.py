# SPDX-License-Identifier: GPL-2.0-or-later
"""Does a check of an evil peer end in time, with little memory, and without a byte that a terminal would obey? ID PROGRAM ARGUMENT...

Prints a line of TAP, without a number. The bounds are wide: they tell apart what is bounded from what is not.
"""

import json
import re
import resource
import subprocess
import sys

SECONDS = 40  # the check is given five
KILOBYTES = 64 * 1024
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x80-\x9f\ufffd]")


def said_by(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)


def complaints(command):
    try:
        table, report = said_by(command), said_by(command[:-1] + ["--json", command[-1]])
    except subprocess.TimeoutExpired:
        yield "does not end"
        return
    for form, run in (("the table", table), ("the report", report)):
        text = run.stdout.decode(errors="replace")
        found = OBEYED.search(text)
        if found:
            yield "%s has %a" % (form, text[max(0, found.start() - 20) : found.end() + 20])
        if run.returncode not in (0, 1, 11):
            yield "%s ends with %d: %r" % (form, run.returncode, run.stdout[:400])
    try:
        json.loads(report.stdout)
    except ValueError:
        yield "the report is no JSON: %r" % report.stdout[:400]
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if most > KILOBYTES:
        yield "takes %d kB of memory" % most


def main():
    name, *command = sys.argv[1:]
    found = list(complaints(command))
    print("%s - %s%s" % ("not ok" if found else "ok", name, ": " if found else "") + "; ".join(found))
    print("# %d kB" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


main()
