# Completion of xtask in fish. What is typed after `cargo xtask` is completed, too, beside the rest of cargo.

# The words before the cursor, from the name of the program on. Fails if it is cargo without xtask behind it.
function __xtask_words
    set --local words (commandline --current-process --tokenize --cut-at-cursor)
    if string match --quiet --regex '(^|/)cargo$' -- $words[1]
        # Its toolchain and its flags may stand before the command.
        set words $words[2..]
        while set --query words[1]
            switch $words[1]
                case --color --config --explain -C -Z
                    set words $words[3..]
                case '+*' '-*'
                    set words $words[2..]
                case '*'
                    break
            end
        end
        test "$words[1]" = xtask
        or return
    end
    printf '%s\n' $words
end

function __xtask_complete
    set --local words (__xtask_words)
    or return
    set --local current (commandline --cut-at-cursor --current-token)
    XTASK_COMPLETE=fish PROGRAM -- $words "$current" 2>/dev/null
end

complete --command xtask --keep-order --no-files --arguments '(__xtask_complete)'
complete --command cargo --condition '__xtask_words >/dev/null' --keep-order --no-files --arguments '(__xtask_complete)'
