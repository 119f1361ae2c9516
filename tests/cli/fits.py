# SPDX-License-Identifier: GPL-2.0-or-later
"""Says which lines of standard input are wider than a terminal: fits.py COLUMNS. Commands to be copied, and single words, may be."""

import re
import sys
import unicodedata


def columns_of(line):
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in line
    )


def may_be_wide(line):
    text = re.sub(r"^[ │├└─|`-]*", "", line)
    return re.match(r"(next|fix|fix, by the owner): ", text) or " " not in text


def main():
    most = int(sys.argv[1])
    plain = re.sub(r"\033\[[0-9;]*m", "", sys.stdin.buffer.read().decode())
    wide = [line for line in plain.splitlines() if columns_of(line) > most and not may_be_wide(line)]
    print("\n".join(wide), end="", file=sys.stderr)
    sys.exit(1 if wide else 0)


main()
