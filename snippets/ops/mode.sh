# Restrict the permissions of a file.
# in: FILE MODE BEFORE
# MODE and BEFORE are its octal permissions after and before.

# Its permissions, or `absent`.
probe() {
  if [ -f "$FILE" ]; then stat -L -c %a "$FILE"; else echo absent; fi
}

change() {
  chmod "$MODE" "$FILE"
}

undo() {
  chmod "$BEFORE" "$FILE"
}

undone() {
  case $(probe) in
    "$BEFORE") return 0 ;;
    "$MODE") return 1 ;;
  esac
  echo "$FILE has other permissions now, or is gone" >&2
  return 20
}
