# One request over HTTP with curl, judged by status and body
# No proxy of the environment is used: it would see the body.

# http_send URL HEADERS BODY LIMIT: sends a POST request. HEADERS are lines, LIMIT is in seconds. The body can hold a secret:
# curl gets all of it on standard input. Sets http_status and the file http_answer; `http_done` removes that.
http_send() {
  command -v curl >/dev/null || {
    echo "there is no curl here for $1" >&2
    return 20
  }
  http_answer=$(mktemp)
  trap 'rm -f "$http_answer"; exit 143' HUP INT TERM
  http_code=0
  http_status=$(http_config "$@" | curl -q -sS -K - -o "$http_answer" -w '%{http_code}' 2>&1) || http_code=$?
  [ "$http_code" = 0 ] || {
    http_done
    # Without the status 000.
    echo "no answer from $1: $(printf '%s\n' "$http_status" | sed -n 's/.*curl: /curl: /p')" >&2
    return 20
  }
}

http_done() {
  rm -f "$http_answer"
}

# The lines of curl's configuration.
http_config() {
  printf 'url = "%s"\nrequest = "POST"\nnoproxy = "*"\nconnect-timeout = 10\nmax-time = %s\n' "$1" "$4"
  printf '%s\n' "$2" | http_quoted | sed -n 's/..*/header = "&"/p'
  [ -z "$3" ] || printf '%s\n' "$3" | http_quoted | sed 's/.*/data = "&"/'
}

http_quoted() {
  sed 's/["\\]/\\&/g'
}

# http_good URL: HTTP 200 with `"result": true`. curl itself ends with 0 also on an error of the server.
http_good() {
  if [ "$http_status" = 200 ] && [ "$(http_value result)" = true ]; then return 0; fi
  echo "$1: HTTP $http_status, and no success:" >&2
  head -c 1000 "$http_answer" >&2
  echo >&2
  return 1
}

# http_value KEY: the number or word of a key of the answer. A key of the same name further inside does not count.
http_value() {
  awk -v key="$1" '
    { text = text $0 "\n" }
    END {
      for (at = 1; at <= length(text); at++) {
        sign = substr(text, at, 1)
        if (sign == "\"") {
          word = ""
          for (at++; at <= length(text) && (sign = substr(text, at, 1)) != "\""; at++) {
            if (sign == "\\") at++
            word = word sign
          }
        }
        else if (sign == "{" || sign == "[") depth++
        else if (sign == "}" || sign == "]") depth--
        else if (sign == ":" && depth == 1 && word == key) {
          rest = substr(text, at + 1)
          if (match(rest, /^[ \t\n]*[a-z0-9.]+[ \t\n]*[,}]/)) {
            rest = substr(rest, 1, RLENGTH - 1)
            gsub(/[ \t\n]/, "", rest)
            print rest
          }
          exit
        }
      }
    }' "$http_answer"
}
