# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts that run in the copy: results as TAP without numbers, and a look at what is open.

# claim NAME COMMAND...: the command succeeds.
claim() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "ok - $name"
	else
		echo "not ok - $name"
		printf '%s\n' "\$ $*" "$output" | sed 's/^/# /'
	fi
}

# An interface with addresses: those that answer nothing are enough for a proof.
addresses() {
	ip link add eth0 type veth peer name far0 && ip link set far0 up
	ip addr add 192.0.2.10/24 dev eth0
	ip addr add 2001:db8::10/64 dev eth0 nodad
	ip link set eth0 up
	ip route add default via 192.0.2.1
	ip -6 route add default via 2001:db8::1
}

is_open() {
	fwport why in "$1"
}

is_closed() {
	fwport why in "$1" --quiet
	[ $? = 1 ]
}

# says WORDS COMMAND...: the words are in what it prints, whatever its exit status.
says() {
	local words=$1 output
	shift
	output=$("$@" 2>&1)
	[[ $output == *"$words"* ]] || { echo "$output" && return 1; }
}

# says_not WORDS COMMAND...
says_not() {
	local words=$1 output
	shift
	output=$("$@" 2>&1)
	[[ $output != *"$words"* ]] || { echo "$output" && return 1; }
}

# systemctl returns when the neighbour's own job is done; ours follows it. systemd VERB UNIT
systemd() {
	local deadline=$((SECONDS + 20))
	systemctl "$1" "$2.service" || return
	while [[ $(systemctl show --property Job --value "fwport-restore@$2.service") == [1-9]* ]]; do
		((SECONDS < deadline)) || return
		sleep 0.02
	done
}

not() {
	! "$@"
}

# soon COMMAND...: it succeeds within two minutes.
soon() {
	local deadline=$((SECONDS + 120))
	until "$@" >/dev/null; do
		((SECONDS < deadline)) || return
		sleep 0.1
	done
}
