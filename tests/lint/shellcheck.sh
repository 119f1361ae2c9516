#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every script under shellcheck; bats files, whose variables come and go between functions, from warnings up.
. "$(dirname "$0")/lint.bash"
needs shellcheck

script_complaints() {
	own_files | grep -E '\.(sh|bash)$|/bootstrap$|/\.ci/run$' | xargs shellcheck -f gcc --external-sources --source-path=SCRIPTDIR
}

bats_complaints() {
	own_files | grep '\.bats$' | xargs -r shellcheck -f gcc --severity=warning --external-sources --source-path=SCRIPTDIR
}

echo 1..2
claim "shellcheck finds nothing in scripts" script_complaints
claim "shellcheck finds nothing in bats files" bats_complaints
