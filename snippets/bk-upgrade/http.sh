# Send a request over HTTP
# with: http
# in: URL HEADERS LIMIT
# Standard input is the body.

# Prints the status and the body.
probe() {
  http_send "$URL" "$HEADERS" "$(cat)" "$LIMIT" || return
  printf '%s\n' "$http_status"
  cat "$http_answer"
  http_done
}

# Fails unless the server says that it has done it (X4.65).
change() {
  http_send "$URL" "$HEADERS" "$(cat)" "$LIMIT" || return
  http_good "$URL" && good=yes || good=
  http_done
  [ -n "$good" ]
}
