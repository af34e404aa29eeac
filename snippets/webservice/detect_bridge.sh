# Print every bridge of a host and its IPv4 addresses: `br0 10.16.0.21`, one line per address; `br1 none` without one
probe() {
  for bridge in $(ip -o link show type bridge | awk -F': ' '{ sub(/@.*/, "", $2); print $2 }'); do
    found=$(ip -o -4 addr show dev "$bridge" | awk '{ sub(/\/.*/, "", $4); print $4 }')
    for address in ${found:-none}; do echo "$bridge $address"; done
  done
}
