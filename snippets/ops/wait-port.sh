# Whether a TCP port answers.
# in: SERVER PORT
probe() {
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # the inner shell expands
    timeout 5 bash -c ': <>"/dev/tcp/$1/$2"' port "$SERVER" "$PORT" 2>/dev/null || return 1
  elif command -v nc >/dev/null; then
    timeout 5 nc -z "$SERVER" "$PORT" </dev/null || return 1
  else
    echo "cannot try port $PORT of $SERVER: no bash and no nc" >&2
    return 2
  fi
}
