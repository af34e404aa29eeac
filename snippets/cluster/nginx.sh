# Print the servers of an upstream of this balancer, and those that answer
# in: UPSTREAM CHECK
# CHECK is a path that a good server answers; empty: an open port is enough. A server marked `down` does not serve.
probe() {
  config=$(nginx -T 2>/dev/null) || { nginx -t >&2; return 20; }
  servers=$(printf '%s\n' "$config" | sed 's/#.*//' | tr '\n' ' ' | sed 's/[{};]/\n&\n/g' | awk -v name="$UPSTREAM" '
    $1 == "upstream" && $2 == name && NF == 2 { found = 1; next }
    found && $1 == "}" { found = 0 }
    found && $1 == "server" {
      down = ""
      for (i = 3; i <= NF; i++) if ($i == "down") down = " down"
      print $2 down
    }')
  [ -n "$servers" ] || { echo "nginx has no upstream $UPSTREAM with a server" >&2; return 20; }
  while read -r server mark; do
    health=down
    [ -n "$mark" ] || ! answers "$server" || health=up
    printf 'member %s voter %s %s\n' "$health" "$server" "$server"
  done <<LINES
$servers
LINES
}
answers() {
  case $1 in
    unix:*) [ -S "${1#unix:}" ]; return ;;
    \[*\]) at=$1:80 ;;
    *:*) at=$1 ;;
    *) at=$1:80 ;;
  esac
  if [ -n "$CHECK" ]; then
    if command -v curl >/dev/null; then
      curl -fsS -m 3 -o /dev/null "http://$at$CHECK" 2>/dev/null
    else
      wget -q -T 3 -t 1 -O /dev/null "http://$at$CHECK" 2>/dev/null
    fi
    return
  fi
  host=${at%:*}
  host=${host#\[}
  opens "${host%\]}" "${at##*:}"
}
opens() {
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # the inner shell expands
    timeout 3 bash -c ': <>"/dev/tcp/$1/$2"' port "$1" "$2" 2>/dev/null
  else
    timeout 3 nc -z "$1" "$2" </dev/null 2>/dev/null
  fi
}
