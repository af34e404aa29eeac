# A terminal for the next command of a session, and a keyboard for its answers.
# Runs in the shell that serves the session (frame `l` of the driver), where $__r is its command. Descriptor 7 of that shell
# is the keyboard: a pipe that has lost its name at once. So no file holds an answer, and nothing is left of it.
# shellcheck shell=sh disable=SC2016,SC2086,SC2154 # splitting $__s is meant

# Runs the script $1 in a terminal of kind $2 with $3 rows and $4 columns. The program sees the end of its input when the
# shell of the session is gone, for only that one can write to the keyboard.
__terminal() {
  exec 6</proc/self/fd/7 7>&-
  # `script` starts what SHELL says.
  export XTASK_SCRIPT="$1" XTASK_SHELL="${SHELL-}" XTASK_SIZE="rows $3 cols $4" TERM="$2" SHELL=/bin/sh
  script -qec '
    stty sane cs8 -onlcr $XTASK_SIZE
    SHELL=$XTASK_SHELL
    [ "$SHELL" ] || unset SHELL
    __s=$XTASK_SCRIPT
    unset XTASK_SCRIPT XTASK_SHELL XTASK_SIZE
    eval "$__s"' /dev/null <&6 6<&-
}

# Does the program wait for its terminal? 0: yes; 1: no, it works; 2: maybe. The command and all below it are looked at:
# each thread of a process with a terminal tells its system call. A read (number 0, 3 or 63) of a character device is
# such a wait. Poll and select may wait for anything. They wait for keys if those come one by one, and if there is no
# socket and no terminal of its own.
__waits() {
  __c=1
  set -- "$__r"
  while [ $# -gt 0 ]; do
    __d=/proc/$1
    shift
    {
      read -r __s <"$__d/stat" || continue
      __s=${__s##*) }
      __s=${__s#* * * * }
      __l=${__s%% *}
      for __w in "$__d"/task/*; do
        __n='' __a='' __s=''
        read -r __s <"$__w/children"
        set -- "$@" $__s
        [ "$__l" != 0 ] || continue
        __s=''
        read -r __n __a __p <"$__w/syscall"
        read -r __s <"$__w/wchan"
        case $__n,$__s in
          running,*) ;;
          0,* | 3,* | 63,*) [ ! -c "$__d/fd/$((__a))" ] || return 0 ;;
          ,*tty_read) return 0 ;;
          *poll* | *select*)
            __c=2
            case $(stty -F "$__d/fd/0" -a && ls -l "$__d/fd") in *socket:* | *ptmx*) ;; *' -icanon'*) return 0 ;; esac
            ;;
          # A process of another user, or a kernel that does not tell.
          *, | *,0 | ,wait_woken) __c=2 ;;
        esac
      done
    } 2>/dev/null
  done
  return $__c
}

# Types $2, encoded for `printf %b`, if the program waits: for sure, or with $1 = 2 maybe.
__type() {
  __waits
  case $? in 0 | "$1") printf %b "$2" >&7 ;; *) return 1 ;; esac
}

__s=$(mktemp -d "${TMPDIR:-/tmp}/xtask.XXXXXX") && {
  mkfifo "$__s/keyboard" && exec 7<>"$__s/keyboard"
  __c=$?
  rm -rf "$__s"
  [ $__c = 0 ]
}
