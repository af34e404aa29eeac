# Check whether a node that was launched from here answers at an address
# with: marker
# in: NODE ADDRESS
probe() {
  marker "launched/$NODE" >/dev/null || marker "launched/$NODE.begun" >/dev/null || return 1
  [ -n "$(ssh-keyscan -T 5 "$ADDRESS" 2>/dev/null || :)" ] || return 1
}
