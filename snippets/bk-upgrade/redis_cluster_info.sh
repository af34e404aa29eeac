# Check that the Redis cluster is whole, as its node on this host sees it
# in: PORT
# The commands for redis-cli come on standard input. The vendor binds the server to the address of the host.
probe() {
  commands=$(cat)
  command -v redis-cli >/dev/null || {
    echo "no redis-cli on this host" >&2
    return 20
  }
  for address in 127.0.0.1 $(hostname -I 2>/dev/null || :); do
    said=$(printf '%s\n' "$commands" | timeout 10 redis-cli -h "$address" -p "$PORT" 2>&1 | tr -d '\r') || :
    # Anything else is the answer of a server.
    case $said in *'Could not connect'*) ;; *) break ;; esac
  done
  case $said in *NOAUTH* | *WRONGPASS*)
    # No wait helps.
    echo "the server on port $PORT does not accept the password of the site: $(printf '%s\n' "$said" | tail -n 1)" >&2
    return 20
    ;;
  esac
  case $said in *cluster_state:*) ;; *)
    # The answer of a server names no password.
    echo "no answer on port $PORT: $(printf '%s\n' "$said" | tail -n 1)"
    return 1
    ;;
  esac
  printf '%s\n' "$said" | awk -F : '
    $1 == "cluster_state" && $2 != "ok" { print "cluster_state: " $2; bad = 1 }
    $1 == "cluster_slots_ok" && $2 != 16384 { print "slots that are served: " $2 " of 16384"; bad = 1 }
    END { exit bad }
  '
}
