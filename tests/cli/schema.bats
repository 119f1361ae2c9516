#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What is printed with --json is what src/schema says, every shape of it: these tests produce each member at least once.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world

setup() {
	python3 -Ic 'import jsonschema' 2>/dev/null || skip "needs python3-jsonschema"
	world_up
	echo . >>"$BATS_FILE_TMPDIR/ran"
	mkdir "$world/etc/profiles"
}
teardown() { world_down; }

# Where some tests were left out, some members are.
teardown_file() {
	[ -e "$BATS_FILE_TMPDIR/ran" ] || return 0
	if [ "$(wc -l <"$BATS_FILE_TMPDIR/ran")" = "$(grep -c '^@test' "$BATS_TEST_FILENAME")" ]; then
		python3 -I "$here/schema.py" whole '!check#,shared#icmp' "$BATS_FILE_TMPDIR/json" >&2
	else
		python3 -I "$here/schema.py" valid "$BATS_FILE_TMPDIR/json" >&2
	fi
}

# says STATUS/OUTCOME ARGUMENTS...
says() {
	fwport --json "${@:2}"
	assert_status "${1%/*}"
	assert_field outcome "${1#*/}"
}

input_drops() {
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				$1
			}
		}
	END
}

@test "schema: the files are well made" {
	run python3 -I "$here/schema.py" sound
	[ "$status" = 0 ] || { echo "$output" && return 1; }
}

