#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages are clean mdoc.
. "$(dirname "$0")/lint.bash"
needs mandoc

complaints() {
	mandoc -Tlint -Wwarning src/man/*.[1-9]
}

echo 1..1
claim "mandoc finds nothing" complaints
