# Deploy a SaaS application with bkcli or bk_install
# with: vendor
# in: INSTALL_DIR TOOL APP RETRIES PAUSE ALLOW
# The first deployment of a version can time out. Only then it is tried again, RETRIES times; any other error is final.
change() {
  cd "$INSTALL_DIR" || return 20
  left=$RETRIES
  # shellcheck disable=SC2086 # a program, perhaps with its verb
  until vendor_run "$(echo $TOOL) saas-o $APP" ./$TOOL saas-o "$APP"; do
    [ "$left" -gt 0 ] && only_timed_out || return 1
    left=$((left - 1))
    echo "the first deployment of $APP timed out: tried again in $PAUSE s"
    sleep "$PAUSE"
  done
}
# Whether every error line is about a time-out, or about the deployment that failed by it.
only_timed_out() {
  printf '%s\n' "$vendor_bad" | grep -Eiq 'timed out|time-?out' || return 1
  ! printf '%s\n' "$vendor_bad" | grep -Eiv 'timed out|time-?out|deploy saas .* failed' | grep -q .
}
