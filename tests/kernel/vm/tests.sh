#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What runs inside a test machine, as TAP without a plan of its own: the exact encodings, the scenarios at the heart of
# the CLI tests and some seconds of the differential test. A processor is emulated, so these are few; side by side,
# because most wait for packets that do not come.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
export top_srcdir top_builddir CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8
cd "$top_srcdir" || exit
echo "# $(uname -r)"

# judged NAME STATUS: the TAP on stdin, and "not ok" for what it does not tell: a test that ended early or said nothing.
judged() {
	awk -v name="$1" -v status="$2" '
		/^1\.\.0 # SKIP/ { print "ok - " name substr($0, 5); skipped = 1 }
		/^1\.\.[0-9]/ { planned = substr($0, 4) + 0; next }
		/^ok|^not ok/ { seen++ }
		/^not ok/ { failed++ }
		{ print }
		END {
			if (!skipped && (!seen || seen != planned || (status && !failed)))
				print "not ok - " name " ran " seen + 0 " of " planned + 0 " tests and exited with " status
		}'
}

# tap NAME COMMAND...: its results are printed when it has ended, so that those of others do not run into them.
tap() {
	local name=$1 output status=0
	shift
	output=$(timeout -k 5 300 "$@" 2>&1 </dev/null) || status=$?
	judged "$name" "$status" <<<"$output" | flock /run/tap.lock cat
}

# The tests of many ports and rules are about size, and slow here.
encodings() {
	local name
	for name in nft_write nft_read host_read; do
		TESTS_LEFT_OUT='test_many_*' tap "test_$name" "$top_builddir/tests/kernel/test_$name"
	done
}

scenarios() {
	local file filter
	while read -r file filter; do
		tap "$file.bats" bats --formatter tap --filter "$filter" "tests/cli/$file.bats"
	done
}

encodings &
scenarios <<-'END' &
	world a dropped SYN is a timeout
	status_why why: the fix that it prints works
	open_cases several base chains of several owners
	open_scope --from opens for the prefix alone
	legacy_open open stands before the log and the reject
END
tap differential.sh bash tests/kernel/differential.sh 60 --rulesets 3 &
wait
