# Read the release of a source tree
# in: FILE
probe() {
  release=$(head -n 1 "$FILE" 2>/dev/null | tr -d '[:space:]')
  case $release in *[!0-9A-Za-z.-]* | '') release=unknown ;; esac
  echo "$release"
}
