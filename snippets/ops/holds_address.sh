# Look whether an interface of this host has an address
# in: ADDRESS
probe() {
  ip -o -4 addr show | awk -v ip="$ADDRESS" '{ sub(/\/.*/, "", $4); if ($4 == ip) found = 1 } END { exit !found }'
}