@test "schema: there is one for each command" {
	local command
	for command in $(host "$top_builddir/fwport" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
		grep -q "\"$command\"" "$top_srcdir/src/schema/fwport.schema.json" || { echo "$command has none" >&2 && return 1; }
	done
}

@test "schema: opened, so already, planned, closed, never ours" {
	input_drops "tcp dport 22 accept"
	serve 443
	says 0/done open https 8443 --reason "ticket 12"
	says 0/nothing open https 8443
	says 0/done open 9000 --for 2h
	says 1/planned open --dry-run 80
	says 0/done open 8000-8010/udp --from 192.0.2.0/24,2001:db8::/64 --to 192.0.2.10,2001:db8::10 --iface eth0
	says 0/done open 53/udp --out -4
	fwport --json status
	says 0/done close https
	says 1/not-ours close https
	says 1/planned close --dry-run 8443
	fwport --json history
}

@test "schema: lists, and what is done offline" {
	input_drops "tcp dport 22 accept"
	echo '{"openings": [{"ports": "443"}, {"ports": "80", "state": "absent"}]}' >"$world/list.json"
	says 1/planned plan -f "$world/list.json"
	says 0/done apply -f "$world/list.json"
	assert_field openings.2.state absent
	says 0/nothing apply -f "$world/list.json"
	says 0/done open 8443 --offline
	assert_field offline true
	assert_field diff.after.length 2
}

@test "schema: closed, and open all the same" {
	input_drops "tcp dport 440-443 accept"
	says 0/done open 443-450
	says 0/done open 443 --for 2h
	assert_field openings.0.outlived true
	says 0/done close 443-450
	assert_field openings.0.still_open true
	assert_field openings.0.reachable.0.verdict open
}

@test "schema: blocked, and dependent" {
	serve 443
	input_drops "tcp dport 443 drop"
	says 6/blocked open https
	[ "$(field openings.0.refused)" != null ]
	[ "$(field openings.0.hint)" != null ]
	fwport --json why in https
	host nft flush ruleset
	input_drops "numgen random mod 2 0 drop"
	says 10/depends open https
	says 0/done open https --accept-conditions
	fwport --json why in https
	fwport --json status
}

@test "schema: unknown" {
	input_drops "tcp dport 22 accept"
	host "$tools/intercept" "$world/ready" tcx-in eth0 pass >"$world/intercept.log" 2>&1 3>&- &
	await "the program" test -e "$world/ready" || skip "this kernel has none: $(cat "$world/intercept.log")"
	says 11/unknown open 9000
	says 0/done open 9000 --accept-unknown
	fwport --json status
}

@test "schema: conditions and exceptions of an opening" {
	input_drops "ip saddr 192.0.2.66 drop; tcp dport 443 ct state new limit rate over 10/minute drop"
	fwport --json open https
	fwport --json status
}

@test "schema: profiles, and what apply and plan make of them" {
	input_drops
	printf 'https = 443/tcp, 443/udp  from=10.0.0.0/8\n[profile]\ntitle = A shop\ndescription = It sells.\n[check]\nsite = https://192.0.2.1/\n' \
		>"$world/etc/profiles/shop.profile"
	printf 'https = 70000\n' >"$world/etc/profiles/bad.profile"
	fwport --json profiles
	assert_status 3
	fwport --json profiles shop
	assert_field profiles.0.checks.0.target https://192.0.2.1/
	says 1/planned plan shop
	serve client 443
	fwport --json apply shop
	says 0/nothing plan shop
	printf 'web = 443/tcp # ours\n' >"$world/etc/services"
	export FWPORT_FIREWALLD_DIR=$world/firewalld
	mkdir "$world/firewalld"
	cat >"$world/firewalld/tftp.xml" <<-END
		<service><port protocol="udp" port="69"/><helper name="tftp"/><include service="nosuch"/></service>
	END
	fwport --json services -v
	fwport --json services web
	fwport --json services tftp
	fwport --json services nosuch
	assert_status 1
}

@test "schema: a change that awaits confirmation" {
	input_drops
	says 1/nothing confirm
	says 0/done open https --confirm
	fwport --json status
	fwport --json history
	fwport --json open 8443
	assert_status 5
	says 0/confirmed confirm
	says 0/done close https --confirm
	says 0/done rollback
	says 0/done open 9000 --confirm
	sed -i 's/"deadline":[0-9]*/"deadline":1/' "$world/state/state.json"
	says 0/done open 8443
	[ "$(field rolled_back)" != null ]
}

@test "schema: a change that was interrupted" {
	command -v strace >/dev/null || skip "needs strace"
	input_drops
	fwport open 22
	for command in "open 8443" confirm; do
		run host strace -qq -o "$world/strace" -e trace=fsync -e inject=fsync:signal=KILL:when=1 "$top_builddir/src/fwport" open https
		[ "$status" = 137 ]
		fwport --json status
		fwport --json $command # of more words than one
		assert_field recovered undone
	done
}

@test "schema: rules that were flushed, a record that was lost, a clock that was put back" {
	input_drops
	fwport open https
	fwport open 8443 --runtime
	fwport save
	fwport close 8443 --runtime
	host nft delete table inet fwport
	fwport --json status
	says 1/planned restore --dry-run
	says 0/done restore
	rm "$world/state/state.json"
	fwport --json status
	[ "$(field rebuilt)" != null ]
	fwport --json restore
	sed -i 's/"created":[0-9]*/"created":4102444800/' "$world/state/state.json"
	fwport --json open 80 --runtime
	fwport --json status
	host sh -c "rm -rf '$FWPORT_STATE_DIR'/*"
	fwport --json status
	fwport --json policy
	fwport --json restore
	fwport --json save
	fwport --json save --print nft
	echo damaged >>"$world/state/journal"
	fwport --json status
	assert_field rebuilt null
}

@test "schema: what a boot restores" {
	input_drops
	host mount -t tmpfs tmpfs /etc/systemd/system
	host mkdir /etc/systemd/system/multi-user.target.wants
	host ln -s /bin/true /etc/systemd/system/multi-user.target.wants/fwport-restore.service
	says 0/done open https
	assert_field persistent true
	fwport --json status
	[ "$(field restored_by)" != null ]
}

@test "schema: the policy, and what it stops" {
	serve 8080
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy accept; tcp dport 2222 accept; }
		}
	END
	fwport --json policy
	says 1/planned policy --no-confirm in=drop --dry-run
	says 0/done policy --no-confirm in=drop
	fwport --json policy
	fwport --json history
	host nft flush ruleset
	fwport --json policy
	input_drops
	says 7/lockout policy --no-confirm in=drop
	says 0/done policy --no-confirm in=drop --force
}

@test "schema: a session that would be cut off" {
	host_background "$tools/sshd" sh "$world/session"
	await "sshd" eval 'host ss -Hltn sport = 22 | grep -q .'
	input_drops
	fwport open ssh
	echo "export SUDO_USER=alice; for force in '' --force; do
		script -qc \"'$top_builddir/fwport' --json close ssh --no-confirm \$force\" /dev/null </dev/null | tr -d '\\r' >>'$world/said'; done; : >'$world/done'" >"$world/session"
	run client python3 -IS "$here/session.py" "$HOST4" 20
	await "the end of the commands" test -e "$world/done"
	output=$(cat "$world/said")
	keep_json --json in a session
	fwport --json history
}

