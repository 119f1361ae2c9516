# SPDX-License-Identifier: GPL-2.0-or-later
# A world for one test: a host and its client, joined by a cable, in namespaces of their own (network, mounts, processes),
# with fwport's directories in the test's own place. When the test ends the world's first process is killed, and the
# kernel takes all the rest away: servers, links, rulesets. Nothing here acts on the namespaces the tests started in.
#
#       client eth0 192.0.2.1 2001:db8::1 -------- 192.0.2.10 2001:db8::10 eth0 host
#              also 192.0.2.66 2001:db8::66

bats_require_minimum_version 1.5.0

HOST4=192.0.2.10
HOST6=2001:db8::10
here=${top_srcdir:?}/tests/cli
# shellcheck disable=SC2034 # used by the tests
tools=${top_builddir:?}/tests/cli

# shellcheck disable=SC2016 # the $1 is for the inner shell
world_up() {
	[ "$(id -u)" = 0 ] || skip "needs root to make namespaces"
	command -v nft >/dev/null || skip "needs nft"
	world=$BATS_TEST_TMPDIR
	mkdir -p "$world/etc" "$world/state" "$world/run"
	unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private \
		sh -c 'mount -t tmpfs tmpfs /run && : >"$1" && exec sleep infinity' sh "$world/up" \
		>/dev/null 2>&1 3>&- &
	world_pid=$!
	await "the world's namespaces" test -e "$world/up"
	world_is_another
	cable
	export FWPORT_CONFIG_DIR=$world/etc FWPORT_STATE_DIR=$world/state FWPORT_RUN_DIR=$world/run XTABLES_LOCKFILE=$world/xtables.lock
}

world_down() {
	[ -n "$world_pid" ] || return 0
	kill -KILL "$world_pid" 2>/dev/null
	wait "$world_pid" 2>/dev/null || true
	world_pid=
}

# The one thing that must never go wrong: acting on the machine itself.
world_is_another() {
	local kind
	for kind in net mnt; do
		[ "$(readlink "/proc/$world_pid/ns/$kind")" != "$(readlink "/proc/self/ns/$kind")" ] || {
			world_down
			echo "no $kind namespace of our own" >&2
			exit 1
		}
	done
}

host() {
	nsenter --target "${world_pid:?no world}" --net --mount --pid="/proc/$world_pid/ns/pid_for_children" -- "$@"
}

client() {
	host nsenter --net=/run/netns/client -- "$@"
}

# Runs in the background, ends with the world.
host_background() {
	host "$@" >>"$world/background.log" 2>&1 3>&- &
}

# Neighbours are fixed, so that a ruleset without ICMPv6 is about the port alone. ICMP errors are not rationed, so that
# each refusal is told.
cable() {
	host ip netns add client
	host ip -batch - <<-END
		link set lo up
		link add eth0 address 02:00:00:00:00:10 type veth peer name eth0 address 02:00:00:00:00:01 netns client
		addr add $HOST4/24 dev eth0
		addr add $HOST6/64 dev eth0 nodad
		link set eth0 up
	END
	client ip -batch - <<-END
		link set lo up
		addr add 192.0.2.1/24 dev eth0
		addr add 192.0.2.66/24 dev eth0
		addr add 2001:db8::1/64 dev eth0 nodad
		addr add 2001:db8::66/64 dev eth0 nodad preferred_lft 0
		link set eth0 up
		neigh replace $HOST4 lladdr 02:00:00:00:00:10 dev eth0 nud permanent
		neigh replace $HOST6 lladdr 02:00:00:00:00:10 dev eth0 nud permanent
		route add default via $HOST4
		route add ::/0 via $HOST6
	END
	host ip -batch - <<-END
		neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
		neigh replace 192.0.2.66 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
		neigh replace 2001:db8::1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
		neigh replace 2001:db8::66 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
		route add default via 192.0.2.1
		route add ::/0 via 2001:db8::1
	END
	host sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
}

# A third machine, lan 198.51.100.10, behind the host, which routes to it.
world_lan() {
	host ip netns add lan
	host ip -batch - <<-END
		link add eth1 type veth peer name eth0 netns lan
		addr add 198.51.100.1/24 dev eth1
		link set eth1 up
	END
	lan ip -batch - <<-END
		link set lo up
		addr add 198.51.100.10/24 dev eth0
		link set eth0 up
		route add default via 198.51.100.1
	END
	host sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

lan() {
	host nsenter --net=/run/netns/lan -- "$@"
}

# await WHAT COMMAND...: until the command succeeds, half a minute at most.
await() {
	local what=$1 deadline=$((SECONDS + 30))
	shift
	until "$@" 2>/dev/null; do
		if ((SECONDS >= deadline)); then
			echo "waited in vain for $what" >&2
			return 1
		fi
		sleep 0.02
	done
}

# serve [PLACE] PORT[/PROTO][@ADDRESS]...: answers "PORT got LINE"; returns when all of them listen. PLACE: host, client, lan.
serve() {
	local place=host ready
	case $1 in host | client | lan) place=$1 && shift ;; esac
	ready=$(mktemp -u "$world/ready.XXXXXX")
	"$place" python3 -IS "$here/server.py" "$ready" "$@" >>"$world/background.log" 2>&1 3>&- &
	await "servers on $* ($(cat "$world/background.log"))" test -e "$ready"
}

