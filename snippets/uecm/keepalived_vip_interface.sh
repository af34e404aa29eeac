# Look whether a network interface is there
# in: IFACE
probe() {
  [ -e "/sys/class/net/$IFACE" ] || ip link show "$IFACE" >/dev/null 2>&1 || { echo "there are: $(ip -o link | awk -F': ' '{ print $2 }' | xargs)"; return 1; }
}
