# Fetch a URL to a part beside a file, and continue where an earlier run was cut.
# in: SOURCE FILE SUM PROXY
# SOURCE is an http, https or file URL. SUM is the checksum of the wanted file; empty: not verified. PROXY may be empty: then
# the host's own settings hold. Standard input: lines for curl's configuration, with the secret headers.
# Exit codes: 21 no room, 22 no directory, 25 no tool for this, 26 the server gave no such file.

aim() {
  target=$FILE
  [ ! -L "$FILE" ] || target=$(readlink -f "$FILE")
  folder=${target%/*}/
  part=$folder.${target##*/}.xtask-part
  # The URL and the head of the answer that the part comes from.
  note=$part.note
}

# A file that nobody else has put there: some directories are open to all.
mine() {
  [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %u "$1")" = "$(id -u)" ]
}

change() {
  aim
  [ -d "$folder" ] || {
    echo "there is no directory $folder for $FILE" >&2
    return 22
  }
  secret=$(cat)
  case $SOURCE in
    file://*) copy ;;
    *)
      if ! command -v curl >/dev/null; then
        by_wget
      elif resumable; then
        resume
      else
        start
      fi
      ;;
  esac
}

drop() { rm -f "$part" "$note"; }

begin() {
  drop
  # Only what is made here is written: not the file of somebody else.
  (umask 077 && set -C && echo "$SOURCE" >"$note" && : >"$part") || full
}

free() { df -Pk "$folder" | awk 'END { print $4 }'; }

copy() {
  origin=${SOURCE#file://}
  [ -f "$origin" ] || {
    echo "there is no file $origin" >&2
    return 26
  }
  bytes=$(stat -L -c %s "$origin")
  room "$bytes" $(($(free) * 1024))
  begin || return
  cat <"$origin" >>"$part" || full
}

room() {
  [ "$2" -gt "$1" ] || {
    drop
    echo "no room for $SOURCE: $(($1 / 1024)) KiB wanted, $(($2 / 1024)) KiB free in $folder" >&2
    return 21
  }
}

full() {
  drop
  echo "cannot write $part, which was removed; $(free) KiB are free now" >&2
  return 21
}

# A field of the last head on standard input.
field() {
  awk -v name="$1:" '/^HTTP\// { value = "" } tolower($1) == name { sub(/^[^:]*:[ \t]*/, ""); sub(/\r$/, ""); value = $0 } END { print value }'
}

status() { awk '/^HTTP\// { code = $2 } END { print code }'; }

# Two answers with it have the same bytes: a strong ETag, or a time that is not the present.
validator() {
  head=$(cat)
  tag=$(printf '%s\n' "$head" | field etag)
  case $tag in '"'*) echo "$tag" && return ;; esac
  date=$(printf '%s\n' "$head" | field last-modified)
  [ "$date" = "$(printf '%s\n' "$head" | field date)" ] || echo "$date"
}

# Without a checksum nothing would show that the halves belong to two files.
resumable() {
  [ -n "$SUM" ] && mine "$part" && mine "$note" || return
  there=$(stat -c %s "$part")
  valid=$(validator <"$note")
  [ "$there" -gt 0 ] && [ -n "$valid" ] && [ "$(head -n 1 "$note")" = "$SOURCE" ]
}

resume() {
  # It was killed between the last byte and the check.
  [ "$there" != "$(field content-length <"$note")" ] || return 0
  code=0
  answer=$(request -C "$there" -H "If-Range: $valid") || code=$?
  got=$(printf '%s\n' "$answer" | status)
  if [ "$got" = 206 ] && [ "$(printf '%s\n' "$answer" | validator)" = "$valid" ]; then
    [ "$code" = 0 ] || failed "$answer"
    echo "resumed at $there bytes" >&2
    return
  fi
  case $got in
    # Another file, or no ranges.
    2?? | 416) start ;;
    *) failed "$answer" ;;
  esac
}

start() {
  begin || return
  code=0
  request >>"$note" || code=$?
  answer=$(cat "$note")
  if [ "$code" != 0 ] || [ "$(status <"$note")" != 200 ]; then failed "$answer"; fi
}

# One request with curl: the body goes to the part, the head to standard output. A list of processes shows neither the URL
# nor a header. Before curl 7.68 the head waits in a buffer, and a kill would lose it.
request() {
  set -- curl -q -s -S -f -D - -o "$part" -K - "$@"
  if command -v stdbuf >/dev/null; then set -- stdbuf -oL "$@"; fi
  settings | env "$@"
}

# A stalled transfer ends. A secret header follows no redirect: it would go to another server.
settings() {
  printf '%s\n' "url = \"$SOURCE\"" globoff 'proto = "=http,https"' 'connect-timeout = 30' 'speed-limit = 1' 'speed-time = 60'
  printf 'max-filesize = %s\n' $(($(free) * 1024 + 1))
  if [ -n "$PROXY" ]; then printf 'proxy = "%s"\n' "$PROXY"; fi
  if [ -n "$secret" ]; then printf '%s\n' "$secret"; else printf '%s\n' location 'max-redirs = 10'; fi
}

# $1 is the head of the answer, $code the exit code of curl.
failed() {
  got=$(printf '%s\n' "$1" | status)
  case $code-$got in
    23-*) full ;;
    63-*)
      space=$(($(free) * 1024))
      bytes=$(printf '%s\n' "$1" | field content-length)
      room "${bytes:-$space}" "$space"
      ;;
    *-[45]*) echo "$SOURCE: the server answers $got" >&2 ;;
    *-3*)
      to=$(printf '%s\n' "$1" | field location)
      echo "$SOURCE: the server answers $got and leads to ${to%%\?*}; a secret header does not go there" >&2
      ;;
    0-*) echo "$SOURCE: the server answers $got, which is no whole file" >&2 ;;
    *) echo "$SOURCE: the transfer ended early" >&2 ;;
  esac
  if resumable; then
    echo "$there bytes stay in $part; the next run continues there" >&2
  else
    drop
  fi
  return 26
}

# wget cannot say that a range belongs to the same file: it begins at the start.
by_wget() {
  if ! command -v wget >/dev/null; then
    echo "there is no curl and no wget here for $SOURCE" >&2
    return 25
  elif [ -n "$secret" ]; then
    echo 'a secret header needs curl: wget would show it in the list of processes' >&2
    return 25
  fi
  begin || return
  if [ -n "$PROXY" ]; then export http_proxy="$PROXY" https_proxy="$PROXY"; fi
  case $(wget --help 2>&1) in
    *BusyBox*) small_wget ;;
    *) wget -nv -t 1 -T 60 -O "$part" "$SOURCE" ;;
  esac || {
    code=$?
    if [ "$code" = 3 ]; then full; fi
    drop
    echo "$SOURCE: wget failed (exit $code)" >&2
    return 26
  }
}

small_wget() {
  case $SOURCE in
    https://*)
      [ -n "$SUM" ] || {
        echo 'this wget checks no certificate: give a checksum, or install curl' >&2
        return 25
      }
      ;;
  esac
  wget -q -O "$part" "$SOURCE"
}
