# SPDX-License-Identifier: GPL-2.0-or-later
# The functions of C files in kernel style: "LINES FILE:LINE NAME", counted from the opening brace to the closing one.
/^[a-z_].*[a-z0-9_]\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^{/ { start = FNR }
/^}/ && start { print FNR - start + 1, FILENAME ":" start, name; start = 0 }
FNR == 1 { start = 0 }
