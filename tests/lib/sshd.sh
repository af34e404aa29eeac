#!/usr/bin/env bash
# sshd.sh start|stop DIR - a private sshd on loopback, seen as many hosts.
#
# h001 is 127.0.1.1, h002 is 127.0.1.2, ... on one free port; each asks `sshd` itself, so a host tells which one it is
# only by $SSH_CONNECTION. `start` fills DIR with
#   ssh_config     the client's side: Host h001..., also by address; own key, own known_hosts, BatchMode
#   hosts.toml     an inventory of the same hosts        hosts    their names, one a line
#   port           the port                              log      output of sshd
#   session        program of sessions with SSHD_RUN=client
#   known_hosts    entries by address and by name        home/    HOME of the sessions, empty unless SSHD_HOME=user
# and prints the port. `stop` ends the daemons that `start` started and their sessions, nothing else.
#
#   SSHD_HOSTS=N     number of hosts (default 16, at most 254)
#   SSHD_KEX=ALGS    key exchange of both sides (default: OpenSSH's own choice)
#   SSHD_HOME=user   sessions get the user's own HOME instead of an empty one
#   SSHD_STARTUPS=A:B:C  MaxStartups of sshd (default: as good as none)
#   SSHD_RUN=client  a session whose client sends XTASK_TEST_RUN=DIR has that directory in the place of /run, and with
#                    it locks of its own
set -euo pipefail

# sshd listens on at most 16 addresses, and 0.0.0.0 would be more than loopback: one daemon per 16 hosts.
readonly per_daemon=16

usage() { sed -n '2,20s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() { echo "sshd.sh: $*" >&2; exit 1; }

server_config() {
  local first=$1 last=$2 i
  for ((i = first; i <= last; i++)); do echo "ListenAddress 127.0.1.$i"; done
  cat <<CONFIG
Port $port
PidFile $dir/daemon/$first.pid
HostKey $dir/host_key
AuthorizedKeysFile $dir/client_key.pub
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups ${SSHD_STARTUPS:-1000:30:2000}
MaxSessions 200
LogLevel ERROR
Subsystem sftp internal-sftp
CONFIG
  [ "${SSHD_HOME:-empty}" = user ] || echo "SetEnv HOME=$dir/home"
  [ -z "${SSHD_KEX:-}" ] || echo "KexAlgorithms $SSHD_KEX"
  [ "${SSHD_RUN:-}" != client ] || printf 'AcceptEnv XTASK_TEST_RUN\nForceCommand exec sh %s/session\n' "$dir"
}

# A session runs this instead of its command, and then becomes the command. Without root it needs a namespace to mount in.
session() {
  local user=''
  [ "$(id -u)" = 0 ] || user=--map-root-user
  cat <<SESSION
[ -z "\$XTASK_TEST_RUN" ] || exec unshare --mount $user sh -c '
  mount --bind "\$XTASK_TEST_RUN" /run && unset XTASK_TEST_RUN && exec "\$SHELL" -c "\$SSH_ORIGINAL_COMMAND"'
exec "\$SHELL" -c "\$SSH_ORIGINAL_COMMAND"
SESSION
}

client_config() {
  local i
  for ((i = 1; i <= hosts; i++)); do printf 'Host h%03d\n  HostName 127.0.1.%d\n' "$i" "$i"; done
  cat <<CONFIG
Host h* 127.0.1.*
  Port $port
  User $(id -un)
  IdentityFile $dir/client_key
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile $dir/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
CONFIG
  [ -z "${SSHD_KEX:-}" ] || echo "  KexAlgorithms $SSHD_KEX"
}

known_hosts() {
  local i key
  key=$(cut -d' ' -f1,2 "$dir/host_key.pub")
  for ((i = 1; i <= hosts; i++)); do printf '[127.0.1.%d]:%s,[h%03d]:%s %s\n' "$i" "$port" "$i" "$port" "$key"; done
}

inventory() {
  cat <<TOML
[ssh]
user = "$(id -un)"
config = "ssh_config"
identity = false

[hosts."h[001-$(printf %03d "$hosts")]"]
address = "127.0.1.[1-$hosts]"
port = $port
TOML
}

# A port below the ephemeral range that nobody serves on the first address; sshd itself finds out about the others.
free_port() {
  local try
  for ((try = 0; try < 100; try++)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    (: <"/dev/tcp/127.0.1.1/$port") 2>/dev/null || return 0
  done
  fail 'found no free port between 20000 and 32000'
}

start_daemons() {
  local first last
  rm -rf "$dir/daemon"
  mkdir -p "$dir/daemon"
  for ((first = 1; first <= hosts; first += per_daemon)); do
    last=$((first + per_daemon - 1))
    server_config "$first" $((last < hosts ? last : hosts)) >"$dir/daemon/$first.config"
    "$sshd" -f "$dir/daemon/$first.config" -E "$dir/log" || fail "sshd refused to start, see $dir/log"
  done
  for ((first = 1; first <= hosts; first += per_daemon)); do
    for _ in $(seq 50); do
      [ ! -s "$dir/daemon/$first.pid" ] || break
      sleep 0.1
    done
    [ -s "$dir/daemon/$first.pid" ] && ! grep -q 'Bind to port .* failed' "$dir/log" || return 1
  done
}

start() {
  [ -z "$(pids)" ] || fail "already up in $dir: sshd.sh stop $dir"
  ((hosts >= 1 && hosts <= 254)) || fail "SSHD_HOSTS=$hosts: between 1 and 254"
  sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || fail 'no sshd: apt-get install openssh-server'
  # Debian's sshd wants this directory, which the init of a booted machine makes.
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
  mkdir -p "$dir/home"
  chmod 700 "$dir"
  session >"$dir/session"
  for key in host_key client_key; do
    [ -f "$dir/$key" ] || ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$dir/$key"
  done
  for _ in 1 2 3 4 5; do
    : >"$dir/log"
    free_port
    if start_daemons; then
      echo "$port" >"$dir/port"
      client_config >"$dir/ssh_config"
      known_hosts >"$dir/known_hosts"
      inventory >"$dir/hosts.toml"
      seq -f 'h%03g' "$hosts" >"$dir/hosts"
      echo "$port"
      return
    fi
    stop
  done
  fail "no port worked, see $dir/log"
}

# The daemons of DIR that run; a pid file can be older than the machine's last start.
pids() {
  local file pid
  for file in "$dir"/daemon/*.pid; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    ! grep -qs "$dir/daemon/" "/proc/$pid/cmdline" || echo "$pid"
  done
}

# A process and all below it, the children first. One that has ended meanwhile has none.
tree() {
  local child children=()
  # A process that has ended meanwhile has no children.
  read -ra children 2>/dev/null <"/proc/$1/task/$1/children" || true
  for child in "${children[@]}"; do tree "$child"; done
  echo "$1"
}

stop() {
  local pid all=()
  for pid in $(pids); do mapfile -t -O "${#all[@]}" all < <(tree "$pid"); done
  # Those that ended by themselves in between are no failure.
  [ ${#all[@]} = 0 ] || kill "${all[@]}" 2>/dev/null || true
  for _ in $(seq 50); do
    [ -n "$(pids)" ] || break
    sleep 0.1
  done
  rm -rf "$dir/daemon"
}

[ $# = 2 ] || usage
mkdir -p "$2"
dir=$(cd "$2" && pwd)
hosts=${SSHD_HOSTS:-16}
case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
