# Ask MongoDB what a dump depends on
# with: mongodb
# in: SERVER ACCOUNT DIR
# A line `free KILOBYTES` comes first: the room of DIR, or of what is there of its path.
probe() {
  mongodb_password
  there=$DIR
  while [ ! -d "$there" ]; do there=$(dirname "$there"); done
  echo "free $(df -Pk "$there/" | awk 'END { print $4 }')"
  for tool in mongodump mongorestore; do
    command -v "$tool" >/dev/null || { echo "there is no $tool" >&2; return 20; }
  done
  mongodump --help 2>&1 | grep -q -e --config || { echo 'mongodump is too old: it takes no --config' >&2; return 20; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"; exit 143' HUP INT TERM
  set +e
  (mongodb_facts "$work/facts.js")
  code=$?
  rm -rf "$work"
  return "$code"
}
