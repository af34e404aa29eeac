# Look whether an interface of this host has an address
# in: ADDRESS
# A pipe would hide that `ip` failed: no answer is not "no address".
probe() {
  all=$(ip -o -4 addr show) || return 20
  printf '%s\n' "$all" | awk -v ip="$ADDRESS" '{ sub(/\/.*/, "", $4); if ($4 == ip) found = 1 } END { exit !found }'
}
