#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What it costs to start the program at all.
. "$(dirname "$0")/bench.bash"

pair "start: fwport --version | true" "$fwport" --version -- /bin/true
