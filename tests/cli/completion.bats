#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2034 # world.bash and run set what is not set here
# What may stand at the cursor: as the program tells it, and as real shells put it into their lines. typist.py types; in what it is
# given, "!" completes a line, and "*" puts in everything that may stand there.

load world

setup() {
	world_up
	mkdir "$world/bin"
	ln -s "$top_builddir/fwport" "$world/bin/fwport"
	printf 'test-web=443/tcp, 443/udp # two ports\ntest-admin=9443\n' >"$world/etc/services"
	mkdir "$world/ufw"
	printf '[Test Full]\ntitle=t\ndescription=d\nports=80,443/tcp\n' >"$world/ufw/test"
	export FWPORT_UFW_DIR=$world/ufw FWPORT_FIREWALLD_DIR=$world/none FWPORT_FIREWALLD_DATA_DIR=$world/none
	export PATH=$world/bin:$PATH HOME=$world TERM=vt100
}
teardown() { world_down; }

opens() {
	fwport open "$@"
	assert_status 0
}

# candidates WORD...: the words alone, in one line.
candidates() {
	fwport __complete -- "$@"
	assert_status 0
	[ -z "$stderr" ] || { tell "not silent" && return 1; }
	cut -f 1 <<<"$output" | xargs
}

# offers "CANDIDATE CANDIDATE..." WORD...
offers() {
	local wanted=$1 seen
	shift
	seen=$(candidates "$@")
	[ "$seen" = "$wanted" ] || { echo "fwport $*: \"$seen\" is offered, not \"$wanted\"" >&2 && return 1; }
}

# means TEXT WORD...: all of what is printed.
means() {
	local wanted=$1
	shift
	fwport __complete -- "$@"
	[ "$output" = "$wanted" ] || { tell "not \"$wanted\"" && return 1; }
}

@test "completion: each command of the help is offered, and each of its options" {
	local command
	[ "$(candidates "")" = "$("$top_builddir/fwport" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | xargs)" ]
	for command in $(candidates ""); do
		diff <("$top_builddir/fwport" help "$command" | sed -n '/^Options:/,/^$/p' | grep -oE '^ +(-., )?--[a-z0-9-]+' | grep -oE -e '-[^ ,]+' | sort) \
			<(candidates "$command" - | tr ' ' '\n' | sort)
	done
}

@test "completion: with what it means" {
	means $'test-web\t443/tcp, 443/udp, two ports' why in test-w
	fwport __complete -- apply x
	[[ $'\n'$output == *$'\nweb\tPublic web server\n'* ]]
}

@test "completion: an option that was given is not offered again" {
	offers "--ipv4 -4 --ipv6 -6" why in 443 --from 192.0.2.1 --to=192.0.2.10 --iface eth0 --json -qv --help --backend nft --color auto --version --
	offers "--from --to --iface" why in 443 -4 --ipv6 --json -qvh --backend nft --color auto --version -
	offers "" why in 443 -- -
}

@test "completion: values, alone and behind their option" {
	offers "auto nft iptables" open --backend ""
	offers "--backend=auto --backend=nft --backend=iptables" open --backend=
	offers "" open --from ""
	offers "" open --reason ""
	offers "lo eth0" why in 443 --iface ""
	means $'\tfiles' check --cafile=/etc
}

@test "completion: operands, by their place" {
	offers "in out" why ""
	offers "test-admin test-web" why out test-
	offers "test-admin" why out test-web test-
	offers "443/tcp 443/udp 443/sctp" open 443/
	offers "in=drop in=accept out=drop out=accept" policy ""
	offers "out=drop out=accept" policy in=accept o
	means $'\tfiles' apply ./x
	[[ " $(candidates status "") " == *" --json "* ]]
	[[ " $(candidates help "") " == *" close "* ]]
}

@test "completion: openings and generations, as they are kept" {
	offers "" close ""
	opens test-web
	opens 8443 --from 10.0.0.0/8
	offers "test-web 8443/tcp" close ""
	means $'8443/tcp\t8443/tcp in from 10.0.0.0/8' close test-web ""
	offers "test-web" close 8443/tcp ""
	offers "2 1" history ""
	means $'2\topen 8443/tcp\n1\topen test-web 443/tcp, test-web 443/udp' rollback ""
}

