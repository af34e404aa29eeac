# Print what a path is, and a file's mode, owner and bytes.
# in: FILE
probe() {
  if [ -d "$FILE" ]; then
    echo directory
  elif [ -f "$FILE" ]; then
    stat -L -c 'file %a %u:%g' "$FILE"
    cat "$FILE"
  elif [ -e "$FILE" ]; then
    # A pipe would keep us waiting, a device would never end.
    stat -L -c '%F' "$FILE"
  elif [ -L "$FILE" ]; then
    echo 'dangling link'
  else
    gone "$FILE" || return
    echo absent
  fi
}

# Only what is surely not there is absent, not what this user may not see or the disk cannot tell.
gone() {
  case $(stat "$1" 2>&1) in *': No such file or directory' | *': Not a directory') return 0 ;; esac
  stat "$1" >&2
  return 2
}
