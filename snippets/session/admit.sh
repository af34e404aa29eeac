# Admits a session: reports the host's identity, and takes the host's lock.
# Runs in the shell that serves the session (frame `l` of the driver). The lock is a descriptor of that shell and ends
# with it. All names begin with `__`; the driver uses none of them.
# $__who  the holder for the lock file, in lines; empty: take no lock
#
# Answers `machine-id ID` and `host-key TYPE BASE64`, where there is one, `job NAME WHO RUN` for each job that runs
# without a session (snippets/ops/job.sh), then one of
#   lock taken     then the text of a former holder, if one left its file behind
#   lock held      then the text of the holder
#   lock without   there is no `flock`
#   lock broken    the reason is on standard error
# shellcheck shell=sh disable=SC2154,SC2015,SC3013,SC3067 # dash, bash and busybox have `-ef` and `-O`
for __file in /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ecdsa_key.pub /etc/ssh/ssh_host_rsa_key.pub; do
  __kind='' __word=''
  [ ! -r $__file ] || read -r __kind __word __rest <$__file
  case $__file in
    */machine-id) printf 'machine-id %s\n' "$__kind" ;;
    *) [ -z "$__word" ] || { printf 'host-key %s %s\n' "$__kind" "$__word" && break; } ;;
  esac
done
for __file in /var/lib/xtask/jobs/*/about "${HOME-}"/.xtask/jobs/*/about; do
  __rest=${__file%/about}
  [ -r "$__file" ] && [ ! -f "$__rest/exit" ] && ! (flock -n -s 7 </dev/null) 7<"$__rest" || continue
  printf 'job %s' "${__rest##*/}"
  while read -r __kind __word; do
    case $__kind in who | run) printf ' %s' "$__word" ;; esac
  done <"$__file"
  echo
done
__tell() { while IFS= read -r __word; do printf '%s\n' "$__word"; done; }
# Finds the place of the lock. Only root owns a directory that every session of the machine sees.
__place() {
  while read -r __word __rest __uid __kind; do [ "$__word" != Uid: ] || break; done <"/proc/$$/status"
  __lock=/run/xtask.lock
  [ "$__uid" != 0 ] || [ ! -w /run ] || return 0
  __lock=/tmp/xtask-$__uid
  [ -d "$__lock" ] || mkdir -m 700 "$__lock" </dev/null
  if [ ! -d "$__lock" ] || [ -h "$__lock" ] || [ ! -O "$__lock" ]; then
    printf '%s is not a directory of this user\n' "$__lock" >&2
    return 1
  fi
  __lock=$__lock/lock
}
# Removes the lock file, if it is still the file that we locked: another one may have its path by now.
__unlock() {
  [ ! "$__lock" -ef /proc/self/fd/9 ] || rm -f "$__lock"
  exec 9>&-
}
__take() {
  for __file in 1 2 3 4 5; do
    command exec 9<>"$__lock" || return
    flock -n 9 </dev/null
    case $? in
      0) ;;
      1) echo 'lock held' && __tell <&9 && return ;;
      126 | 127) echo 'lock without' && return ;;
      *) return ;;
    esac
    if [ "$__lock" -ef /proc/self/fd/9 ]; then
      __rest=$(__tell <&9)
      printf '%s\nshell %s\n' "$__who" $$ >"$__lock" || return
      trap __unlock EXIT
      printf 'lock taken\n%s\n' "$__rest"
      __ours=1
      return
    fi
  done
  echo 'lock held'
}
if [ -n "$__who" ]; then
  __mask=$(umask)
  umask 077
  __ours=''
  if __place; then __take; fi
  [ -n "$__ours" ] || exec 9>&-
  umask "$__mask"
fi
