# The clients of MySQL and MariaDB, the databases of BlueKing, and what makes a dump a whole one
# CREDENTIALS is the first word of every client: `--login-path=NAME` or `--defaults-file=FILE`. IGNORE are the names of the
# databases that do not count. No password is in it.

# Rows of a query, without a heading.
mysql_ask() {
  mysql "$CREDENTIALS" --batch --skip-column-names --execute="$1"
}
# A name in a statement.
# shellcheck disable=SC2016 # a back quote of SQL
mysql_quoted() { printf '`%s`' "$(printf %s "$1" | sed 's/`/``/g')"; }
# The server answers. Prints the reason otherwise.
mysql_answers() {
  mysql_file=${CREDENTIALS#--defaults-file=}
  if [ "$mysql_file" != "$CREDENTIALS" ]; then
    [ -f "$mysql_file" ] || { echo "there is no $mysql_file" && return 1; }
    case $(stat -L -c %a "$mysql_file") in *00) ;; *) echo "others can read $mysql_file: chmod 600 $mysql_file" && return 1 ;; esac
  fi
  command -v mysql >/dev/null || { echo 'there is no mysql client' && return 1; }
  mysql_said=$(mysql_ask 'SELECT 1' 2>&1) && return 0
  case $mysql_said in
    *"unknown variable 'login-path="* | *'unknown option'*) echo 'the client has no login paths: it is that of MariaDB. Use --defaults-file FILE' ;;
    *) printf '%s\n' "$mysql_said" ;;
  esac
  return 1
}
# One answer of the server: a dump has the place in the binary log only when there is one.
mysql_logs() {
  [ "$(mysql_ask 'SELECT @@GLOBAL.log_bin')" = 1 ]
}
# The databases of BlueKing, a line each. Whole names are compared: a pattern for `test` would also drop `my-test`.
mysql_databases() {
  mysql_all=$(mysql_ask 'SHOW DATABASES') || return
  # The client writes a line end or a tab in a name with a backslash.
  case $mysql_all in *\\*) echo 'the name of a database has a backslash, a tab or a line end' >&2 && return 1 ;; esac
  printf '%s\n' "$mysql_all" | IGNORE="$IGNORE" awk '
    BEGIN { for (n = split(ENVIRON["IGNORE"], names, " "); n; n--) ignored[names[n]] }
    $0 != "" && !($0 in ignored)'
}
# A condition on information_schema: a table of BlueKing.
mysql_ours() {
  mysql_list="''"
  for mysql_name in $IGNORE; do mysql_list="$mysql_list, '$mysql_name'"; done
  echo "TABLE_SCHEMA NOT IN ($mysql_list)"
}
# Kilobytes that a dump may need: data and indexes, and a fifth more.
mysql_kilobytes() {
  mysql_ask "SELECT CEILING(COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) * 1.2 / 1024) FROM information_schema.TABLES WHERE $(mysql_ours)"
}
# There is room for a dump in the directory $1, or in what is there of its path. Prints the reason otherwise.
mysql_room() {
  mysql_dir=$1
  while [ ! -d "$mysql_dir" ]; do mysql_dir=$(dirname "$mysql_dir"); done
  mysql_free=$(df -Pk "$mysql_dir/" | awk 'END { print $4 }')
  mysql_need=$(mysql_kilobytes) || return
  [ "$mysql_free" -gt "$mysql_need" ] || { echo "a dump may need $((mysql_need / 1024)) MiB, and $mysql_dir has $((mysql_free / 1024)) MiB" && return 1; }
}
# The databases in the dump $1, a line each.
# shellcheck disable=SC2016 # back quotes of SQL
mysql_dumped() {
  grep -a '^CREATE DATABASE ' "$1" | sed 's/^[^`]*`\(.*\)`[^`]*$/\1/' | sort
}
# The dump $1 is whole, and has each database of the list $2 once. Prints the damage otherwise. The exit code of the program
# that made it says nothing of a file behind a pipe.
mysql_whole() {
  case $(tail -n 1 "$1") in '-- Dump completed'*) ;; *) echo "$1 does not end with \`-- Dump completed\`: it was cut short" && return 1 ;; esac
  case $(tail -n 1 "$2") in end) ;; *) echo "$2 is cut short" && return 1 ;; esac
  mysql_wanted=$(sed -n 's/^database //p' "$2" | sort)
  [ -n "$mysql_wanted" ] || { echo "$2 names no database" && return 1; }
  mysql_found=$(mysql_dumped "$1")
  [ "$mysql_found" = "$mysql_wanted" ] || {
    echo "$1 has not each wanted database once"
    printf '%s\n\n%s\n' "$mysql_wanted" "$mysql_found" | awk '
      $0 == "" { second = 1; next }
      !second { wanted[$0]; next }
      { found[$0]++ }
      END {
        for (name in wanted) if (!(name in found)) print "missing: " name
        for (name in found) if (!(name in wanted)) print "not wanted: " name; else if (found[name] > 1) print "twice: " name
      }' | sort
    return 1
  }
  head -n 60 "$1" | grep -aqE '^-- CHANGE (MASTER|REPLICATION SOURCE) TO ' || { echo "$1 has no place in the binary log" && return 1; }
}
# The server has the tables of the dump $1 in each database of the list $2. Prints a line for each that has not.
mysql_differences() {
  printf '%s\n' "$2" | while IFS= read -r mysql_name; do
    mysql_want=$(NAME=$mysql_name awk '
      /^USE `/ { own = $0 == "USE `" ENVIRON["NAME"] "`;" }
      own && /^CREATE TABLE `/ { tables++ }
      END { print tables + 0 }' "$1")
    mysql_has=$(mysql_ask "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA = '$mysql_name'")
    [ "$mysql_want" = "$mysql_has" ] || echo "$mysql_name has $mysql_has tables, the dump $mysql_want"
  done
}
