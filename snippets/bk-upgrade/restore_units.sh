# List the services of BlueKing that run
probe() {
  systemctl list-units --plain --no-legend 'bk-*.service' | awk '$3 == "active" || $3 == "activating" || $3 == "reloading" { print $1 }'
}
