# Load the schema of a dump into a scratch server of the same program
# with: mysql nap
# in: CREDENTIALS FILE ABOUT MANIFEST PROOF
# The server has its files beside the dump and no network, and ends with this. The first line of PROOF is the hash of the
# manifest. Exit codes: 20 there is no scratch server, 21 the dump cannot be loaded.
probe() {
  [ "$(head -n 1 "$PROOF" 2>/dev/null)" = "$(sum)" ] || { echo "$PROOF: new"; return 1; }
}

sum() { [ ! -f "$MANIFEST" ] || sha256sum <"$MANIFEST" | cut -d ' ' -f 1; }

change() {
  umask 077
  leftovers
  work=$(mktemp -d "${PROOF%/*}/.restore-proof.XXXXXX") || return 21
  server=''
  trap 'finish; exit 143' HUP INT TERM
  set +e
  prove
  code=$?
  finish
  return "$code"
}

finish() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
  rm -rf "$work"
}

# Those of a run that was killed: its server may still be there.
leftovers() {
  for old in "${PROOF%/*}"/.restore-proof.*; do
    [ -d "$old" ] || continue
    pid=$(cat "$old/pid" 2>/dev/null) && grep -qaF -e "$old/" "/proc/$pid/cmdline" 2>/dev/null && kill -9 "$pid"
    rm -rf "$old"
  done
}

prove() {
  mysql_answers >&2 || return 20
  base=$(mysql_ask 'SELECT @@basedir') && version=$(mysql_ask 'SELECT @@version') || return 20
  # Names of tables are compared as on the server itself.
  letters=$(mysql_ask 'SELECT @@lower_case_table_names') || return 20
  base=${base%/} user=''
  [ "$(id -u)" != 0 ] || user=--user=root
  program=$(tool mariadbd mysqld) || { echo "there is no mariadbd or mysqld below $base" >&2; return 20; }
  { initialize >"$work/log" 2>&1 && start; } || {
    tail -n 5 "$work/log" >&2
    echo "no scratch server of $program" >&2
    return 20
  }
  [ "$(mysql_ask 'SELECT @@version' | cut -d - -f 1)" = "${version%%-*}" ] || { echo "$program is not $version" >&2; return 20; }
  load || return 21
}

# The first of these programs, of the server's own directory before others.
tool() {
  for name; do
    for dir in sbin bin libexec scripts; do
      if [ -x "$base/$dir/$name" ]; then echo "$base/$dir/$name" && return; fi
    done
  done
  for name; do command -v "$name" && return; done
  return 1
}

# shellcheck disable=SC2086 # no option when it is empty
initialize() {
  if "$program" --no-defaults $user --verbose --help 2>/dev/null | grep -q -e --initialize-insecure; then
    "$program" --no-defaults $user --basedir="$base" --datadir="$work/data" --lower-case-table-names="$letters" --initialize-insecure
  else
    install=$(tool mariadb-install-db mysql_install_db) || return
    "$install" --no-defaults $user --basedir="$base" --datadir="$work/data" --tmpdir="$work" \
      --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve
  fi
}

# shellcheck disable=SC2086 # no option when it is empty
start() {
  printf '[client]\nuser=root\nsocket=%s\n' "$work/socket" >"$work/client"
  "$program" --no-defaults $user --basedir="$base" --datadir="$work/data" --tmpdir="$work" --socket="$work/socket" \
    --pid-file="$work/pid" --lower-case-table-names="$letters" --skip-networking --skip-log-bin --loose-mysqlx=OFF \
    --innodb-buffer-pool-size=64M >>"$work/log" 2>&1 &
  server=$!
  CREDENTIALS=--defaults-file=$work/client
  tries=0
  until mysql_ask 'SELECT 1' >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || return 1
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || return 1
    nap
  done
}

# All but the rows. One of them is one line, or all of a statement are.
schema() {
  LC_ALL=C awk '
    /^INSERT INTO / { rows = 1 }
    !rows
    rows && /;$/ { rows = 0 }' "$FILE"
}

load() {
  schema | mysql "$CREDENTIALS" --default-character-set=utf8mb4 --max-allowed-packet=1G || {
    echo "the schema of $FILE cannot be loaded" >&2
    return 1
  }
  names=$(sed -n 's/^database //p' "$ABOUT")
  wrong=$(mysql_differences "$FILE" "$names")
  [ -z "$wrong" ] || { printf '%s\n' "$wrong" >&2; return 1; }
  said="$(printf '%s\n' "$names" | wc -l) databases of $FILE are loaded into a scratch server $version"
  printf '%s\n%s\n' "$(sum)" "$(date -u +%Y-%m-%dT%H:%M:%SZ): $said" >"$PROOF" || return 1
  echo "$said"
}

undo() { rm -f "$PROOF"; }
undone() { [ ! -e "$PROOF" ]; }
