# SPDX-License-Identifier: GPL-2.0-or-later
"""Is each of many targets called what it is? reach_verdicts.py REPORT EACH COUNT: every EACH-th of them is dead, all others are healthy."""

import json
import sys


def is_right(target, each):
    number = int(target["target"].split("//n")[1].split(".")[0])
    right = ("ok", "ok") if number % each else ("path", "no-answer")
    return (target["verdict"]["party"], target["verdict"]["code"]) == right and not target["warnings"]


def main():
    each, count = int(sys.argv[2]), int(sys.argv[3])
    with open(sys.argv[1]) as report:
        targets = [json.loads(line) for line in report]
    wrong = [target for target in targets if not is_right(target, each)]
    for target in wrong:
        print("bench: wrong:", target["target"], target["verdict"]["text"], target["warnings"], file=sys.stderr)
    sys.exit(bool(wrong) or len({target["target"] for target in targets}) != count)


main()