@test "completion: without root there are services, profiles and interfaces, and no complaint about the rest" {
	opens test-web
	host mkdir -m 755 /run/bin
	host cp "$top_builddir/src/fwport" /run/bin # the build tree may be closed to him
	host cp -r "$top_builddir/share/." /run/data
	host cp "$world/etc/services" /run/bin
	as_nobody() {
		run --separate-stderr host setpriv --reuid=65534 --regid=65534 --clear-groups env FWPORT_CONFIG_DIR=/run/bin \
			FWPORT_DATA_DIR=/run/data /run/bin/fwport __complete -- "$@"
		told="as nobody: fwport $*"
		assert_status 0
		[ -z "$stderr" ]
	}
	chmod 700 "$world/state"
	as_nobody why in test-w
	[ "$output" = $'test-web\t443/tcp, 443/udp, two ports' ]
	as_nobody plan ""
	[[ $output == *web$'\t'* ]]
	as_nobody open 443 --iface e
	[[ $output == *eth0* ]]
	as_nobody close ""
	[ -z "$output" ]
	as_nobody history ""
	[ -z "$output" ]
}

@test "completion: what is wrong is no reason to say anything" {
	offers "" nothing ""
	offers "" nothing op
	[[ " $(candidates open --nothing test-) " == " test-admin test-web " ]]
	printf 'a=70000\n' >"$world/etc/services"
	offers "" open ""
	printf 'nonsense' >"$world/state/state.json"
	offers "" close ""
	mkdir -p "$world/etc/profiles"
	printf 'https=443\n' >"$world/etc/profiles/"$'a\nb.profile'
	[[ "$(candidates apply "")" != *$'\n'b$'\n'* ]]
}

# typing EXPECTED SHELL...: the lines of the input, and what the shell made of them.
typing() {
	local wanted=$1 seen
	shift
	seen=$(host python3 -IS "$here/typist.py" "$@" | sed 's/ *$//')
	diff <(echo "$wanted") <(echo "$seen") >&2
}

bash_is() {
	cat - >"$world/bashrc" <<-'END'
		PS1='ready> '
		bind 'set bell-style none'
		bind '"\C-x1": insert-completions'
		bind '"\C-x2": complete'
		show() { printf '\1%s\2' "$READLINE_LINE"; READLINE_LINE= READLINE_POINT=0; }
		bind -x '"\C-x3": show'
	END
	echo "$1" >>"$world/bashrc"
}

lines_for_bash() {
	cat <<-'END'
		!fwport op
		*fwport open --backend=
		!fwport open --backend=n
		*fwport open --backend 
		*fwport why 
		*fwport why in test-
		*fwport policy in=drop 
		!fwport policy in=d
		*fwport close 
		*fwport rollback 
		!fwport check --cafile=/etc/passw
		!fwport check --key /etc/passw
		!fwport apply /etc/passw
		!fwport apply we
		!fwport history >/etc/passw
		!true; fwport open 443 --ifa
		!~/bin/fwport op
		!fwport nothing 
		!fwport open "test-w
		!fwport open "Test F
		!fwport open Test\ F
		!fwport open 443 Tes
		!sudo -n true; fwport plan 'we
	END
}

made_of_them() {
	cat <<-'END'
		fwport open
		fwport open --backend=auto nft iptables
		fwport open --backend=nft
		fwport open --backend auto nft iptables
		fwport why in out
		fwport why in test-admin test-web
		fwport policy in=drop out=drop out=accept
		fwport policy in=drop
		fwport close test-web 8443/tcp
		fwport rollback 2 1
		fwport check --cafile=/etc/passwd
		fwport check --key /etc/passwd
		fwport apply /etc/passwd
		fwport apply web
		fwport history >/etc/passwd
		true; fwport open 443 --iface
		~/bin/fwport open
		fwport nothing
		fwport open "test-web"
		fwport open "Test Full"
		fwport open Test\ Full
		fwport open 443 Test\ Full
		sudo -n true; fwport plan 'web'
	END
}

@test "completion: bash" {
	opens test-web
	opens 8443 --from 10.0.0.0/8
	bash_is ". $top_srcdir/completions/fwport.bash"
	lines_for_bash | typing "$(made_of_them)" bash --noprofile --rcfile "$world/bashrc" -i
}

