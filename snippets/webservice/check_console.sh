# Check that a page answers and contains a text
# in: URL VIA EXPECT
# VIA is HOST:PORT:ADDRESS to ask one node without resolving the name, or empty. EXPECT is an extended regular
# expression.
probe() {
  page=$(mktemp)
  trap 'rm -f "$page"; exit 143' HUP INT TERM
  code=0
  said=$(curl -sS -o "$page" -w '%{http_code}' --max-time 10 ${VIA:+--resolve "$VIA"} "$URL" 2>&1) || code=$?
  found=yes
  [ -z "$EXPECT" ] || grep -Eq -e "$EXPECT" "$page" || found=
  rm -f "$page"
  [ "$code" = 0 ] || { echo "curl: exit $code: $said"; return 1; }
  case $said in 200 | 302) ;; *) echo "$URL: HTTP $said"; return 1 ;; esac
  [ -n "$found" ] || { echo "$URL: HTTP $said, but no text matches $EXPECT"; return 1; }
}
