#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each fault of faults.table is made with real packets, and the check has to name it. Arguments: the rows to run, all otherwise.
. "${top_srcdir:?}/tests/reach/rows.bash"

needs_of_labs
bash "$here/parts.sh" "$built/tests/reach/parts"
# shellcheck disable=SC2034 # for run_rows
reports=1
run_rows "$here/faults.table" "$@" | awk '{ print } /^(not )?ok .*\(listed\)/ { listed++; named += /^ok / }
	END { printf "# of %d listed faults %d are named\n", listed, named }'
