# Move something aside, never over something that is there.
# in: FROM TO

# Which of the two are there: `FROM TO`, each yes or no.
probe() {
  echo "$(there "$FROM") $(there "$TO")"
}

there() {
  if [ -e "$1" ] || [ -L "$1" ]; then echo yes; else echo no; fi
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
