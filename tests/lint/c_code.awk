# SPDX-License-Identifier: GPL-2.0-or-later
# C without its comments and without what stands in strings, line by line: what is left is code.
function blank_strings(text)
{
	gsub(/\\./, "", text)
	gsub(/"[^"]*"/, "\"\"", text)
	return text
}

{
	line = $0
	if (line !~ /^[ \t]*#[ \t]*include/)
		line = blank_strings(line)
	code = ""
	while (length(line)) {
		if (inside) {
			end = index(line, "*/")
			if (!end)
				break
			line = substr(line, end + 2)
			inside = 0
			continue
		}
		sub(/\/\/.*/, "", line)
		start = index(line, "/*")
		if (!start) {
			code = code line
			break
		}
		code = code substr(line, 1, start - 1)
		line = substr(line, start + 2)
		inside = 1
	}
	print FILENAME ":" FNR ":" code
}
