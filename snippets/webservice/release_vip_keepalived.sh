# Check that keepalived runs
probe() {
  systemctl is-active --quiet keepalived || return 1
}
