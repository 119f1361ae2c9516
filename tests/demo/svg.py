# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws what a terminal showed: svg.py COLUMNS TITLE < BYTES > FILE.svg.

Knows letters, line ends, bold and the three colours that fwport uses. The picture follows the reader's light or dark scheme.
Each run of letters says how wide it is, so that columns stand below each other in whatever monospaced font there is.
"""

import re
import sys
from xml.sax.saxutils import escape

CELL, LINE, MARGIN = 8.4, 18, 14
CLASSES = {"0": None, "1": "b", "31": "r", "32": "g", "33": "y"}
STYLE = """
.p { fill: #f6f8fa; stroke: #d0d7de } text { fill: #1f2328; font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
.b { font-weight: bold } .r { fill: #a40e26 } .g { fill: #116329 } .y { fill: #7d4e00 }
@media (prefers-color-scheme: dark) {
.p { fill: #0d1117; stroke: #30363d } text { fill: #e6edf3 } .r { fill: #ff7b72 } .g { fill: #3fb950 } .y { fill: #d29922 }
}
"""


def runs_of(line):
    """The line as (column, class, letters)."""
    column, kind = 0, None
    for part in re.split(r"(\033\[[0-9;]*m)", line):
        if part.startswith("\033["):
            kind = CLASSES[part[2:-1]]
        elif part:
            yield column, kind, part
            column += len(part)


def broken(runs, columns):
    """The rows that a terminal makes of a line which is wider than it."""
    rows = [[]]
    for column, kind, letters in runs:
        while letters:
            room = columns * len(rows) - column
            if room <= 0:
                rows.append([])
                continue
            rows[-1].append((column - columns * (len(rows) - 1), kind, letters[:room]))
            column, letters = column + len(letters[:room]), letters[room:]
    return rows


def drawn(row, y):
    for column, kind, letters in row:
        blank = len(letters) - len(letters.lstrip(" "))
        letters, column = letters.strip(" "), column + blank
        if letters:
            style = f' class="{kind}"' if kind else ""
            yield (
                f'<text{style} x="{MARGIN + column * CELL:.1f}" y="{y}" textLength="{len(letters) * CELL:.1f}"'
                f' xml:space="preserve">{escape(letters)}</text>'
            )


def main():
    columns, title = int(sys.argv[1]), sys.argv[2]
    lines = sys.stdin.buffer.read().decode().splitlines()
    rows = [row for line in lines for row in broken(runs_of(line), columns)]
    width, height = round(2 * MARGIN + columns * CELL), 2 * MARGIN + len(rows) * LINE
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
    )
    print(f"<title>{escape(title)}</title>")
    print(f"<style>{STYLE}</style>")
    print(f'<rect class="p" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6"/>')
    for index, row in enumerate(rows):
        for element in drawn(row, MARGIN + 13 + index * LINE):
            print(element)
    print("</svg>")


main()
