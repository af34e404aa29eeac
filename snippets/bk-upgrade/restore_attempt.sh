# Name the upgrade that is taken back, by the moment when its deploy scripts came
# with: marker
# First line: `new` while its scripts are in place, else `old`. Second line: the same for each restore of one upgrade, or
# `none`. Third line: the same as a part of the name of a file.
probe() {
  state=old attempt=none
  for name in install install.begun; do
    if [ "$state" = old ] && marker "bk-upgrade/$name" >/dev/null; then
      state=new
      attempt=$(marker_run "bk-upgrade/$name" | tr ' ' -)
    fi
  done
  if [ "$state" = old ] && marker bk-upgrade/restored-install >/dev/null; then
    attempt=$(marker_run bk-upgrade/restored-install | tr ' ' -)
  fi
  printf '%s\n' "$state" "$attempt"
  [ "$attempt" = none ] || printf '%s\n' "$attempt" | sha256sum | cut -c 1-12
}
