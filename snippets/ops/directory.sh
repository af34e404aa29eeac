# Make a directory, with its mode and owner.
# in: FOLDER MODE OWNER TOP LEFT_MODE LEFT_OWNER
# Empty MODE and OWNER (numbers or names) change nothing. TOP is the uppermost directory to make, empty when
# FOLDER exists. For undo, MODE and OWNER are those before, LEFT_MODE and LEFT_OWNER those after the change.

# `absent TOP`, or `directory MODE USER:GROUP UID:GID`.
probe() {
  if [ -d "$FOLDER" ]; then
    stat -L -c 'directory %a %U:%G %u:%g' "$FOLDER"
  elif [ -e "$FOLDER" ] || [ -L "$FOLDER" ]; then
    echo "$FOLDER is not a directory" >&2
    return 2
  else
    gone "$FOLDER" || return
    top=$FOLDER
    while above=${top%/*} && [ -n "$above" ] && [ ! -d "$above" ]; do top=$above; done
    echo "absent $top"
  fi
}

# Absent only when stat says so; a permission or disk error is a failure.
gone() {
  case $(stat "$1" 2>&1) in *': No such file or directory' | *': Not a directory') return 0 ;; esac
  stat "$1" >&2
  return 2
}

change() {
  (umask 022 && mkdir -p "$FOLDER")
  [ -z "$OWNER" ] || chown "$OWNER" "$FOLDER"
  # With fewer than five digits GNU chmod keeps set-group-ID of a directory.
  [ -z "$MODE" ] || chmod "00$MODE" "$FOLDER"
}

is_empty() {
  [ -d "$1" ] && [ -z "$(ls -A "$1")" ]
}

# A new directory is removed while it is empty; an old one gets its mode and owner back. New parents with other
# content stay.
undo() {
  if [ -z "$TOP" ]; then
    change
    return
  fi
  step=$FOLDER
  [ ! -d "$step" ] || rmdir "$step"
  while [ "$step" != "$TOP" ]; do
    step=${step%/*}
    ! is_empty "$step" || rmdir "$step"
  done
}

# rmdir reports files in a new directory.
undone() {
  if [ -n "$TOP" ]; then
    [ ! -d "$FOLDER" ] || return 1
    step=$FOLDER
    while [ "$step" != "$TOP" ]; do
      step=${step%/*}
      ! is_empty "$step" || return 1
    done
    return 0
  fi
  [ -d "$FOLDER" ] || {
    echo "$FOLDER is gone" >&2
    return 20
  }
  # shellcheck disable=SC2046 # three words
  set -- $(stat -L -c '%a %u:%g %U:%G' "$FOLDER")
  case "$1 $2" in "$MODE $OWNER") return 0 ;; esac
  case "$1 $2/$1 $3" in "$LEFT_MODE $LEFT_OWNER/"* | *"/$LEFT_MODE $LEFT_OWNER") return 1 ;; esac
  echo "$FOLDER has another mode or owner now: $*" >&2
  return 20
}
