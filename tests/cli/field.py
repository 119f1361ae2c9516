# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints one value of a JSON text (or of JSON lines, then the path starts with the line's number, "@2").

A path is made of names and numbers with dots between: families.ipv4.blockers.0.table. In a list a name picks the
element that carries it as its "family" or "packet", and "length" is the number of elements.
"""

import json
import sys


def pick(value, step):
    if isinstance(value, dict):
        return value[step]
    if step == "length":
        return len(value)
    if step.isdigit():
        return value[int(step)]
    return next(item for item in value if step in (item.get("family"), item.get("packet")))


def main():
    text = sys.stdin.read()
    steps = sys.argv[1].split(".")
    if steps[0].startswith("@"):
        text = text.splitlines()[int(steps.pop(0)[1:]) - 1]
    try:
        value = json.loads(text)
    except ValueError:
        sys.exit("this is not JSON")
    for step in steps:
        try:
            value = pick(value, step)
        except (KeyError, IndexError, StopIteration, AttributeError, TypeError):
            sys.exit(f'"{step}" of {sys.argv[1]} is not there')
    print(value if isinstance(value, str) else json.dumps(value))


main()
