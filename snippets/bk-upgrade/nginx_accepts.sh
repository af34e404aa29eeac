# Check that consul-template runs and nginx accepts the configuration that it has made
# in: UNIT SETTLE
# consul-template writes the files some time after its reload, and nobody says when: nginx must accept them all that time.
probe() {
  nginx=$(command -v nginx || ls /usr/local/openresty/nginx/sbin/nginx) || return 20
  left=$SETTLE
  while :; do
    state=$(systemctl is-active "$UNIT") || { echo "$UNIT is $state" >&2; return 20; }
    said=$("$nginx" -t 2>&1) || { printf '%s\n' "$said" >&2; return 20; }
    [ "$left" -gt 0 ] || return 0
    left=$((left - 1))
    sleep 1
  done
}