@test "schema: an opening that lives on another one" {
	ruleset_is <<-END
		table inet filter {
			chain input { type filter hook input priority filter; policy accept; tcp dport 1-1023 drop; }
		}
	END
	fwport open https
	fwport open https -4 --from 192.0.2.0/24
	host nft add rule inet filter input index 0 tcp dport 443 drop
	says 6/harms close https
}

@test "schema: why, with what NAT and two engines do" {
	world_lan
	serve 443 8443
	ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop
				ct state established accept
				ip saddr 203.0.113.7 drop
				ip daddr 198.51.100.1 accept
				tcp dport 8443 drop
				tcp dport 443 limit rate 10/second accept
				tcp dport 8443 accept
				tcp dport 81 meta time < "2040-01-01" accept
			}
			chain forward {
				type filter hook forward priority filter; policy accept
				ip saddr 203.0.113.7 drop
				tcp dport 8080 limit rate 10/second accept
				tcp dport 8080 drop
				tcp dport 8080 accept
				tcp dport 8082 drop
				tcp dport 8082 accept
			}
		}
		table ip nat {
			chain pre {
				type nat hook prerouting priority dstnat
				tcp dport 443 redirect to :8443
				iifname eth0 tcp dport 80 dnat to 198.51.100.10:8080
				iifname eth0 tcp dport 82 dnat to 198.51.100.10:8082
			}
		}
		table bridge b { chain f { type filter hook forward priority 0; policy drop; }; }
	END
	host iptables-legacy -A INPUT -p tcp --dport 9 -j DROP
	fwport --json why in https 80 81 82 8443 22
	fwport --json why out 443
	fwport open 9000
	fwport --json status
	run --separate-stderr host setpriv --bounding-set=-all --inh-caps=-all "$top_builddir/fwport" --json why in 22
	[ "$status" = 11 ]
	keep_json --json why without rights
}

@test "schema: why, with the tools that others use" {
	host iptables-nft-restore <<-END
		*filter
		:INPUT DROP [0:0]
		:ufw-user-input - [0:0]
		-A INPUT -p tcp --dport 443 -j DROP
		-A INPUT -p tcp --dport 81 -m string --algo bm --string x -j ACCEPT
		-A INPUT -j ufw-user-input
		-A ufw-user-input -p tcp --dport 443 -j ACCEPT
		COMMIT
		*nat
		-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 203.0.113.9
		COMMIT
	END
	fwport --json why in https
	[ "$(field families.ipv4.fix.owner)" != null ]
	[ "$(field families.ipv4.never_reached.0.added_by)" != null ]
	fwport open 9000
	fwport --json status
	assert_field neighbours.0.name ufw
	fwport --json why in 80 81
	[ "$(field @1.families.ipv4.forward.unknown)" != null ]
}

@test "schema: watch, and what it puts back" {
	input_drops
	fwport open https
	host "$top_builddir/fwport" --json watch >"$world/told" 2>"$world/watch.log" 3>&- &
	await "the watch" grep -q watching "$world/told"
	fwport --json status
	host nft delete table inet fwport
	host nft flush chain inet filter input
	await "what is put back" grep -q restored "$world/told"
	output=$(cat "$world/told")
	keep_json --json watch
	[[ $output == *'"ms":'[0-9]* && $output == *'"after":"nft'* ]]
	fwport --json watch --once
	assert_status 0
}

@test "schema: check, and where the packets went" {
	serve client 443
	ruleset_is <<-END
		table inet filter {
			chain output { type filter hook output priority filter; policy accept; tcp dport 443 drop; }
		}
	END
	fwport --json check --trace --stage tcp --timeout 4 192.0.2.1
	assert_status 1
	assert_field stages.trace.rules.length 1
	host "$top_builddir/fwport" check --trace --stage tcp --timeout 30 192.0.2.1 >"$world/said" 2>&1 3>&- &
	await "the table of the trace" eval "host nft list tables | grep -q fwport-trace"
	fwport --json check --trace --stage tcp --timeout 3 192.0.2.1
	[ "$(field stages.trace.refused)" != null ]
	host nft flush ruleset
	wait $! || true
	fwport --json check --stage tcp 192.0.2.1 192.0.2.66
	assert_field @1.verdict.party ok
}

# one_error KIND STATUS ARGUMENTS...: exactly one object, on standard output alone.
one_error() {
	fwport "${@:3}"
	assert_status "$2"
	[ "${#lines[@]}" = 1 ]
	[ -z "$stderr" ]
	assert_field error.kind "$1"
}

