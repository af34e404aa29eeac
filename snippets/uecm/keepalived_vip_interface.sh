# Check that a network interface exists
# in: IFACE
probe() {
  [ -e "/sys/class/net/$IFACE" ] || ip link show "$IFACE" >/dev/null 2>&1 || { echo "present: $(ip -o link | awk -F': ' '{ print $2 }' | xargs)"; return 1; }
}
