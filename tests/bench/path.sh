#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What packets pay for our table with 4,000 ports in it, against no firewall: connections to a port in the middle of the
# set, and datagrams, which no rule of it concerns.
. "$(dirname "$0")/bench.bash"

make_host ours
make_host bare
seq 1024 3 $((1024 + 3 * 3999)) | sed 's/.*/port-& = &/' >/run/many.profile
in_host ours "$fwport" apply /run/many.profile -q || exit
flood=$top_builddir/tests/bench/connect_often
for kind in 'tcp 7024 5000' 'udp 7024 30000'; do
	# shellcheck disable=SC2086 # three words
	pair "$kind times: 4,000 ports open by fwport | no firewall" -a /run/netns/ours -b /run/netns/bare \
		"$flood" $kind -- "$flood" $kind
done
