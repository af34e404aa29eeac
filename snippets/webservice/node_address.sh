# Check whether a node that was launched from here answers at an address
# in: NODE ADDRESS
probe() {
  [ -f "/var/lib/xtask/launched/$NODE" ] || [ -f "/var/lib/xtask/launched/$NODE.begun" ] || return 1
  [ -n "$(ssh-keyscan -T 5 "$ADDRESS" 2>/dev/null || :)" ] || return 1
}
