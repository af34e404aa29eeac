# Sources BlueKing's load_env.sh where it is, then runs the command of `pcmd`. Only for bash, its own subshell.
# $__c  the command, as shell text
#
# First it reports on standard output, each part ended by NUL: the path of the file, the exit code of its end, and the
# values of variables whose names look like secrets. An empty part ends the report. Without the file it is all there is.
#
# The file must not break the command: it may print, fail, exit, set options and change the directory.
# shellcheck disable=SC1087,SC3003,SC3022,SC3043,SC3044,SC3047,SC3053,SC3059 # bash has them all
__p=${CTRL_DIR:-/data/install}/load_env.sh
# Ends the file, whose exit code is $1.
__g() {
  # An exit inside the file leaves its output redirected.
  exec >&"$__u" 2>&"$__w" {__u}>&- {__w}>&-
  trap - EXIT ERR DEBUG RETURN
  eval "$__o"
  cd -- "$__d" >/dev/null 2>&1 || :
  printf '%s\0' "$1"
  local IFS=$' \t\n' __n __v
  for __n in $(compgen -v); do
    case ${__n^^} in
      PWD | OLDPWD | *_FILE | *_PATH | *_DIR | *_NAME | *_URL | *_TTL) ;;
      *PASS* | *PWD* | *SECRET* | *TOKEN* | *KEY* | *CREDENTIAL* | *COOKIE*)
        __n="$__n[@]"
        for __v in "${!__n}"; do [ -z "$__v" ] || printf '%s\0' "$__v"; done
        ;;
    esac
  done
}
if [ -f "$__p" ]; then
  printf '%s\0' "$__p"
  __d=$PWD __o=$(set +o)
  exec {__u}>&1 {__w}>&2
  trap '__g "$?"; printf "\0"; eval "$__c"' EXIT
  # shellcheck disable=SC1090 # it is a file of the host
  . "$__p" >/dev/null 2>&1
  __g "$?"
fi
printf '\0'
eval "$__c"
