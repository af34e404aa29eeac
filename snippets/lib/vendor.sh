# Tools of a vendor whose exit code means little: their output decides. ALLOW has a line for each error line that is
# harmless; `*` stands for any text.
# vendor_run NAME COMMAND... - runs it without input and shows its output. Fails when that has an error line that ALLOW
# does not have, or when it fails without any error line. Then vendor_said is the output, vendor_bad its error lines.
vendor_run() {
  vendor_name=$1
  shift
  vendor_dir=$(mktemp -d) || return 20
  trap 'rm -rf "$vendor_dir"; exit 143' HUP INT TERM
  # Its output is followed while it runs.
  {
    vendor_code=0
    "$@" </dev/null 2>&1 || vendor_code=$?
    echo "$vendor_code" >"$vendor_dir/code"
  } | tee "$vendor_dir/said"
  vendor_code=$(cat "$vendor_dir/code")
  vendor_said=$(cat "$vendor_dir/said")
  vendor_bad=$(vendor_errors <"$vendor_dir/said")
  rm -rf "$vendor_dir"
  vendor_harmless=$(printf '%s\n' "$vendor_bad" | sed -n 's/^harmless //p')
  vendor_bad=$(printf '%s\n' "$vendor_bad" | sed -n 's/^error //p')
  if [ -n "$vendor_bad" ]; then
    printf '%s\n' "$vendor_bad" | sed "s|^|$vendor_name: |" >&2
    [ "$vendor_code" = 0 ] || echo "$vendor_name: exit $vendor_code" >&2
    return 1
  fi
  if [ "$vendor_code" != 0 ] && [ -z "$vendor_harmless" ]; then
    echo "$vendor_name: exit $vendor_code" >&2
    return 1
  fi
}
# vendor_forget FILE WORD... - removes the lines with one of these words behind the first from a list of finished steps.
# It writes into the file itself, so that owner and mode stay.
vendor_forget() {
  vendor_file=$1
  shift
  [ -f "$vendor_file" ] || return 0
  awk -v words=" $* " '{ for (i = 2; i <= NF; i++) if (index(words, " " $i " ")) next; print }' "$vendor_file" >"$vendor_file.new"
  cat "$vendor_file.new" >"$vendor_file"
  rm -f "$vendor_file.new"
}
# vendor_skipped - the lines of vendor_said about steps that were skipped, when it has worked on no host. Exit 1 otherwise.
vendor_skipped() {
  ! printf '%s\n' "$vendor_said" | grep -q '^\[[0-9][0-9]*\] .*\[SUCCESS\]' || return 1
  printf '%s\n' "$vendor_said" | grep 'has been performed.*skip'
}
# The error lines of the input: `error LINE`, or `harmless LINE` for one of ALLOW. A line has its host in front, where a
# heading such as `[1] 02:33:11 [SUCCESS] 10.0.0.11` names one.
vendor_errors() {
  ALLOW=$ALLOW awk '
    BEGIN { known = split(ENVIRON["ALLOW"], allow, "\n") }
    function allowed(line, i, n, parts, p, at, rest) {
      for (i = 1; i <= known; i++) {
        if (allow[i] == "") continue
        n = split(allow[i], parts, "*")
        rest = line
        for (p = 1; p <= n; p++) {
          if (parts[p] == "") continue
          at = index(rest, parts[p])
          if (!at || (p == 1 && at != 1)) break
          rest = substr(rest, at + length(parts[p]))
        }
        if (p > n && (rest == "" || parts[n] == "")) return 1
      }
      return 0
    }
    function bad(low) {
      # A count of none is no error: `failed=0`, `0 errors`.
      gsub(/(errors?|failed|failures?|unreachable)[ ]*[=:][ ]*0/, "", low)
      gsub(/(^|[^0-9.])(0|no) (errors?|failed|failures?)/, "", low)
      return low ~ /(^|[^a-z0-9_\/.-])(error|errors|failed|failure|fatal|exception|traceback|unreachable)([^a-z0-9_\/.-]|\.([ \t]|$)|$)/ ||
        low ~ /[a-z](error|exception):/ ||
        low ~ /(permission|access) denied|connection refused|timed out|no such file or directory|command not found/
    }
    {
      line = $0
      gsub(/\033\[[0-9;]*[A-Za-z]/, "", line)
      sub(/\r$/, "", line)
      if (line ~ /^\[[0-9]+\] .*\[(SUCCESS|FAILURE)\]/) {
        host = $4 ": "
        if (line !~ /FAILURE/) next
      }
      else if (!bad(tolower(line))) next
      if (allowed(line)) { print "harmless " line; next }
      print "error " (line ~ /FAILURE\]/ ? "" : host) line
    }
  '
}
