# The far end of a session: reads framed scripts on standard input and runs each in a subshell.
# Sent as an argument inside single quotes, comments and indentation removed, so it holds no single quote.
# $1 this text, $2 the token of all markers, $3 the words that start this shell: `sh -c` or `bash -lc`, $4 once more.
#
#   r ID LINES DATA   run the next LINES lines (negative: that many bytes), fed with DATA encoded bytes
#   l ID LINES        run the next LINES lines in this shell itself: their descriptors stay open until it ends
#   i ID LINES        the same while a command runs: a look at it, an answer to its question
#   a ID              is the command of frame ID still there?
#   k ID              end everything this session runs
#   q                 done; end of input without it means that the runner is gone
#   h                 done, but stay until the end of input: it keeps a connection open
#
# TOKEN<1; on both streams says that frames are read from now on. Before it nothing comes but a line for any other
# shell in our place. Each run answers on both streams with its output and TOKEN>ID CODE; Every marker wakes four
# processes on its way, so there are only these. An `a` gets TOKEN<ID; or the end of a command that could not tell it.
# TOKEN>! CODE; is the end of the session itself.
# shellcheck shell=sh disable=SC2064,SC2086 # splitting $__s, $__q and $3 into words is meant
__t=$2
read -r __s </proc/$$/stat
__s=${__s##*) }
set -- "$1" "$2" "$3" "${4-}" $__s
# A session of its own, so that everything a command starts can be found and ended by it.
if [ "${8-}" != $$ ]; then
  [ -z "$4" ] || { echo "there is no /proc to find processes in" >&2 && exit 1; }
  exec setsid $3 "$1" xtask "$1" "$2" "$3" once
fi
# Some shells stop reading after TMOUT seconds. bash may be unable to forget it, but then it has another limit: years.
__q="read -r"
[ -z "${BASH_VERSION-}" ] || __q="read -rt 99999999"
{ command unset TMOUT; } 2>/dev/null
# The end of command $__i, or of the session (!), with exit status $1.
__e() { printf %s "$__t>$__i $1;"; printf %s "$__t>$__i $1;" >&2; }
__a() { printf %s "$__t<$__i;"; printf %s "$__t<$__i;" >&2; }
# A command. bash runs an EXIT trap also when a signal ends it, but hides which.
__b() {
  eval "$__h"
  trap "__e \$?" EXIT
  eval "$__s"
}
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
# Send signal $1 to every process of these sessions but our two; __c says whether there was one.
__k() {
  __c=0
  for __d in /proc/[0-9]*; do
    case ${__d#/proc/} in "$$" | "$__m") continue ;; esac
    {
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
# Ends the session after a death in it: $1 is the exit status. It is said first, for the commands will die of another.
__y() {
  trap "" $__g
  __i=!
  __e $1
  __z
  exit $1
}
# Reads our own state and parent.
__p() {
  read -r __s </proc/self/stat
  __m=${__s%% *}
  set -- ${__s##*) }
  [ "$2" = $$ ]
}
# Reads frames. It never waits for a command, so it hears `k`, and the end of its input.
__v() {
  __p
  __i=1
  __a
  while $__q __x __i __n __d; do
    case $__x in
      r | l | i)
        [ $__x = i ] || {
          wait
          __f=
        }
        # A frame that does not come whole is not run.
        if [ "$__n" -lt 0 ]; then
          __s=$(head -c "${__n#-}")
          case $__s in *"#$__i.") ;; *) exit 1 ;; esac
        else
          __s=
          while [ "$__n" -gt 0 ]; do
            IFS= $__q __l || break 2
            __s="$__s$__l
"
            __n=$((__n - 1))
          done
        fi
        # Descriptor 9 is the lock of the host: nothing that outlives us may hold it.
        if [ $__x != r ]; then
          eval "$__s"
          __e $?
          continue
        # Standard input of a command is empty (trap XX.15), or its own data.
        elif [ "$__d" = 0 ]; then
          __b </dev/null 9>&- &
        else
          __n=$__d
          __d=$(head -c "$__n")
          [ ${#__d} = "$__n" ] || exit 1
          { printf %b "$__d" | __b; } 9>&- &
        fi
        __f=$__i __r=$!
        ;;
      a)
        __p || break
        set --
        if [ "$__i" = "$__f" ]; then
          { read -r __s </proc/$__r/stat && set -- ${__s##*) }; } 2>/dev/null
          case ${1-Z}${2-} in
            [!Z]$__m) ;;
            *)
              wait $__r 2>/dev/null
              set -- $?
              [ $1 -le 128 ] || __z
              __e $1
              continue
              ;;
          esac
        fi
        __a
        ;;
      k)
        __z
        __e 0
        ;;
      q) exit 0 ;;
      h)
        $__q __x
        exit 0
        ;;
    esac
  done
  # Either the runner is gone, or the shell that started this one.
  __p || __y 137
  __z
  exit 0
}
# Each shell ends everything when the other is killed: nothing runs on unseen and without the lock.
__m=$$ __h=
__g="1 2 3 6 10 12 13 14 15 24 25 26 27"
for __s in $__g; do
  trap "__y $((128 + __s))" $__s
  __h="$__h trap \"exit $((128 + __s))\" $__s;"
done
exec 8<&0 </dev/null
__v <&8 8<&- &
exec 8<&-
{
  wait $!
  __n=$?
} 2>/dev/null
[ $__n = 0 ] || __y $__n
