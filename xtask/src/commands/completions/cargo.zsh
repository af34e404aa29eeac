
# The words behind `cargo xtask`; the rest of cargo is completed as before.
function _xtask_of_cargo() {
    if (( CURRENT > 2 )) && [[ $words[2] == xtask ]]; then
        shift words
        (( CURRENT -= 1 ))
        _clap_dynamic_completer_xtask
    elif (( $+functions[_cargo] )); then
        _cargo "$@"
    else
        _default "$@"
    fi
}

compdef _xtask_of_cargo cargo
