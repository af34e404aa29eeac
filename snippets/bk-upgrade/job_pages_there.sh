# Check that a package on this host has these pages
# with: pages
# in: SOURCES
# Standard input is the list of its checksums.
probe() {
  list=$(cat)
  for source in $SOURCES; do
    [ "$(pages_list "$source/job/frontend" 2>/dev/null)" != "$list" ] || return 0
  done
  echo "no such package below $SOURCES"
  return 1
}
