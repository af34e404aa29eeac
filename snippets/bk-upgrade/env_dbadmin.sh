# Print the generated keys that the file of the database administrators lacks
# in: INSTALL_DIR
# The generator only prints; passwords of a former call are lost.
probe() {
  cd "$INSTALL_DIR" || return 20
  [ -x bin/generate_blueking_generate_envvars.sh ] || {
    echo "no bin/generate_blueking_generate_envvars.sh in $INSTALL_DIR" >&2
    return 20
  }
  # shellcheck disable=SC2016 # expanded by bash
  bash -c 'source ./utils.fc >/dev/null 2>&1 || :; ./bin/generate_blueking_generate_envvars.sh dbadmin' </dev/null
}
