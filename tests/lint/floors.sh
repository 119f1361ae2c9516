#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The floors of the house: a file includes its own room and rooms on lower floors, never a neighbour; libraries stay in
# the rooms that own them; the pure rooms do not talk to the system.
. "$(dirname "$0")/lint.bash"

declare -A floor_of=([base]=0 [model]=1 [profile]=2 [kernel]=2 [state]=2 [render]=2 [eval]=3 [plan]=4 [backend]=5
	[change]=6 [cli]=7 [reach]=7 [firewalld]=7)

# A contract in include/fwport/ belongs to the room of the .c file of its name, but for these.
declare -A room_of=([profile.h]=model [service.h]=model [op.h]=model [report.h]=model [eval.h]=eval [json.h]=render [trace_event.h]=model)

for header in include/fwport/*.h; do
	header=${header##*/}
	for file in src/*/"${header%.h}.c"; do
		[ ! -e "$file" ] || : "${room_of[$header]:=$(basename "$(dirname "$file")")}"
	done
done

# Library headers, and the only rooms that may know them.
declare -A rooms_of_library=([libmnl/]=kernel [libiptc/]=kernel [libnftnl/]=kernel [jansson.h]='state render cli reach' [zlib.h]=state [expat.h]=profile
	[libsmartcols/]=render
	[libsmartcols.h]=render [cap-ng.h]="base reach" [seccomp.h]="base reach"
	[systemd/]=firewalld [curl/]=reach [openssl/]=reach [ares.h]=reach)

pure_rooms='model eval plan'
system_headers='unistd\.h|fcntl\.h|time\.h|signal\.h|poll\.h|dirent\.h|syslog\.h|sys/(socket|stat|file|wait|time|syscall|un)\.h'

room_of_file() {
	case $1 in
	include/fwport/*) echo "${room_of[${1##*/}]:-nowhere}" ;;
	*) echo "$1" | cut -d/ -f2 ;;
	esac
}

# "FILE HEADER" for each include; the header keeps its quotes or brackets.
includes() {
	c_files src include | xargs grep -HoE '^[ \t]*#[ \t]*include[ \t]+[<"][^>"]+[>"]' | sed -E 's/:.*include[ \t]+/ /'
}

contracts_without_a_room() {
	local header
	for header in include/fwport/*.h; do
		[ -n "${room_of[${header##*/}]:-}" ] || echo "$header is in no room: no src/*/ has its .c file, and tests/lint/floors.sh does not know it"
	done
}

rooms_without_a_floor() {
	local directory
	for directory in src/*/; do
		directory=${directory#src/}
		directory=${directory%/}
		[[ $directory == @(man|schema) ]] || [ -n "${floor_of[$directory]:-}" ] || echo "src/$directory is on no floor"
	done
}

climbing_includes() {
	local file header from to
	while read -r file header; do
		case $header in
		'"fwport/'*) to=${room_of[$(basename "$header" '"')]:-nowhere} ;;
		'"config.h"') continue ;;
		'"'*/*) echo "$file reaches into another room: $header" && continue ;;
		*) continue ;;
		esac
		from=$(room_of_file "$file")
		[ "$from" != "$to" ] || continue
		[ "${floor_of[$to]:-9}" -lt "${floor_of[$from]:-9}" ] ||
			echo "$file ($from, floor ${floor_of[$from]:-none}) includes $header ($to, floor ${floor_of[$to]:-none})"
	done < <(includes)
}

private_headers_of_others() {
	local file header
	while read -r file header; do
		[[ $header == '"'* && $header != */* && $header != '"config.h"' ]] || continue
		header=${header//\"/}
		[ -e "$(dirname "$file")/$header" ] || echo "$file includes \"$header\", which is not beside it"
	done < <(includes)
}

strayed_libraries() {
	local file header library
	while read -r file header; do
		header=${header#<}
		header=${header%>}
		for library in "${!rooms_of_library[@]}"; do
			[[ $header == "$library"* ]] || continue
			[[ " ${rooms_of_library[$library]} " == *" $(room_of_file "$file") "* ]] ||
				echo "$file includes <$header>, which belongs to: ${rooms_of_library[$library]}"
		done
	done < <(includes)
}

impure_includes() {
	local file header
	while read -r file header; do
		[[ " $pure_rooms " == *" $(room_of_file "$file") "* ]] || continue
		[[ $header =~ ^\<($system_headers)\>$ ]] && echo "$file is in a pure room and includes $header"
	done < <(includes)
	return 0
}

echo 1..6
claim "every room has a floor" rooms_without_a_floor
claim "every contract has a room" contracts_without_a_room
claim "includes go downstairs" climbing_includes
claim "private headers stay in their room" private_headers_of_others
claim "libraries stay in their rooms" strayed_libraries
claim "the pure rooms do not talk to the system" impure_includes
