# Print the variables that the deploy scripts of the control machine define
# in: INSTALL_DIR
# Each variable is its name, the number of its values and the values, every part ended by NUL. A number of 0 is an
# array without members. The files may print, fail, change the directory and
# set options. Nothing is printed when one of them ends the shell.
probe() {
  [ -f "$INSTALL_DIR/load_env.sh" ] || {
    echo "no load_env.sh in $INSTALL_DIR" >&2
    return 20
  }
  # A bash without the variables of this session: every value comes from the files.
  # shellcheck disable=SC2016 # expanded by bash
  env -i HOME="${HOME:-/root}" PATH="$PATH" CTRL_DIR="$INSTALL_DIR" bash --noprofile --norc -c '
    site_known=" $(compgen -v | grep -vx CTRL_DIR | tr "\n" " ") "
    site_print() {
      set +eu
      local site_name site_all
      for site_name in $(compgen -v); do
        case $site_known in *" $site_name "*) continue ;; esac
        case $site_name in site_* | FUNCNAME | OLDPWD | PIPESTATUS) continue ;; esac
        site_all="$site_name[@]"
        site_all=("${!site_all}")
        printf "%s\0" "$site_name" "${#site_all[@]}" "${site_all[@]}"
      done
    }
    cd "$1" || exit 20
    [ ! -f ~/.bkrc ] || source ~/.bkrc >/dev/null 2>&1 </dev/null || :
    site_file=./load_env.sh
    [ ! -f ./utils.fc ] || site_file=./utils.fc
    source "$site_file" >/dev/null 2>&1 </dev/null || :
    site_print
  ' xtask "$INSTALL_DIR"
}
