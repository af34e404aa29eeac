# Check that rsync is installed
probe() {
  command -v rsync || { echo 'there is no rsync'; return 1; }
}
