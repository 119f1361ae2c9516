#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Random sequences of changes, foreign edits and crashes: a model, the record and the kernel agree. Arguments go to sequences.py:
# with --count 1000 so many are played, with --seed and --only one that is printed again.
. "$(dirname "$0")/faults.bash"
play sequences.py "$@"
