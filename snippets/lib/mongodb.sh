# MongoDB: its shell and its tools, with the password in a file that only its owner can read; what makes a dump a whole one
# SERVER is `ADDRESS:PORT`, ACCOUNT the user. The password is the standard input of the snippet. It is in no argument and in
# no environment.

# Reads the password, for YAML and JavaScript: both take the same quotes.
mongodb_password() {
  IFS= read -r mongodb_word || [ -n "$mongodb_word" ] || { echo 'there is no password on standard input' >&2 && return 20; }
  mongodb_word=$(printf '%s\n' "$mongodb_word" | sed 's/[\\"]/\\&/g')
}
# Prints what a dump depends on, a line each: `set NAME`, `role NAME`, `database BYTES NAME`, then `end`. The file $1 holds the
# statements for a moment.
mongodb_facts() {
  mongodb_shell=$(command -v mongosh || command -v mongo) || { echo 'there is no mongosh and no mongo' >&2 && return 20; }
  (
    umask 077
    cat >"$1" <<STATEMENTS
var admin = connect("mongodb://$SERVER/admin");
admin.auth("$ACCOUNT", "$mongodb_word");
print("set " + (admin.runCommand({isMaster: 1}).setName || "-"));
admin.runCommand({connectionStatus: 1}).authInfo.authenticatedUserRoles.forEach(function (it) {
  if (it.db === "admin") print("role " + it.role);
});
admin.runCommand({listDatabases: 1}).databases.forEach(function (it) {
  print("database " + Number(it.sizeOnDisk) + " " + it.name);
});
print("end");
STATEMENTS
  ) || return 20
  mongodb_said=$("$mongodb_shell" --nodb --quiet "$1" 2>&1) || mongodb_said="$mongodb_said (exit $?)"
  rm -f "$1"
  # Words of the shell itself do not count.
  printf '%s\n' "$mongodb_said" | grep -E '^(set|role|database|end)( |$)' | grep -q '^end$' || {
    echo "MongoDB does not answer as it should: $(printf '%s\n' "$mongodb_said" | tail -n 3)" >&2
    return 20
  }
  printf '%s\n' "$mongodb_said" | grep -E '^(set|role|database|end)( |$)'
}
# The databases of a dump among the facts $1: `local` is of one member, `config` of the cluster.
mongodb_databases() {
  printf '%s\n' "$1" | sed -n 's/^database [0-9]* //p' | grep -vxE 'local|config' | sort
}
# The dump in the directory $1 is whole: each database of its description has files, each file can be unpacked. Prints the
# damage otherwise.
mongodb_whole() {
  case $(tail -n 1 "$1/about") in end) ;; *) echo "$1/about is cut short" && return 1 ;; esac
  mongodb_names=$(sed -n 's/^database //p' "$1/about")
  [ -n "$mongodb_names" ] || { echo "$1/about names no database" && return 1; }
  mongodb_lacks=$(printf '%s\n' "$mongodb_names" | while read -r mongodb_name; do
    set -- "$1" "$1/$mongodb_name"/*.bson.gz
    [ -f "$2" ] || echo "$mongodb_name"
  done)
  [ -z "$mongodb_lacks" ] || { echo "$1 has no file of: $(printf '%s' "$mongodb_lacks" | tr '\n' ' ')" && return 1; }
  mongodb_bad=$(find "$1" -name '*.gz' -exec sh -c 'for file; do gzip -t "$file" 2>&1; done' sh {} +)
  [ -z "$mongodb_bad" ] || { printf '%s\n' "$mongodb_bad" | head -n 5 && return 1; }
  if grep -qx 'oplog yes' "$1/about"; then
    [ -f "$1/oplog.bson.gz" ] || { echo "$1 has no oplog.bson.gz: it is of no one moment" && return 1; }
    [ "$(gzip -dc "$1/oplog.bson.gz" | head -c 5 | wc -c)" = 5 ] || { echo "$1/oplog.bson.gz is empty: it is of no one moment" && return 1; }
  fi
}
