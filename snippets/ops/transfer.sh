# Copy a directory to another host, or from one, by rsync on this host. The new directory is made beside the old
# one and then replaces it; the old one stays aside.
# in: FROM TO LOGIN NODE DIR ASIDE
# LOGIN is the remote shell. DIR is the directory that changes, on the host NODE (empty: this host); TO is the same
# for rsync. ASIDE is the new name of the old one. Exit code 20: something is in the way.

# The pending transfers, itemized as in rsync(1); nothing when both sides are equal.
probe() {
  bring "$TO" --dry-run
}

# Times of directories are no difference.
bring() {
  to=$1
  shift
  rsync -a -O --checksum --itemize-changes -s -e "$LOGIN" "$@" -- "$FROM/" "$to/"
}

change() {
  where_it_is stage
  bring "$TO.xtask-new"
  where_it_is swap
}

undo() {
  where_it_is back
}

undone() {
  where_it_is look
}

# One of the functions below, on the host that has DIR.
where_it_is() {
  # shellcheck disable=SC2086 # LOGIN is words
  script "$1" | if [ -n "$NODE" ]; then $LOGIN "$NODE" sh -s; else sh -s; fi
}

# ASIDE.mark has the hashes of the old and the new directory. It is written before anything is moved.
script() {
  cat <<END
set -eu
dir='$DIR' aside='$ASIDE'
new=\$dir.xtask-new mark=\$aside.mark
there() { [ -e "\$1" ] || [ -L "\$1" ]; }
fail() { echo "\$1" >&2; exit 20; }
# A hash of name, kind, mode, owner and content of everything.
listing() {
  there "\$1" || { echo none; return; }
  (
    cd "\$1" || exit
    find . -type f -exec sha256sum {} +
    find . -type l | while IFS= read -r link; do printf '%s -> %s\n' "\$link" "\$(readlink "\$link")"; done
    find . ! -type l -exec stat -c '%n %f %u:%g' {} +
  ) | sort | sha256sum | cut -d ' ' -f 1
}
stage() {
  there "\$dir" || return 0
  [ -d "\$dir" ] && [ ! -L "\$dir" ] || fail "\$dir is not a directory; it was left alone"
  # The rest of an interrupted run.
  rm -rf "\$new"
  cp -a "\$dir" "\$new"
}
swap() {
  before=\$dir
  # This run was interrupted after it moved the old one.
  ! there "\$aside" || before=\$aside
  printf '%s\n' "\$(listing "\$before")" "\$(listing "\$new")" >"\$mark.new"
  sync
  mv -f "\$mark.new" "\$mark"
  if there "\$dir"; then
    ! there "\$aside" || fail "\$aside is there already; nothing was moved"
    mv -T "\$dir" "\$aside"
  fi
  mv -T "\$new" "\$dir"
}
look() {
  there "\$mark" || exit 0
  { read -r before && read -r after; } <"\$mark"
  now=\$(listing "\$dir")
  [ "\$now" != "\$before" ] || exit 0
  [ "\$(listing "\$aside")" = "\$before" ] || fail "\$aside is not the old content"
  case \$now in "\$after" | none) exit 1 ;; esac
  fail "\$dir has changed since it was copied; it stays"
}
back() {
  rm -rf "\$dir.xtask-undone"
  ! there "\$dir" || mv -T "\$dir" "\$dir.xtask-undone"
  ! there "\$aside" || mv -T "\$aside" "\$dir"
  rm -rf "\$dir.xtask-undone" "\$new" "\$mark"
}
$1
END
}
