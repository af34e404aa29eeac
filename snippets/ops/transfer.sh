# Bring files to another host or from it, by rsync on this one.
# in: FROM TO LOGIN KEEP
# LOGIN is the remote shell, KEEP=yes keeps what is overwritten beside it, with a name that is new.

# What would be sent, itemized as in rsync(1); nothing when both sides are equal.
probe() {
  again --dry-run
}

# Times of directories are no difference: keeping a file changes them.
again() {
  rsync -a -O --checksum --itemize-changes -s -e "$LOGIN" "$@" -- "$FROM" "$TO"
}

change() {
  if [ "$KEEP" = yes ]; then
    again --backup --suffix=".xtask-bak-$(date -u +%Y%m%d%H%M%S)"
  else
    again
  fi
}
