# Write a file in one step from standard input, unless it has changed since it was read.
# in: FILE WAS HASH MODE OWNER KEEP CHECK SALTS FRESH
# WAS and HASH are its SHA-256 before and after; `absent`: no file; empty: not compared. MODE and OWNER are those of a
# new file.
# KEEP=yes: the content is secret. The old file is kept beside it for undo, and WAS and HASH begin with the salt of this
# host: nobody can check a guess without it. SALTS is the directory of the salt; empty: that of the user. FRESH=yes: the
# first line of standard input is a new salt; may be empty.
# CHECK is a command that the new file must pass before it replaces the old one; may be empty.
# Exit codes: 20 changed since it was read, 21 the content did not arrive whole, 22 no directory, 23 no old content or no
# salt, 24 refused by CHECK.

salted() {
  if [ -z "$SALTS" ]; then
    if [ "$(id -u)" = 0 ]; then SALTS=/var/lib/xtask; else SALTS=${HOME:?}/.xtask; fi
  fi
  salt=$SALTS/salt
}

# The salt of this host, if it has one.
probe() {
  salted
  [ ! -f "$salt" ] || cat "$salt"
}

# Takes the new salt from standard input.
take_salt() {
  read -r line
  [ ! -e "$salt" ] || {
    echo "another run has made $salt; run this again" >&2
    return 20
  }
  [ -d "$SALTS" ] || (umask 022 && mkdir -p "$SALTS")
  # The rest of a killed run.
  rm -f "$SALTS"/.salt.xtask-??????
  new=$(mktemp "$SALTS/.salt.xtask-XXXXXX")
  echo "$line" >"$new" || {
    rm -f "$new"
    return 21
  }
  sync "$new" 2>/dev/null || sync
  mv -f "$new" "$salt"
}

sum() {
  if [ -f "$1" ] && [ "$KEEP" = yes ]; then
    cat "$salt" "$1" | sha256sum | cut -d ' ' -f 1
  elif [ -f "$1" ]; then
    sha256sum <"$1" | cut -d ' ' -f 1
  elif [ -e "$1" ]; then
    echo 'no file'
  else
    echo absent
  fi
}

# The file behind a symbolic link is the one to write.
aim() {
  target=$FILE
  [ ! -L "$FILE" ] || target=$(readlink -f "$FILE")
  folder=${target%/*}/
  [ "$KEEP" != yes ] || salted
}

locate() {
  aim
  [ -d "$folder" ] || {
    echo "there is no directory $folder for $FILE" >&2
    return 22
  }
}

# Without the salt nobody can say whether a secret file has changed.
comparable() {
  [ "$KEEP" != yes ] || [ -z "$WAS" ] || [ -r "$salt" ] || {
    echo "$salt is gone: nothing can tell whether $FILE has changed; it was left alone" >&2
    return 23
  }
}

unchanged() {
  [ -z "$1" ] || [ "$(sum "$target")" = "$1" ] || {
    echo "$FILE is no longer the file that was read; it was left alone" >&2
    return 20
  }
}

sweep() {
  rm -f "$folder.${target##*/}.xtask-"??????
}

# Replaces a file with hash $2 by standard input with hash $1.
place() {
  # The rest of a killed run may hold a secret.
  sweep
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
  [ -z "$1" ] || [ "$(sum "$temp")" = "$1" ] || {
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
  [ "$FRESH" != yes ] || take_salt
  comparable
  unchanged "$WAS"
  made=
  if [ "$KEEP" = yes ] && [ -e "$target" ]; then keep; fi
  place "$HASH" "$WAS" || {
    code=$?
    # A refused change leaves no copy.
    [ -z "$made" ] || rm -f "$made"
    return "$code"
  }
}

# Finds the copy of the old content.
kept() {
  [ "$KEEP" = yes ] || return
  for copy in "$target".xtask-bak*; do
    [ "$(sum "$copy")" != "$WAS" ] || return 0
  done
  return 1
}

undo() {
  locate
  comparable
  if [ "$(sum "$target")" = "$WAS" ]; then
    # The rest of a killed run.
    sweep
    if [ "$WAS" != absent ] && kept; then rm -f "$copy"; fi
    return
  fi
  unchanged "$HASH"
  if [ "$WAS" = absent ]; then
    rm -f "$target"
    return
  fi
  kept || {
    echo "no $target.xtask-bak holds the old content" >&2
    return 23
  }
  place "$WAS" "$HASH" <"$copy"
  rm -f "$copy"
}

# What a killed run has left beside the file is to be removed, too.
undone() {
  aim
  comparable
  case $(sum "$FILE") in
    "$WAS")
      for rest in "$folder.${target##*/}.xtask-"??????; do [ ! -e "$rest" ] || return 1; done
      if [ "$WAS" != absent ] && kept; then return 1; fi
      return 0
      ;;
    "$HASH") return 1 ;;
  esac
  echo "$FILE is no longer the file that was written" >&2
  return 20
}