# ruleset_is < RULES: what others wrote, loaded into the host.
ruleset_is() {
	host nft -f -
}

# tables_are < TABLES: likewise, for both families and by $engine, as iptables-restore takes them.
engine=${FWPORT_TEST_ENGINE:-nft}
tables_are() {
	local tables
	tables=$(cat)
	host "$engine-restore" <<<"$tables"
	host "ip6${engine#ip}-restore" <<<"$tables"
}

ruleset() {
	host nft -s list ruleset
	[ "$engine" != iptables-legacy ] || host sh -c 'iptables-legacy-save; ip6tables-legacy-save' | sed '/^#/d; s/ \[[0-9:]*\]$//'
}

# The kernel's own number of the ruleset: it moves with every transaction.
ruleset_number() {
	host python3 -IS "$here/ruleset_number.py"
}

# expect ADDRESS[,ADDRESS] PORT[/PROTO]=WORD...: what the client's conversations really come to. Words: open, refused,
# unreachable, timeout (no answer to the first packet), no-data (connected, but data is not answered), reset.
expect() {
	client python3 -IS "$here/client.py" "$@"
}
expect4() { expect "$HOST4" "$@"; }
expect6() { expect "$HOST6" "$@"; }
expect46() { expect "$HOST4,$HOST6" "$@"; }
expect_from() { # SOURCE ADDRESS PORT=WORD...
	local source=$1
	shift
	client python3 -IS "$here/client.py" --from "$source" "$@"
}

# The program under test, in the host: $status, $output, $stderr. With $backend, a word of --backend, if any.
backend=$FWPORT_TEST_BACKEND
fwport() {
	run --separate-stderr host timeout 60 "$top_builddir/fwport" ${backend:+--backend="$backend"} "$@"
	told="fwport $*"
	keep_json "$@"
}

# What is JSON is held against the schemas when all tests of the file are through.
# shellcheck disable=SC2154 # output is set by run
keep_json() {
	local options=" $* "
	[[ "${options%% -- *} " != *" --json "* ]] ||
		printf '# %s: fwport %s\n%s\n' "$BATS_TEST_DESCRIPTION" "${*@Q}" "$output" >>"$BATS_FILE_TMPDIR/json"
}

teardown_file() {
	[ -e "$BATS_FILE_TMPDIR/json" ] || return 0
	python3 -Ic 'import jsonschema' 2>/dev/null || return 0
	python3 -I "${top_srcdir:?}/tests/cli/schema.py" valid "$BATS_FILE_TMPDIR/json" >&2
}

# shellcheck disable=SC2154 # status, output and stderr are set by run
tell() {
	printf '%s\n' "$@" "$told: exit $status" "--- output" "$output" "--- errors" "$stderr" >&2
}

assert_status() {
	[ "$status" -eq "$1" ] || { tell "exit status $1 expected" && return 1; }
}

# Each of the words appears in what was printed.
assert_says() {
	local word
	for word; do
		[[ $output$'\n'$stderr == *"$word"* ]] || { tell "\"$word\" is not said" && return 1; }
	done
}

assert_says_not() {
	[[ $output$'\n'$stderr != *"$1"* ]] || { tell "\"$1\" is said" && return 1; }
}

# field PATH: a value of the JSON output, compact; see field.py.
field() {
	python3 -IS "$here/field.py" "$1" <<<"$output"
}

assert_field() {
	local seen
	seen=$(field "$1") || { tell "no field $1" && return 1; }
	[ "$seen" = "$2" ] || { tell "$1 is $seen, $2 expected" && return 1; }
}

# assert_blocker FAMILY "TABLE-FAMILY TABLE CHAIN" POSITION|policy [PACKET]: who `why --json` says it is.
assert_blocker() {
	local blocker=families.$1.blockers.0 seen
	seen="$(field "$blocker.family") $(field "$blocker.table") $(field "$blocker.chain")"
	[ "$seen" = "$2" ] || { tell "$1 is blocked by $seen, $2 expected" && return 1; }
	if [ "$3" = policy ]; then
		assert_field "$blocker.policy" true
	else
		assert_field "$blocker.position" "$3"
	fi
	[ -z "$4" ] || assert_field "$blocker.packet" "$4"
}

assert_ruleset() {
	local seen
	seen=$(ruleset)
	[ "$seen" = "$1" ] && return
	diff <(echo "$1") <(echo "$seen") >&2 || tell "the ruleset is another one (< wanted, > is)"
	return 1
}

assert_number() {
	local seen
	seen=$(ruleset_number)
	[ "$seen" = "$1" ] || { tell "the ruleset's number is $seen, not $1: something was sent" && return 1; }
}
