#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fwport is killed at one point after the other of its changes, and the next command leaves the ruleset as before or as after.
# Arguments go to faults.py; with --all it is every call.
. "$(dirname "$0")/faults.bash"
play faults.py kill "$@"
