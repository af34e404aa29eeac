# Look whether keepalived runs
probe() {
  systemctl is-active --quiet keepalived || return 1
}
