# Check that a node's sshd answers at an address
# in: ADDRESS
probe() {
  [ -n "$(ssh-keyscan -T 5 "$ADDRESS" 2>/dev/null || :)" ] || { echo "no sshd answers at $ADDRESS"; return 1; }
}
