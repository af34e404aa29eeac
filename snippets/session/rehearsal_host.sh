# The first process of a rehearsal host. It builds the host's file tree and makes it the root. Then it
# runs the command with its own stdin, stdout and stderr, and ends with the command's exit code.
# Processes that the command left running end with it; the mounts end with the last process.
# argv: HOSTDIR NAME COMMAND...
set -eu
dir=$1 name=$2
shift 2
umask 022
cd "$dir"
mount -n -a -T mounts </dev/null >&2
# Copies of the devices, because a chmod in the host must not reach those of the machine. An
# unprivileged host cannot make devices: its list of mounts has them already.
[ -e tree/dev/null ] || cp -a dev/. /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty tree/dev/ >&2
hostname "$name" </dev/null >&2
if command -v ip >/dev/null; then
  ip link set lo up </dev/null >&2
  # Two interfaces that lead to each other and nowhere else: configurations name them.
  if ip link add eth0 type veth peer name LAN1 </dev/null >&2; then ip link set eth0 up && ip link set LAN1 up; fi
fi
cd tree
pivot_root . . </dev/null >&2
umount -n -c -l . </dev/null >&2
cd /root
# Without these capabilities not even root in the host reaches the machine below: no devices, no
# clock, no modules, no swap, no mounts. In a session of its own the command can be ended as a whole.
# A person's terminal stays the terminal of the shell, for its job control and Ctrl-C.
session=setsid
[ ! -t 0 ] || session=
code=0
# shellcheck disable=SC2086
env -i HOME=/root USER=root LOGNAME=root SHELL=/bin/sh TERM="${TERM:-dumb}" \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  setpriv --bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_admin,+net_raw,+sys_chroot,+sys_ptrace,+sys_nice,+audit_write,+setfcap \
  --inh-caps=-all $session "$@" 9>&- || code=$?
exit "$code"
