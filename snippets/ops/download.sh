# Put a fetched file in its place: checked, then moved over the old file in one step.
# in: SOURCE FILE KIND SUM WAS FETCH MODE OWNER OLD_MODE OLD_OWNER ASIDE CHECK FULL
# `ops/fetch` has brought the part. KIND is sha256, sha512 or md5; SUM is that of the wanted file (empty: not verified), WAS
# that of the file before (`absent`: none). FETCH=no: only MODE and OWNER differ; those before are OLD_MODE and OLD_OWNER.
# FILE plus ASIDE is the new name of the old file. CHECK is a command that the new file must pass; may be empty. FULL=yes: a
# remembered checksum does not count.
# Exit codes: 20 changed since it was read, 21 no room, 23 no old file, 24 refused by CHECK, 27 another file than wanted.

# The file behind a symbolic link is the one to write.
aim() {
  target=$FILE
  [ ! -L "$FILE" ] || target=$(readlink -f "$FILE")
  folder=${target%/*}/
  part=$folder.${target##*/}.xtask-part
  # The URL and the head of the answer that the part comes from.
  note=$part.note
  # What is remembered: kind and checksum, then `key` of the file, then the URL.
  known=$folder.${target##*/}.xtask-sum
  what='' stamp='' from=''
  ! mine "$known" || { read -r what && read -r stamp && read -r from; } <"$known" || :
}

# A file that nobody else has put there: some directories are open to all.
mine() {
  [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %u "$1")" = "$(id -u)" ]
}

sum() {
  case $KIND in
    sha256) said=$(sha256sum <"$1") ;;
    sha512) said=$(sha512sum <"$1") ;;
    *) said=$(md5sum <"$1") ;;
  esac || return
  echo "${said%% *}"
}

# It changes with every change of the file: no program can set the time of its last change, in nanoseconds.
key() { TZ=UTC stat -c '%i %s %y %z' "$1"; }

# The checksum of the file. To read a large one takes long: while its key is the same, the remembered one counts.
now() {
  if [ "$FULL" != yes ] && [ "${what%% *}" = "$KIND" ] && [ "$stamp" = "$(key "$target")" ]; then
    echo "${what#* }"
  else
    sum "$target"
  fi
}

state() {
  if [ -f "$target" ]; then sum "$target"; elif [ -e "$target" ]; then echo 'no file'; else echo absent; fi
}

# `absent` or `file CHECKSUM MODE UID:GID USER:GROUP`; before it the checksum that was downloaded from this URL, or `-`,
# and the ending for the old file.
probe() {
  aim
  ending=.xtask-bak
  number=0
  while taken "$target$ending"; do
    number=$((number + 1))
    ending=.xtask-bak-$number
  done
  last=-
  if [ "$from" = "$SOURCE" ] && [ "${what%% *}" = "$KIND" ]; then last=${what#* }; fi
  if [ -f "$target" ]; then
    is=$(now)
    echo "$last $ending file $is $(stat -c '%a %u:%g %U:%G' "$target")"
  elif [ -e "$target" ] || [ -L "$target" ]; then
    echo "$FILE is no file; it was left alone" >&2
    return 2
  else
    gone "$target" || return
    echo "$last $ending absent"
  fi
}

# Absent only when stat says so; a permission or disk error is a failure.
gone() {
  case $(stat "$1" 2>&1) in *': No such file or directory' | *': Not a directory') return 0 ;; esac
  stat "$1" >&2
  return 2
}

# The name that a killed run gave to the same file is free.
taken() {
  if [ -e "$1" ] || [ -L "$1" ]; then ! same "$1"; else return 1; fi
}

same() {
  [ -f "$target" ] && [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %d:%i "$1")" = "$(stat -c %d:%i "$target")" ]
}

change() {
  aim
  if [ "$FETCH" = yes ]; then
    replace
  else
    unchanged
    dress "$target" "$MODE" "$OWNER"
  fi
}

unchanged() {
  [ "$(state)" = "$WAS" ] || {
    echo "$FILE is no longer the file that was read; it was left alone" >&2
    return 20
  }
}

