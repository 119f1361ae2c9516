#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Peers that want our memory, our time or our terminal get none of it. Arguments: the rows of evil.table to run, all otherwise.
. "${top_srcdir:?}/tests/reach/rows.bash"

needs_of_labs
run_rows "$here/evil.table" "$@"
