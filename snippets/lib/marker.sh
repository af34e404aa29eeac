# The markers on a host: which scripts have run there, and from which inputs
# A marker is a file below MARKERS with one line: the inputs of the last run that succeeded. Its time is the end of that
# run. While the script runs, and after a run that did not finish, the line is in NAME.begun instead: one of the two.

# The line of a marker. Fails if there is none, or if it is not a marker: torn, empty, binary, somebody else's.
marker() {
  [ -f "$(marker_file "$1")" ] || return 1
  marker_fault "$1" >/dev/null || return 1
  cat "$(marker_file "$1")"
}
# Names one run of a script: the line of its marker and its time. Another run has another time.
marker_run() {
  marker "$1" >/dev/null || return 1
  echo "$(marker "$1") $(stat -c %Y "$(marker_file "$1")")"
}
marker_file() {
  echo "${MARKERS:-/var/lib/xtask}/$1"
}
# Prints the reason why a file does not count as a marker, and fails; succeeds for a marker.
marker_fault() {
  marker_path=$(marker_file "$1")
  case $(stat -c %u "$marker_path") in 0 | "$(id -u)") ;; *) echo "belongs to another user" && return 1 ;; esac
  marker_size=$(wc -c <"$marker_path") || { echo "cannot be read" && return 1; }
  # One whole line. More than 4 KiB is nothing that was written here; bash warns of bytes that are no text.
  marker_line=
  { [ "$marker_size" -gt 4096 ] || marker_line=$(cat "$marker_path"); } 2>/dev/null
  if [ -z "$marker_line" ] || [ "$marker_size" -ne $((${#marker_line} + 1)) ] || [ "$(wc -l <"$marker_path")" -ne 1 ]; then
    echo "is damaged"
    return 1
  fi
}
# The line waits in NAME.begun for `marker_done`. It is written before the script: on a full or read-only disk nothing
# runs.
marker_begin() {
  marker_is_no_directory "$1" || return
  marker_write "$1.begun" "$2" || return
  rm -f "$(marker_file "$1")"
}
# One move, so the two files are never both there.
marker_done() {
  marker_path=$(marker_file "$1")
  { touch "$marker_path.begun" && mv -f "$marker_path.begun" "$marker_path" && marker_sync "$marker_path"; } || {
    echo "$1 has run, but its marker $marker_path cannot be written: the next run runs it again" >&2
    return 1
  }
}
# Sets a marker without a run, in one move.
marker_write() {
  marker_is_no_directory "$1" || return
  marker_path=$(marker_file "$1")
  marker_new=$marker_path.xtask-new
  {
    (umask 022 && mkdir -p "${marker_path%/*}" && printf '%s\n' "$2" >"$marker_new") &&
      marker_sync "$marker_new" && mv -f "$marker_new" "$marker_path"
  } || {
    rm -f "$marker_new"
    echo "cannot write the marker $marker_path" >&2
    return 1
  }
}
marker_is_no_directory() {
  [ ! -d "$(marker_file "$1")" ] || { echo "cannot write the marker $(marker_file "$1"): it is a directory" >&2 && return 1; }
}
# Removes a marker: the script has not run.
marker_forget() {
  rm -f "$(marker_file "$1")" "$(marker_file "$1").begun"
}
marker_sync() {
  sync "$1" 2>/dev/null || sync
}
