# Print the copies of the deploy scripts, the last sealed one first
# with: marker
# in: DIR
# First a line `replaced` when the 6.2 scripts are in place already, else `old`. Then a line for each copy:
# `sealed PATH` when it has its manifest, else `open PATH`; `begun PATH` for one that was cut short.
probe() {
  if marker bk-upgrade/install >/dev/null; then echo replaced; else echo old; fi
  for copy in "$DIR"_[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*; do
    [ -d "$copy" ] || continue
    case $copy in
      *.partial) echo "0 begun ${copy%.partial}" && continue ;;
      "$DIR"_*.*) continue ;;
    esac
    if [ -f "$copy.xtask-manifest" ]; then
      echo "$(stat -c %Y "$copy.xtask-manifest") sealed $copy"
    else
      echo "0 open $copy"
    fi
  done | sort -r -n | cut -d ' ' -f 2-
}
