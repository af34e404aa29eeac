# Write a file in one step from standard input, unless it has changed since it was read.
# in: FILE WAS HASH MODE OWNER KEEP CHECK
# WAS and HASH are its SHA-256 before and after; `absent`: no file. MODE and OWNER are those of a new file.
# KEEP=yes keeps the old file beside it for undo.
# CHECK is a command that the new file must pass before it replaces the old one; may be empty.
# Exit codes: 20 changed since it was read, 21 the content did not arrive whole, 22 no directory, 24 refused by CHECK.

sum() {
  if [ -f "$1" ]; then
    sha256sum <"$1" | cut -d ' ' -f 1
  elif [ -e "$1" ]; then
    echo 'no file'
  else
    echo absent
  fi
}

# The file behind a symbolic link is the one to write.
locate() {
  target=$FILE
  [ ! -L "$FILE" ] || target=$(readlink -f "$FILE")
  folder=${target%/*}/
  [ -d "$folder" ] || {
    echo "there is no directory $folder for $FILE" >&2
    return 22
  }
}

unchanged() {
  [ "$(sum "$target")" = "$1" ] || {
    echo "$FILE is no longer the file that was read; it was left alone" >&2
    return 20
  }
}

# Replaces a file with hash $2 by standard input with hash $1.
place() {
  # The rest of a killed run may hold a secret.
  rm -f "$folder.${target##*/}.xtask-"??????
  temp=$(mktemp "$folder.${target##*/}.xtask-XXXXXX") || return
  trap 'rm -f "$temp"; exit 143' HUP INT TERM
  fill "$1" "$2" || {
    code=$?
    rm -f "$temp"
    return "$code"
  }
  trap - HUP INT TERM
}

fill() {
  cat >"$temp" || return 21
  [ "$(sum "$temp")" = "$1" ] || {
    echo "the content of $FILE did not arrive whole: is the disk full?" >&2
    return 21
  }
  bits=$MODE
  who=$OWNER
  if [ -e "$target" ]; then
    bits=$(stat -c %a "$target") || return
    who=$(stat -c %u:%g "$target") || return
  fi
  # The owner first: changing it takes away set-user-ID.
  [ -z "$who" ] || chown "$who" "$temp" || return
  chmod "$bits" "$temp" || return
  sync "$temp" 2>/dev/null || sync
  [ -z "$CHECK" ] || $CHECK "$temp" >&2 || {
    echo "$FILE was left alone: the new content does not pass \`$CHECK\`" >&2
    return 24
  }
  unchanged "$2" || return
  mv -f "$temp" "$target"
}

# Keep the old file as FILE.xtask-bak, or the next number when that is another file.
keep() {
  copy=$target.xtask-bak
  number=0
  while [ -e "$copy" ] || [ -L "$copy" ]; do
    [ "$(sum "$copy")" != "$WAS" ] || return 0
    number=$((number + 1))
    copy=$target.xtask-bak-$number
  done
  (umask 077 && cp "$target" "$copy") || {
    rm -f "$copy"
    return 21
  }
  chmod 600 "$copy"
  made=$copy
  sync "$copy" 2>/dev/null || sync
}

change() {
  locate
  unchanged "$WAS"
  made=
  if [ "$KEEP" = yes ] && [ "$WAS" != absent ]; then keep; fi
  place "$HASH" "$WAS" || {
    code=$?
    # A refused change leaves no copy.
    [ -z "$made" ] || rm -f "$made"
    return "$code"
  }
}

undo() {
  locate
  [ "$(sum "$target")" != "$WAS" ] || return 0
  unchanged "$HASH"
  if [ "$WAS" = absent ]; then
    rm -f "$target"
    return
  fi
  for copy in "$target".xtask-bak*; do
    if [ "$(sum "$copy")" = "$WAS" ]; then
      place "$WAS" "$HASH" <"$copy"
      rm -f "$copy"
      return
    fi
  done
  echo "no $target.xtask-bak holds the old content" >&2
  return 23
}

undone() {
  case $(sum "$FILE") in
    "$WAS") return 0 ;;
    "$HASH") return 1 ;;
  esac
  echo "$FILE is no longer the file that was written" >&2
  return 20
}
