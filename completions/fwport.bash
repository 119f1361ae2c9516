# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of fwport for bash, with or without bash-completion. What may stand at the cursor, the program itself says.

_fwport() {
	local line=${COMP_LINE:0:COMP_POINT} rest part word words=()
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
	part=${part#[\"\']} # a quote that is not closed yet; readline leaves it where it is
	word=${words[${#words[@]} - 1]#[\"\']}
	words[${#words[@]} - 1]=$word
	_fwport_ask "$word" "$part" "${words[@]}"
}

# _fwport_ask WORD PART PROGRAM WORDS...: readline replaces PART, the end of WORD, and not what stands before it.
_fwport_ask() {
	local typed=$1 part=$2 program=${3/#\~\//$HOME/} line word
	compopt -o nosort 2>/dev/null
	while IFS= read -r line; do
		word=${line%%$'\t'*}
		if [[ -z $word ]]; then
			_fwport_files "$part"
		elif [[ $word == "$typed"* ]]; then
			printf -v word %q "${word#"${typed%"$part"}"}"
			COMPREPLY+=("$word")
		fi
	done < <("$program" __complete -- "${@:4}" 2>/dev/null)
}

_fwport_files() {
	local name
	compopt -o filenames 2>/dev/null
	while IFS= read -r name; do
		COMPREPLY+=("$name")
	done < <(compgen -f -- "$1")
}

complete -F _fwport fwport
