# Completion of xtask in bash. What is typed after `cargo xtask` is completed, too; the rest of cargo by what did it before.

# Bash splits a word at @, = and :. Joins these parts again, for an index and words as the program has them.
__xtask_words() {
  # What stands right of the cursor is not there yet.
  local rest=${COMP_LINE:0:COMP_POINT} gap word i
  __xtask_joined=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${rest%%[![:space:]]*}
    rest=${rest:${#gap}}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    rest=${rest:${#word}}
    if ((i > 0)) && [[ -z $gap ]]; then
      __xtask_joined[-1]+=$word
    else
      __xtask_joined+=("$word")
    fi
  done
  __xtask_index=$((${#__xtask_joined[@]} - 1))
}

__xtask_complete() {
  local __xtask_joined __xtask_index current typed
  __xtask_words
  # `cargo xtask …` and `xtask …` are the same from here on.
  if [[ ${__xtask_joined[0]##*/} == cargo ]]; then
    __xtask_joined=("${__xtask_joined[@]:1}")
    __xtask_index=$((__xtask_index - 1))
  fi
  current=${__xtask_joined[__xtask_index]}
  # Bash puts a candidate in the place of its own part of the word.
  typed=${current%"$2"}
  mapfile -d $'\013' -t COMPREPLY < <(_CLAP_IFS=$'\013' _CLAP_COMPLETE_INDEX=$__xtask_index \
    _CLAP_COMPLETE_COMP_TYPE=$COMP_TYPE _CLAP_COMPLETE_SPACE=false XTASK_COMPLETE=bash PROGRAM -- "${__xtask_joined[@]}" 2>/dev/null)
  COMPREPLY=("${COMPREPLY[@]#"$typed"}")
  # A directory, a flag with its value to come, and a part of a list go on without a blank.
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} != *[=/,:] ]]; then
    COMPREPLY[0]+=' '
  fi
}

__xtask_cargo() {
  if ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} == xtask ]]; then
    __xtask_complete "$@"
  elif [[ -n ${__xtask_before-} ]]; then
    "$__xtask_before" "$@"
  fi
}

complete -o nospace -o bashdefault -o nosort -F __xtask_complete xtask
__xtask_before=$(complete -p cargo 2>/dev/null | sed -n 's/.* -F \([^ ]*\) .*/\1/p')
[[ $__xtask_before != __xtask_cargo ]] || __xtask_before=
complete -o nospace -o bashdefault -o default -F __xtask_cargo cargo