# The owner first: changing it takes away set-user-ID.
dress() {
  [ -z "$3" ] || chown "$3" "$1"
  chmod "$2" "$1"
}

replace() {
  found=$(sum "$part")
  wanted
  # Some checks go by the mode.
  dress "$part" "$MODE" "$OWNER"
  sync "$part" 2>/dev/null || sync
  # shellcheck disable=SC2016 # the other shell's own argument
  [ -z "$CHECK" ] || sh -c "$CHECK"' "$1"' check "$part" >&2 </dev/null || {
    drop
    echo "$FILE was left alone: the new file does not pass \`$CHECK\`" >&2
    return 24
  }
  unchanged
  keep
  # Before the file: undo goes by it.
  [ -n "$SUM" ] || remember -
  mv -f "$part" "$target"
  rm -f "$note"
  # A time in whole seconds could hide a change.
  case $(key "$target") in *'.000000000 +0000') return ;; esac
  if [ -z "$SUM" ] || [ "$(stat -c %s "$target")" -ge 16777216 ]; then remember "$(key "$target")"; fi
}

drop() { rm -f "$part" "$note"; }

wanted() {
  if [ -n "$SUM" ] && [ "$found" != "$SUM" ]; then
    echo "$FILE was left alone: $SOURCE has another checksum" >&2
    printf 'expected %s %s\nfound    %s %s\n' "$KIND" "$SUM" "$KIND" "$found" >&2
    if page; then echo 'it is an HTML page: perhaps a proxy or a login page answers' >&2; fi
  elif [ -z "$SUM" ] && page; then
    echo "$FILE was left alone: $SOURCE is an HTML page, perhaps that of a proxy or a login" >&2
  else
    return 0
  fi
  drop
  return 27
}

page() {
  case $FILE in *.htm | *.html) return 1 ;; esac
  head -c 512 "$part" | grep -qi -e '<!doctype html' -e '<html'
}

# The old file stays under its new name. A link needs no room.
keep() {
  [ ! -e "$known" ] || [ -e "$known$ASIDE" ] || mv -f "$known" "$known$ASIDE"
  if [ "$WAS" = absent ] || same "$target$ASIDE"; then return; fi
  ln "$target" "$target$ASIDE" 2>/dev/null || cp -p "$target" "$target$ASIDE" || {
    rm -f "$target$ASIDE"
    return 21
  }
}

remember() {
  rm -f "$known.new"
  (umask 077 && set -C && printf '%s\n' "$KIND $found" "$1" "$SOURCE" >"$known.new")
  mv -f "$known.new" "$known"
}

# The state before the change, but for its rest: what a killed run has left is to be removed, too.
undo() {
  aim
  is=$(state)
  if [ "$is" != "$WAS" ]; then
    ours "$is"
    if [ "$WAS" = absent ]; then
      rm -f "$target"
    else
      [ "$(sum "$target$ASIDE" 2>/dev/null)" = "$WAS" ] || {
        echo "no $target$ASIDE holds the old file" >&2
        return 23
      }
      mv -f "$target$ASIDE" "$target"
    fi
  elif same "$target$ASIDE"; then
    rm -f "$target$ASIDE"
  fi
  if [ "$WAS" != absent ]; then dress "$target" "$OLD_MODE" "$OLD_OWNER"; fi
  drop
  if [ "$FETCH" = yes ]; then rm -f "$known"; fi
  [ ! -e "$known$ASIDE" ] || mv -f "$known$ASIDE" "$known"
}

# The file is the one that was downloaded. Without a checksum the remembered one says so.
ours() {
  new=$SUM
  [ -n "$new" ] || new=${what#* }
  [ "$1" = "$new" ] || {
    echo "$FILE is no longer the file that was downloaded" >&2
    return 20
  }
}

undone() {
  aim
  is=$(state)
  if [ "$is" != "$WAS" ]; then
    ours "$is"
    return 1
  fi
  for rest in "$part" "$note" "$known$ASIDE"; do [ ! -e "$rest" ] || return 1; done
  if same "$target$ASIDE"; then return 1; fi
  [ "$WAS" = absent ] || [ "$(stat -c '%a %u:%g' "$target")" = "$OLD_MODE $OLD_OWNER" ] || return 1
}
