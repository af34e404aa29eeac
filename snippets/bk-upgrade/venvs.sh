# Remove Python virtual environments of retired services
# in: NAMES VENV_HOME
probe() {
  found=0
  for name in $NAMES; do
    if [ -d "$VENV_HOME/$name" ]; then
      echo "remove $VENV_HOME/$name"
      found=1
    fi
  done
  return "$found"
}
change() {
  for name in $NAMES; do
    [ -d "$VENV_HOME/$name" ] || continue
    # A program that still runs from there would break at its next import. An ended process and one of the kernel
    # have no program to read.
    for exe in /proc/[0-9]*/exe; do
      case $(readlink "$exe" || true) in
        "$VENV_HOME/$name"/*)
          echo "$exe still runs from $VENV_HOME/$name" >&2
          return 20
          ;;
      esac
    done
    # shellcheck disable=SC2016 # expanded by the login shell, where rmvirtualenv is
    bash -lc 'rmvirtualenv "$1"' xtask "$name"
  done
}