@test "schema: an error of each kind is one object that names its command" {
	input_drops
	one_error usage 2 --json
	assert_field command null
	one_error usage 2 --json opne
	assert_field command null
	one_error usage 2 --json --no-such-option
	one_error usage 2 --json=yes open https
	keep_json --json wrong
	one_error usage 2 open --json --json
	assert_field command open
	one_error usage 2 open --json htps
	one_error usage 2 --json check --timeout 0 192.0.2.1
	one_error usage 2 --json check --nagios 192.0.2.1
	assert_field command check
	one_error usage 2 --json check --prometheus 192.0.2.1
	one_error usage 2 --json history 7
	assert_field command history
	one_error usage 2 --json help opne
	echo 'https = 70000' >"$world/etc/profiles/bad.profile"
	one_error file 3 --json apply bad
	assert_field command apply
	FWPORT_LIBEXEC_DIR=/nonexistent one_error system 4 --json check 192.0.2.1
	host nft add table inet fwport
	host nft add chain inet fwport theirs
	one_error blocked 6 --json open https
	fwport open 22 --reason --json
	assert_says_not '"schema"'
}

@test "schema: whatever fails prints one object, and nothing else" {
	local arguments
	input_drops
	while read -r arguments; do
		# shellcheck disable=SC2086 # words of a command line
		fwport --json $arguments </dev/null
		[ "$status" -ge 2 ] && [ "$status" -le 5 ] && [ "${#lines[@]}" = 1 ] && [ -z "$stderr" ] &&
			[ "$(field command)" = "$(grep -oEw '^[a-z]+' <<<"$arguments" || echo null)" ] && [ "$(field error.text)" != null ] ||
			{ tell "one error is expected" && return 1; }
	done <<-'END'
		check --file /nonexistent
		check --cafile /nonexistent 192.0.2.1
		check --cert /nonexistent 192.0.2.1
		check --baseline /nonexistent/file 192.0.2.1
		check --as-user nosuch 192.0.2.1
		check --stage nosuch 192.0.2.1
		check --watch 192.0.2.1
		check --trace 192.0.2.1 192.0.2.2
		check http://192.0.2.1/
		check
		open --check http://192.0.2.1 --out 443
		open 443 --for never
		open 443 --confirm=1
		open 443 --from nosuch
		open 443 --backend=nft --backend=nft
		close
		apply /nonexistent/file.profile
		plan nosuch
		policy in=maybe
		policy in=drop in=drop
		rollback 77
		rollback x
		restore --boot --expired
		save --print nosuch
		save --print nft --enable
		why sideways 443
		why in 443 --from 192.0.2.1,192.0.2.2
		confirm all
		status --nosuch
		services a b
		profiles nosuch
		history 77
		help nosuch
		--color=red status
		--backend=pf status
		--from 192.0.2.1 open 443
	END
}

@test "schema: an error without rights, and while another one changes" {
	run --separate-stderr host setpriv --bounding-set=-all --inh-caps=-all "$top_builddir/fwport" --json open https
	assert_field error.kind permission
	keep_json --json open without rights
	fwport open https --confirm
	one_error busy 5 --json open 8443
}

@test "schema: help and version" {
	fwport --json help open
	fwport --json --version
	fwport --json
}

# Prints the examples of the manual, a command and below it what it prints, on one line.
examples() {
	sed -n '/^\.Bd -literal/,/^\.Ed/{/^\./!p; /^\.Ed/s/.*//p}' "$top_srcdir/src/man/fwport-json.5" | sed 's/\\e/\\/g' |
		awk '/^\$ / { print substr($0, 3); next } NF { line = line $0; next } { print line; line = "" }'
}

@test "schema: the examples of the manual are what is printed" {
	local command expected count=0
	input_drops
	fwport open 22
	while read -r command && read -r expected; do
		# shellcheck disable=SC2086 # the words of a command
		fwport ${command#fwport }
		seen=$(sed "s|$top_builddir/share|/usr/share/fwport|; s/\"ruleset\":[0-9]*/\"ruleset\":2/" <<<"$output")
		[ "$seen" = "$expected" ] || { tell "$expected is in the manual" && return 1; }
		count=$((count + 1))
	done < <(examples)
	[ "$count" = 4 ]
}

@test "schema: the manual names each member, but for those of the stages of check" {
	local member
	for member in $(python3 -I "$here/schema.py" members '!check#'); do
		grep -Eq "^\.(It |)(Cm|Ql) .*\b$member\b|^\.Cm .*\b$member\b" "$top_srcdir/src/man/fwport-json.5" ||
			{ echo "$member is not described" >&2 && return 1; }
	done
}
