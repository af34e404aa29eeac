# Name the upgrade that is taken back, by the moment when its deploy scripts came
# with: marker
# First line: `new` while its scripts are in place, else `old`. Second line: the same for each restore of one upgrade, or
# `none`. Third line: that moment, for the name of a file.
probe() {
  for name in install install.begun; do
    if marker "bk-upgrade/$name" >/dev/null; then
      echo new
      attempt "bk-upgrade/$name"
      return
    fi
  done
  echo old
  if marker bk-upgrade/restored-install >/dev/null; then attempt bk-upgrade/restored-install; else echo none; fi
}

attempt() {
  marker_run "$1" | tr ' ' -
  date -u -r "$(marker_file "$1")" +%Y%m%d-%H%M%S
}
