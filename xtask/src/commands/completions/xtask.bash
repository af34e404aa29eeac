# Completion of xtask in bash. What is typed after `cargo xtask` is completed, too; the rest of cargo by what did it before.

# Bash splits a word at @, = and :. Joins these parts again: the words as they are typed, quotes and all, up to the cursor.
__xtask_words() {
  # What stands right of the cursor is not there yet.
  local rest=${COMP_LINE:0:COMP_POINT} gap word i
  __xtask_typed=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${rest%%[![:space:]]*}
    rest=${rest:${#gap}}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    rest=${rest:${#word}}
    if ((i > 0)) && [[ -z $gap ]]; then
      __xtask_typed[-1]+=$word
    else
      __xtask_typed+=("$word")
    fi
  done
}

# The candidates of these words. Bash puts each in the place of `part`, the end of the last word.
__xtask_answer() {
  local part=$1 typed=${__xtask_typed[-1]} word
  typed=${typed%"$part"}
  while IFS= read -r word; do
    word=${word%%$'\t'*}
    COMPREPLY+=("${word#"$typed"}")
  done < <(XTASK_COMPLETE=bash PROGRAM -- "${__xtask_typed[@]}" 2>/dev/null)
  compopt -o nospace -o nosort +o default +o filenames
  # A directory, a flag with its value to come, and a part of a list go on without a blank.
  if ((${#COMPREPLY[@]} != 1)) || [[ ${COMPREPLY[0]} == *[=/,:] ]]; then
    return
  elif [[ $typed == *[\'\"] ]]; then
    # Bash closes the quote, and then sets the blank itself.
    compopt +o nospace
  else
    COMPREPLY[0]+=' '
  fi
}

__xtask_complete() {
  local __xtask_typed
  COMPREPLY=()
  __xtask_words
  __xtask_answer "$2"
}

# Takes cargo, its toolchain and its flags off the words. Fails unless the next one is xtask and has something behind it.
__xtask_behind_cargo() {
  set -- "${__xtask_typed[@]:1}"
  while (($# > 1)); do
    case $1 in
      --color | --config | --explain | -C | -Z) shift 2 ;;
      [+-]*) shift ;;
      *) break ;;
    esac
  done
  __xtask_typed=("$@")
  (($# > 1)) && [[ $1 == xtask ]]
}

__xtask_cargo() {
  local __xtask_typed
  COMPREPLY=()
  __xtask_words
  if __xtask_behind_cargo; then
    __xtask_answer "$2"
    return
  fi
  if [[ -z ${__xtask_before-} ]]; then
    __xtask_load "$@"
  fi
  "$__xtask_before" "$@"
}

# Lets that for all commands look for the completion of cargo, as it does when cargo has none.
__xtask_load() {
  local all
  all=$(complete -p -D 2>/dev/null)
  if [[ $all =~ \ -F\ ([^ ]+) ]]; then
    "${BASH_REMATCH[1]}" "$@"
    __xtask_take_cargo
  fi
  # Once is enough.
  : "${__xtask_before:=:}"
}

# What completed cargo before keeps its options.
__xtask_take_cargo() {
  local spec
  spec=$(complete -p cargo 2>/dev/null)
  if [[ $spec == *' -F __xtask_cargo '* ]]; then
    return
  elif [[ $spec =~ \ -F\ ([^ ]+)\  ]]; then
    __xtask_before=${BASH_REMATCH[1]}
    eval "${spec/ -F $__xtask_before / -F __xtask_cargo }"
  else
    complete -o bashdefault -o default -F __xtask_cargo cargo
  fi
}

complete -o nospace -o bashdefault -o nosort -F __xtask_complete xtask
__xtask_take_cargo
