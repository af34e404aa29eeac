# Name the upgrade that is taken back, by the moment when its deploy scripts came
# with: marker
# First line: `new` while its scripts are in place, else `old`. Second line: the same for each restore of one upgrade.
probe() {
  for name in install install.begun; do
    if marker "bk-upgrade/$name" >/dev/null; then
      echo new
      marker_run "bk-upgrade/$name" | tr ' ' -
      return
    fi
  done
  echo old
  if marker bk-upgrade/restored-install >/dev/null; then marker_run bk-upgrade/restored-install | tr ' ' -; else echo none; fi
}
