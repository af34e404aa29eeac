# Print every bridge of a host and its IPv4 addresses: `br0 10.16.0.21`, one line per address; `br1 none` without one
probe() {
  links=$(ip -o link show type bridge) || return 20
  for bridge in $(printf '%s\n' "$links" | awk -F': ' 'NF { sub(/@.*/, "", $2); print $2 }'); do
    addresses=$(ip -o -4 addr show dev "$bridge") || return 20
    found=$(printf '%s\n' "$addresses" | awk '{ sub(/\/.*/, "", $4); print $4 }')
    for address in ${found:-none}; do echo "$bridge $address"; done
  done
}
