# The far end of a session: reads framed scripts on standard input and runs each in a subshell.
# Sent as an argument inside single quotes, comments and indentation removed, so it holds no single quote.
# $1 this text, $2 the token of all markers, $3 the words that start this shell: `sh -c` or `bash -lc`.
#
#   r ID LINES DATA   run the next LINES lines (negative: that many bytes), fed with DATA encoded bytes
#   l ID LINES        run the next LINES lines in this shell itself: their descriptors stay open until it ends
#   k ID              end everything this session runs
#   q                 done; end of input without it means that the runner is gone
#   h                 done, but stay until the end of input: it keeps a connection open
#
# Each run answers on both streams with its output and TOKEN>ID CODE. The first one begins with TOKEN<1; to separate it
# from the output of start-up files. Every marker wakes four processes on its way, so there are only these.
# shellcheck shell=sh disable=SC2086 # splitting $__s and $3 into words is meant
__t=$2
read -r __s </proc/$$/stat
__s=${__s##*) }
set -- "$1" "$2" "$3" $__s
# A session of its own, so that everything a command starts can be found and ended by it.
[ "$7" = $$ ] || exec setsid $3 "$1" xtask "$1" "$2" "$3"
__e() { __r=$?; printf %s "$__t>$__i $__r;"; printf %s "$__t>$__i $__r;" >&2; }
__a() {
  [ "$__i" != 1 ] || { printf %s "$__t<1;"; printf %s "$__t<1;" >&2; }
  eval "$__s"
}
__b() { trap __e EXIT; __a; }
# Finds the sessions to end: this one, and those whose first process has its parent in one of them (`setsid`, `sudo`).
__o() {
  __j=" $$ "
  __w=
  while [ "$__w" != "$__j" ]; do
    __w=$__j
    for __d in /proc/[0-9]*; do
      {
        read -r __s <"$__d/stat" || continue
        set -- ${__s##*) }
        __p=$4
        case $__j in *" $__p "*) continue ;; esac
        read -r __s <"/proc/$2/stat" || continue
        set -- ${__s##*) }
        case $__j in *" $4 "*) __j="$__j$__p " ;; esac
      } 2>/dev/null
    done
  done
}
# Send signal $1 to every process of these sessions but this shell; __c says whether there was one.
__k() {
  __c=0
  for __d in /proc/[0-9]*; do
    [ "${__d#/proc/}" = $$ ] || {
      read -r __s <"$__d/stat" && __s=${__s##*) } && set -- "$1" $__s && [ "$2" != Z ] && case $__j in *" $5 "*) kill -"$1" "${__d#/proc/}" && __c=1 ;; esac
    } 2>/dev/null
  done
}
__z() {
  __o
  __k TERM
  __n=0
  while __k 0; [ $__c = 1 ] && [ $__n -lt 20 ]; do
    sleep 0.1
    __n=$((__n + 1))
  done
  __k KILL
}
while read -r __x __i __n __d; do
  case $__x in
    r | l)
      wait
      if [ "$__n" -lt 0 ]; then
        __s=$(head -c "${__n#-}")
      else
        __s=
        while [ "$__n" -gt 0 ]; do
          IFS= read -r __l
          __s="$__s$__l
"
          __n=$((__n - 1))
        done
      fi
      # Descriptor 9 is the lock of the host: nothing that outlives us may hold it.
      if [ $__x = l ]; then
        __a
        __e
      # Standard input of a command is empty (trap XX.15), or its own data.
      elif [ "$__d" = 0 ]; then
        __b </dev/null 9>&- &
      else
        __d=$(head -c "$__d")
        { printf %b "$__d" | __b; } 9>&- &
      fi
      ;;
    k)
      __z
      (exit 0)
      __e
      ;;
    q) exit 0 ;;
    h)
      read -r __x
      exit 0
      ;;
  esac
done
__z
