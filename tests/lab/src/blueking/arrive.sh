# On a host: units that a tool of the vendor has put into the shared directory become real ones, and run.
# shellcheck shell=sh
set -eu
new=''
while read -r link target; do
  [ -f "$target" ] || continue
  if ! cmp -s "$target" "$link"; then
    install -m 644 "$target" "$link"
    new="$new ${link##*/}"
  fi
done </var/lib/standins/arrivals
[ -n "$new" ] || exit 0
systemctl daemon-reload
# shellcheck disable=SC2086 # one word a unit
systemctl enable --quiet --now $new
