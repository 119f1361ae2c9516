#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang's static analyzer over the sources: ways on which a null pointer, something not initialized or something freed is used, or
# memory is lost. Each function gets so much of its patience that all of them take half a minute of a processor.
. "$(dirname "$0")/lint.bash"
needs clang
: "${top_builddir:=$top_srcdir/build}"
options=(-Xclang -analyzer-output=text -Xclang -analyzer-config -Xclang max-nodes=10000
	-Xclang -analyzer-disable-checker -Xclang deadcode)
read -ra libraries <<<"$(pkg-config --cflags libmnl libnftnl jansson smartcols libcap-ng libseccomp libcurl openssl libcares)"
flags=("${libraries[@]}" -std=gnu17 -w -I include -I "$top_builddir" -include tests/lint/analyzer_facts.h -DBUILTIN_CONFIG_DIR='""' -DBUILTIN_DATA_DIR='""'
	-DBUILTIN_STATE_DIR='""' -DBUILTIN_RUN_DIR='""' -DBUILTIN_LIBEXEC_DIR='""')
# What it takes for possible, and is not.
known=(
	# getopt_long has a value for each option that takes one.
	'src/reach/options.c:[0-9]+: .*core.NonNullParamChecker'
	# What the index knows has its place in the list.
	'src/profile/(etc_services|directories).c:[0-9]+: .*core.NullDereference'
	# Whoever is asked for a name has one, or there is an error.
	'src/firewalld/zone.c:[0-9]+: .*core.NullDereference'
	# What counts more than none has a list.
	'src/reach/judge_certificate.c:[0-9]+: .*core.NullDereference'
	# __attribute__((cleanup)) frees it, of which the analyzer does not know.
	'src/render/plain.c:[0-9]+: .*unix.Malloc'
	# The expression that it is set in owns it then.
	'src/kernel/nft_expressions.c:[0-9]+: .*unix.Malloc'
)

# The file that makes the errors cannot be told what they are.
complaints() {
	c_files src | grep '\.c$' | grep -vxF src/base/error.c | xargs -P 2 -n 16 clang --analyze "${options[@]}" "${flags[@]}" 2>&1 |
		sed -nE 's/^([^ :]+:[0-9]+):[0-9]+: (warning|error|fatal error): /\1: /p' | grep -vEf <(printf '^%s\n' "${known[@]}")
	return 0
}

echo 1..1
claim "clang's analyzer finds nothing" complaints
