#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
# Every example that help and the manual show. Each is run by a shell, as it is printed, on a host that lets nobody in or out but
# what was asked for before, beside a client with a nameserver and the sites that the examples ask for.

load world

setup() {
	world_up
	mkdir "$world/bin"
	ln -s "$top_builddir/fwport" "$world/bin/fwport"
	printf '[in]\nlocal = 9443\n' >"$world/local.profile"
	printf '192.0.2.80\napi.example.com\n' >"$world/hosts.txt"
	export PATH=$world/bin:$PATH
}
teardown() { world_down; }

# What others have on this host; nothing of fwport.
starts_anew() {
	host nft flush ruleset
	rm -rf "$world/state"
	[[ $1 == *" policy"* ]] || ruleset_is <<-END
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop;
				ct state established,related accept
				icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
				tcp dport 22 accept
			}
			chain output {
				type filter hook output priority filter; policy drop;
				ct state established,related accept
				icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
				oif lo accept
				$2
			}
		}
	END
}

opens() {
	fwport open "$@"
	assert_status 0
}

# What an example takes for granted.
arrange() {
	case $1 in
	"fwport open https --out --check "*) starts_anew "$1" "udp dport 53 accept" ;;
	"fwport check "*) starts_anew "$1" "udp dport 53 accept; tcp dport 443 accept" ;;
	*) starts_anew "$1" ;;
	esac
	case $1 in
	"fwport close https" | "fwport close --all"* | "fwport rollback"* | "fwport history"* | "fwport status"* | "fwport save"*) opens https ;;
	"fwport close 8443 "*) opens 8443 --from 10.0.0.0/8 ;;
	"fwport confirm") opens 8080 --confirm=600 ;;
	"fwport restore"* | "fwport watch"*) opens https && host nft flush table inet filter ;;
	*" list.json"*) cp "$top_srcdir/packaging/provisioning/openings.json" "$world/list.json" ;;
	esac
}

# What is only shown, and would change something, is a 1; so is a port that is not open.
status_of() {
	case $1 in
	*--dry-run | "fwport plan "*) echo 1 ;;
	"fwport why in https" | "fwport why out "*) echo 1 ;;
	*) echo 0 ;;
	esac
}

# example LINE
example() {
	arrange "$1"
	run --separate-stderr host sh -c 'cd "$0" && exec timeout 60 sh -c "$1"' "$world" "$1"
	told=$1
	assert_status "$(status_of "$1")"
	[ -n "$output" ] || { tell "it says nothing" && return 1; }
}

# The examples of a page of the manual.
examples_of() {
	sed -nE '/^\.Sh EXAMPLES/,/^\.Sh [^E]/s/^\.It Ic //p' "$top_srcdir/src/man/$1" | sed -E 's/\\&//g; s/\\-/-/g; s/\\\(dq/"/g; s/\\e/\\/g'
}

@test "examples: those of the manual are those of the help" {
	local command
	diff <(cat <(examples_of fwport.8) <(examples_of fwport-check.8) | sort -u) \
		<(for command in $("$top_builddir/fwport" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
			"$top_builddir/fwport" help "$command" | sed -n '/^Examples:/,$s/^  \(fwport \)/\1/p'
		done | sort -u)
}

# etc FILE LINE...: what stands in the host's /etc/FILE.
etc() {
	local file=$1
	shift
	printf '%s\n' "$@" >"$world/$file"
	host mount --bind "$world/$file" "/etc/$file"
}

# Names are asked of 192.0.2.53, which has 192.0.2.80 and 2001:db8::80 for them; a site with a certificate is there.
sites() {
	client ip -batch - <<-END
		addr add 192.0.2.53/24 dev eth0
		addr add 192.0.2.80/24 dev eth0
		addr add 2001:db8::80/64 dev eth0 nodad
	END
	etc resolv.conf 'nameserver 192.0.2.53'
	etc hosts '127.0.0.1 localhost'
	etc nsswitch.conf 'hosts: files dns'
	client python3 -IS "$top_srcdir/tests/reach/dns_server.py" 192.0.2.53=good >"$world/names" 2>>"$world/background.log" 3>&- &
	await "the nameserver" grep -q ready "$world/names"
	host openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj /CN=example.com \
		-addext subjectAltName=DNS:example.com,DNS:api.example.com -keyout /run/key.pem -out /run/cert.pem
	host chmod 644 /run/cert.pem
	host_background nsenter --net=/run/netns/client -- openssl s_server -accept 443 -cert /run/cert.pem -key /run/key.pem -www
	await "the site" client openssl s_client -connect 192.0.2.80:443 -brief </dev/null
	export SSL_CERT_FILE=/run/cert.pem
}

@test "examples: each runs as it is printed, with the status that its page promises" {
	command -v openssl >/dev/null || skip "needs openssl"
	local line
	sites
	while read -r line <&4; do
		echo "# $line" >&2
		example "$line"
	done 4< <({ examples_of fwport.8 && examples_of fwport-check.8; } | sort -u)
}

@test "examples: the profile of fwport.profile(5) is one" {
	sed -n '/^\.Sh EXAMPLES/,/^\.Ed/{/^\./!p}' "$top_srcdir/src/man/fwport.profile.5" >"$world/shown.profile"
	fwport profiles "$world/shown.profile"
	assert_status 0
	assert_says "Public web server" "443/udp" "8443/tcp" "53/udp" "then checks api: https://api.example.com/"
}
