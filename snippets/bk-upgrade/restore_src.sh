# Move the packages of 6.1 back
# in: BAK TO ASIDE
# The packages of 6.2 stay at ASIDE.
probe() {
  case $(head -n 1 "$TO/VERSION" 2>/dev/null) in 6.1 | 6.1.*) return 0 ;; esac
  echo "$TO: that of $BAK; the packages of 6.2 go to $ASIDE"
  return 1
}
change() {
  [ -d "$BAK" ] || { echo "there is no $BAK" >&2; return 20; }
  if [ -e "$TO" ]; then
    [ ! -e "$ASIDE" ] || { echo "$ASIDE is there already" >&2; return 20; }
    mv -T "$TO" "$ASIDE"
  fi
  mv -T "$BAK" "$TO"
}
