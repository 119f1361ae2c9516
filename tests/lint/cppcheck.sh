#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cppcheck over the sources. Its style opinions are not asked; what it takes for a bug is one, or is suppressed in place.
. "$(dirname "$0")/lint.bash"
needs cppcheck

complaints() {
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr -I include -j 2 \
		--suppress=missingIncludeSystem --suppress=unmatchedSuppression \
		-DBUILTIN_CONFIG_DIR='""' -DBUILTIN_DATA_DIR='""' -DBUILTIN_STATE_DIR='""' -DBUILTIN_RUN_DIR='""' \
		--template='{file}:{line}: {id}: {message}' src 2>&1
}

echo 1..1
claim "cppcheck finds nothing" complaints
