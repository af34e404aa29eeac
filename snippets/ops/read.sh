# Print the kind of a path, and the mode, owner and bytes of a file.
# in: FILE
probe() {
  if [ -d "$FILE" ]; then
    echo directory
  elif [ -f "$FILE" ]; then
    stat -L -c 'file %a %u:%g' "$FILE"
    cat "$FILE"
  elif [ -e "$FILE" ]; then
    # Reading a pipe would block, reading a device would never end.
    stat -L -c '%F' "$FILE"
  elif [ -L "$FILE" ]; then
    echo 'dangling link'
  else
    gone "$FILE" || return
    echo absent
  fi
}

# Absent only when stat says so; a permission or disk error is a failure.
gone() {
  case $(stat "$1" 2>&1) in *': No such file or directory' | *': Not a directory') return 0 ;; esac
  stat "$1" >&2
  return 2
}
