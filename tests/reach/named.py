# SPDX-License-Identifier: GPL-2.0-or-later
"""Is what `fwport check --json` says on standard input an honest name of the fault? ID KIND PARTY/CODE[+WARNING]...

Prints a line of TAP, without a number, and fails where the answer is no.
"""

import json
import sys


def verdict_of(text):
    """(party/code, the codes of the warnings); what is no report has no verdict."""
    try:
        report = json.loads(text)
        verdict = report["verdict"]
        return "%s/%s" % (verdict["party"], verdict["code"]), [warning["code"] for warning in report.get("warnings") or []]
    except (ValueError, KeyError, TypeError):
        return "no verdict", []


def fits(pair, said, warnings):
    pair, _, wanted = pair.partition("+")
    return pair == said and (not wanted or wanted in warnings)


def main():
    name, kind, *accepted = sys.argv[1:]
    said, warnings = verdict_of(sys.stdin.read())
    named = any(fits(pair, said, warnings) for pair in accepted) and not (kind == "control" and warnings)
    told = "+".join([said] + warnings)
    print("%s - %s (%s): %s%s" % ("ok" if named else "not ok", name, kind, told, "" if named else ", not " + " or ".join(accepted)))
    sys.exit(not named)


main()
