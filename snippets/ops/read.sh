# Print what a path is, and a file's mode, owner and bytes.
# in: FILE
probe() {
  if [ -d "$FILE" ]; then
    echo directory
  elif [ -e "$FILE" ]; then
    stat -L -c 'file %a %u:%g' "$FILE"
    cat "$FILE"
  elif [ -L "$FILE" ]; then
    echo 'dangling link'
  else
    echo absent
  fi
}
