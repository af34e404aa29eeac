# Run the upgrader of the job platform
# in: JAVA INSTALL_PATH JARS FROM TO PHASE SERVER
# JARS are the places of its jar: the installed one, and the one that `bkcli sync job` has brought.
# The upgrader ends with 0 also when a task has failed: its last words count.
inputs() { echo "$PHASE $FROM $TO"; }

jar() {
  for jar in $JARS; do
    if [ -f "$jar" ]; then echo "$jar" && return; fi
  done
  echo "no upgrader-$TO.jar: $JARS" >&2
  return 20
}

change() {
  jar=$(jar)
  settings=$INSTALL_PATH/etc/job/upgrader/upgrader.properties
  [ -s "$settings" ] || { echo "no $settings" >&2; return 21; }
  [ -x "$JAVA" ] || { echo "no $JAVA" >&2; return 22; }
  log=$(mktemp)
  trap 'rm -f "$log" "$log.code"; exit 143' HUP INT TERM
  # Its questions come to the terminal, so only its output goes through a pipe.
  {
    "$JAVA" -Dfile.encoding=utf8 "-Djob.log.dir=$INSTALL_PATH/logs/job" "-Dconfig.file=$settings" "-Djob.manage.server.address=$SERVER" \
      -jar "$jar" "$FROM" "$TO" "$PHASE" && code=0 || code=$?
    echo "$code" >"$log.code"
  } 2>&1 | tee "$log"
  code=$(cat "$log.code") ended=no
  if grep -Eq 'All [0-9]+ upgradeTasks finished successfully|No matched upgradeTasks need to run' "$log"; then ended=yes; fi
  rm -f "$log" "$log.code"
  [ "$code" = 0 ] || { echo "the upgrader ended with $code" >&2; return 1; }
  [ "$ended" = yes ] || { echo "the upgrader does not say that its tasks have succeeded" >&2; return 1; }
}
