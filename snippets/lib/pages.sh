# The pages of the job platform: those that a package has, and those that are installed
# pages_list DIR [URL]: a line `SHA256  ./FILE` for each file. With URL the start page has this address at its place, as
# the vendor's script writes it.
pages_list() {
  (
    cd "$1" 2>/dev/null || { echo "no directory $1" >&2; exit 20; }
    {
      find . -type f ! -path ./index.html -exec sha256sum {} +
      if [ -f index.html ]; then
        pages_sum=$(pages_start "${2:-}" <index.html | sha256sum)
        echo "${pages_sum%% *}  ./index.html"
      fi
    } | LC_ALL=C sort -k 2
  )
}
pages_start() {
  if [ -n "$1" ]; then sed "s|{{JOB_API_GATEWAY_URL}}|$1|"; else cat; fi
}
# pages_differ LIST LIST: the first files that only one of the lists has, or that have two sums.
pages_differ() {
  pages_said=$(printf '%s\n' "$1" "$2" | LC_ALL=C sort | uniq -u | sed 's|^[^ ]*  *\./||' | LC_ALL=C sort -u)
  printf '%s\n' "$pages_said" | sed -n '1,5p'
  pages_count=$(printf '%s\n' "$pages_said" | wc -l)
  [ "$pages_count" -le 5 ] || echo "and $((pages_count - 5)) more"
}
