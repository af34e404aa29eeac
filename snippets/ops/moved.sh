# Move something aside, never over an existing path.
# in: FROM TO

# Whether each of the two exists: `FROM TO`, each yes or no.
probe() {
  before=$(there "$FROM") && after=$(there "$TO") && echo "$before $after"
}

there() {
  if [ -e "$1" ] || [ -L "$1" ]; then
    echo yes
  else
    gone "$1" && echo no
  fi
}

# Absent only when stat says so; a permission or disk error is a failure.
gone() {
  case $(stat "$1" 2>&1) in *': No such file or directory' | *': Not a directory') return 0 ;; esac
  stat "$1" >&2
  return 2
}

transfer() {
  if [ "$(there "$2")" = yes ]; then
    echo "$2 is there already; nothing was moved" >&2
    return 20
  fi
  mv -T "$1" "$2"
}

change() {
  transfer "$FROM" "$TO"
}

undo() {
  transfer "$TO" "$FROM"
}

undone() {
  case $(probe) in
    "yes no") return 0 ;;
    "no yes") return 1 ;;
    "yes yes") echo "$FROM is there already; nothing was moved" >&2 ;;
    *) echo "$TO is gone: $FROM cannot be brought back" >&2 ;;
  esac
  return 20
}
