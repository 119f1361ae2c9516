# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of fwport for bash, with or without bash-completion. What may stand at the cursor, the program itself says.

_fwport() {
	local line=${COMP_LINE:0:COMP_POINT} rest part words=()
	COMPREPLY=()
	if [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[COMP_CWORD - 1]} == *[\<\>] ]]; then
		compopt -o default
		return
	fi
	# The words up to the cursor, as they were typed: bash takes them apart at "=" and ":" as well.
	for part in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
		rest=${line#"${line%%[![:blank:]]*}"}
		[[ ${#words[@]} -gt 0 && $rest == "$line" && -n $line ]] || words+=("")
		part=${rest:0:${#part}}
		words[${#words[@]} - 1]+=$part
		line=${rest:${#part}}
	done
	[[ $part != [=:]* ]] || part=
	_fwport_ask "$part" "${words[@]}"
}

# _fwport_ask PART PROGRAM WORD...: readline replaces PART, the end of the last word, but for a quote that is still open.
_fwport_ask() {
	local part=${1//\\/} program=${2/#\~\//$HOME/} words=("${@:3}") quote='' line word typed
	[[ $part != [\"\']* ]] || quote=${part:0:1}
	part=${part#"$quote"}
	typed=${words[${#words[@]} - 1]//\\/}
	typed=${typed#"$quote"}
	words[${#words[@]} - 1]=$typed
	compopt -o nosort 2>/dev/null
	while IFS= read -r line; do
		word=${line%%$'\t'*}
		if [[ -z $word ]]; then
			_fwport_files "$part"
		elif [[ $word == "$typed"* ]]; then
			_fwport_reply "${word#"${typed%"$part"}"}" "$quote"
		fi
	done < <("$program" __complete -- "${words[@]}" 2>/dev/null)
}

# _fwport_reply WORD QUOTE: it shall be no more than a word when the line is run.
_fwport_reply() {
	local word=$1
	if [[ -z $2 ]]; then
		printf -v word %q "$word"
	elif [[ $word == *[\"\'\$\`\\!]* ]]; then
		return
	fi
	COMPREPLY+=("$word")
}

_fwport_files() {
	local name
	compopt -o filenames 2>/dev/null
	while IFS= read -r name; do
		COMPREPLY+=("$name")
	done < <(compgen -f -- "$1")
}

complete -F _fwport fwport
