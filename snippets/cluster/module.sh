# Print whether this host serves as a member of its module
# in: UNITS PORT URL COMMAND
# All of them must hold: active units, an open port, a URL that answers, a command that succeeds.
probe() {
  health=up
  serves || health=down
  echo "member $health voter -"
}
serves() {
  for unit in $UNITS; do systemctl --quiet is-active "$unit" || return 1; done
  [ -z "$PORT" ] || opens || return 1
  [ -z "$URL" ] || answers || return 1
  # The command is a line of shell in the inventory.
  [ -z "$COMMAND" ] || timeout 20 sh -c "$COMMAND" </dev/null >/dev/null 2>&1
}
opens() {
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # the inner shell expands
    timeout 3 bash -c ': <>"/dev/tcp/127.0.0.1/$1"' port "$PORT" 2>/dev/null
  else
    timeout 3 nc -z 127.0.0.1 "$PORT" </dev/null 2>/dev/null
  fi
}
answers() {
  if command -v curl >/dev/null; then
    curl -fsS -m 5 -o /dev/null "$URL" 2>/dev/null
  else
    wget -q -T 5 -t 1 -O /dev/null "$URL" 2>/dev/null
  fi
}
