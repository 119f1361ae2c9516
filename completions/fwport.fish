# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of fwport for fish. What may stand at the cursor, the program itself says.

function __fish_fwport
    set -l words (commandline -opc)
    set -l typed (commandline -ct | string unescape)
    type -q $words[1]; or return
    for line in ($words[1] __complete -- $words[2..] "$typed" 2>/dev/null)
        if string match -q \t'*' -- $line
            __fish_fwport_files "$typed"
        else
            echo $line
        end
    end
end

# The names behind a "--NAME=" are to be told with it.
function __fish_fwport_files
    set -l before (string match -r -- '^--[^=]*=' $argv[1])
    for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' $argv[1]))
        echo "$before$path"
    end
end

complete -c fwport -f -k -a '(__fish_fwport)'
