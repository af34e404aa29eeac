# Load the new SaaS environment variables into the PaaS database
# in: INSTALL_DIR
# Compares every key of each `declare -A APP_KV=(...)` in saas_var.env with the table.
probe() {
  [ -f "$INSTALL_DIR/tools.sh" ] || {
    echo "no tools.sh in $INSTALL_DIR" >&2
    return 20
  }
  [ -f "$INSTALL_DIR/saas_var.env" ] || return 0
  code=0
  # Exit code 10 means a missing key; 1 would be ambiguous: mysql and bash fail with it.
  # shellcheck disable=SC2016 # expanded by bash
  bash -c '
    set -eu
    file=$1/saas_var.env found=0
    source "$file"
    have=$(mysql --login-path=default-root -Nsre "select app_code, name, value from open_paas.paas_app_envvars;")
    while read -r app; do
      declare -n pairs=${app}_KV
      for key in "${!pairs[@]}"; do
        line=$(printf "%s\t%s\t%s" "$app" "$key" "${pairs[$key]}")
        grep -qxF -- "$line" <<<"$have" || { echo "set $key of $app"; found=10; }
      done
      unset -n pairs
    done < <(sed -n "s/^declare -A \(.*\)_KV=.*/\1/p" "$file")
    exit "$found"
  ' xtask "$INSTALL_DIR" || code=$?
  case $code in
    0) ;;
    10) return 1 ;;
    *) return 21 ;;
  esac
}
change() {
  # shellcheck disable=SC2016 # expanded by bash
  bash -c 'cd "$1" && source ./tools.sh && add_saas_environment' xtask "$INSTALL_DIR"
}
