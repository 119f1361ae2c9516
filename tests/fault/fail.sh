#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One call or allocation after the other fails, and fwport says so and leaves the ruleset as it was, or goes on.
# Arguments go to faults.py; with --all it is every call and every allocation.
. "$(dirname "$0")/faults.bash"
play faults.py fail "$@"
