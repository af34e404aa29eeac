# Print system, clock and space of a host
# in: DIRS
# DIRS are those that a backup will hold, in KiB; free is the space in /data.
probe() {
  echo "arch $(uname -m)"
  system=$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2>/dev/null)
  echo "system ${system:-$(uname -s)}"
  echo "clock $(date +%s)"
  place=/data
  [ -d "$place" ] || place=/
  echo "free $(df -Pk "$place" | awk 'NR == 2 { print $4 }')"
  for dir in $DIRS; do
    if [ -d "$dir" ]; then echo "used $dir $(du -sk "$dir" | cut -f 1)"; else echo "none $dir"; fi
  done
}
