#compdef xtask cargo
# Completion of xtask in zsh, as a file `_xtask` in a directory of fpath, or read by `source`. What is typed after `cargo xtask`
# is completed, too; the rest of cargo by what did it before.

function _xtask() {
    # As they are typed, quotes and all, up to the cursor.
    local -a typed=("${(@)words[1,CURRENT - 1]}" "$QIPREFIX$PREFIX")
    if [[ $service == cargo ]]; then
        # Its toolchain and its flags may stand before the command.
        shift typed
        while (( $#typed > 1 )); do
            case $typed[1] in
                (--color|--config|--explain|-C|-Z) shift 2 typed ;;
                ([+-]*) shift typed ;;
                (*) break ;;
            esac
        done
        if (( $#typed < 2 )) || [[ $typed[1] != xtask ]]; then
            local before=${_xtask_before:-_cargo}
            (( $+functions[$before] )) || before=_default
            $before "$@"
            return
        fi
    fi
    local -a whole open
    local line word
    for line in "${(@f)$(XTASK_COMPLETE=zsh PROGRAM -- "${(@)typed}" 2>/dev/null)}"; do
        word=${${line%%$'\t'*}#"$QIPREFIX"}
        [[ -n $word ]] || continue
        # A colon of the word is none before a description.
        local entry=${${word//\\/\\\\}//:/\\:}
        [[ $line != *$'\t'* ]] || entry+=:${line#*$'\t'}
        # A directory, a flag with its value to come, and a part of a list go on without a blank.
        if [[ $word == *[=/,:] ]]; then
            open+=("$entry")
        else
            whole+=("$entry")
        fi
    done
    # They are quoted already.
    local found=1
    (( ! $#open )) || { _describe -V values open -Q -S '' && found=0 }
    (( ! $#whole )) || { _describe -V values whole -Q && found=0 }
    return found
}

if [[ $funcstack[1] == _xtask ]]; then
    # The first call of the file in fpath.
    _xtask "$@"
else
    [[ ${_comps[cargo]-} == _xtask ]] || typeset -g _xtask_before=${_comps[cargo]-}
    compdef _xtask xtask cargo
fi