@test "completion: bash with bash-completion, which finds it by its name" {
	[ -e /usr/share/bash-completion/bash_completion ] || skip "bash-completion is not installed"
	opens test-web
	opens 8443 --from 10.0.0.0/8
	mkdir -p "$world/user/completions"
	cp "$top_srcdir/completions/fwport.bash" "$world/user/completions/fwport"
	bash_is "BASH_COMPLETION_USER_DIR=$world/user; . /usr/share/bash-completion/bash_completion"
	{ lines_for_bash && printf '%s\n' '!sudo fwport op' '*sudo fwport why in test-'; } |
		typing "$(made_of_them && printf '%s\n' 'sudo fwport open' 'sudo fwport why in test-admin test-web')" \
			bash --noprofile --rcfile "$world/bashrc" -i
}

@test "completion: bash runs nothing that a name contains" {
	# shellcheck disable=SC2016 # it is a name
	host ip link add 'x$(id)' type veth peer name other
	bash_is ". $top_srcdir/completions/fwport.bash"
	# shellcheck disable=SC2016
	typing 'fwport why in 443 --iface x\$\(id\)' bash --noprofile --rcfile "$world/bashrc" -i <<<'!fwport why in 443 --iface x'
	# shellcheck disable=SC2016
	typing 'fwport why in 443 --iface "x' bash --noprofile --rcfile "$world/bashrc" -i <<<'!fwport why in 443 --iface "x'
}

@test "completion: zsh" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	opens test-web
	opens 8443 --from 10.0.0.0/8
	cat >"$world/.zshrc" <<-END
		PS1='ready> '
		fpath=($top_srcdir/completions \$fpath)
		autoload -Uz compinit
		compinit -D -u
		show() { printf '\1%s\2' "\$BUFFER"; BUFFER=; }
		zle -N show
		zle -C all complete-word _generic
		zstyle ':completion:all:*' completer _all_matches _complete
		zstyle ':completion:all:*' insert yes
		bindkey '^X1' all '^X2' complete-word '^X3' show
	END
	ZDOTDIR=$world typing "$(
		made_of_them | sed 's/--backend=auto nft iptables/--backend=auto --backend=nft --backend=iptables/'
		echo "sudo fwport open"
	)" zsh -d -i < <(lines_for_bash && echo '!sudo fwport op')
}

@test "completion: fish" {
	command -v fish >/dev/null || skip "fish is not installed"
	opens test-web
	opens 8443 --from 10.0.0.0/8
	# what LINE: the candidates for its last word, with what they mean.
	what() {
		# shellcheck disable=SC2016 # for fish
		host fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$top_srcdir/completions/fwport.fish" "$1"
	}
	[ "$(what 'fwport op')" = $'open\topen ports, and prove that they are open' ]
	[ "$(what 'fwport open --backend=' | xargs)" = "--backend=auto --backend=nft --backend=iptables" ]
	[ "$(what 'fwport open --backend n')" = nft ]
	[ "$(what 'fwport why ' | xargs)" = "in out" ]
	[ "$(what 'fwport why in test-w')" = $'test-web\t443/tcp, 443/udp, two ports' ]
	[ "$(what 'fwport open Test\ F' | cut -f 1)" = "Test Full" ]
	[ "$(what 'fwport close ' | cut -f 1 | xargs)" = "test-web 8443/tcp" ]
	[ "$(what 'fwport rollback ' | cut -f 1 | xargs)" = "2 1" ]
	[ "$(what 'fwport check --cafile=/etc/os-rel' | cut -f 1)" = "--cafile=/etc/os-release" ]
	[ "$(what 'fwport check --cafile /etc/os-rel' | cut -f 1)" = "/etc/os-release" ]
	[ "$(what 'fwport apply /etc/os-rel' | cut -f 1)" = /etc/os-release ]
	[ "$(what 'fwport why in 443 -4 --ip' | cut -f 1)" = "--ipv6" ]
	[ -z "$(what 'fwport nothing ' 2>&1)" ]
	[ -z "$(what '/nowhere/fwport op' 2>&1)" ]
}
