# Deploy a SaaS application with bkcli or bk_install
# with: vendor
# in: INSTALL_DIR TOOL APP STOPS RESET RETRIES PAUSE ALLOW
# The first deployment of a version can time out. Only then it is tried again, RETRIES times; any other error is final.
# STOPS is a module whose services are stopped first, or empty.
# With RESET, the line of the application in .bk_install.step is removed first: bk_install skips what is listed there.
change() {
  cd "$INSTALL_DIR" || return 20
  [ -z "$RESET" ] || vendor_forget .bk_install.step "$APP"
  [ -z "$STOPS" ] || vendor_run "bkcli stop $STOPS" ./bkcli stop "$STOPS" || return 1
  left=$RETRIES
  # shellcheck disable=SC2086,SC2153 # a program, perhaps with its verb
  set -- $TOOL saas-o "$APP"
  program=$1
  shift
  until vendor_run "$program $*" "./$program" "$@"; do
    [ "$left" -gt 0 ] && only_timed_out || return 1
    left=$((left - 1))
    echo "the first deployment of $APP timed out: tried again in $PAUSE s"
    sleep "$PAUSE"
  done
  vendor_skipped >&2 || return 0
  echo "bk_install has skipped the deployment of $APP: run this step with --reset-steps" >&2
  return 1
}
# Whether every error line is about a time-out, or about the deployment that failed by it.
only_timed_out() {
  printf '%s\n' "$vendor_bad" | grep -Eiq 'timed out|time-?out' || return 1
  ! printf '%s\n' "$vendor_bad" | grep -Eiv 'timed out|time-?out|deploy saas .* failed' | grep -q .
}
