# Check that packages have the versions of the repository
# in: NAMES
probe() {
  wrong=
  for name in $NAMES; do
    policy=$(apt-cache policy "$name") || return 20
    said=$(printf '%s\n' "$policy" | awk '$1 == "Installed:" { now = $2 } $1 == "Candidate:" { want = $2 } END { print (now == "" ? "(none)" : now), (want == "" ? "(none)" : want) }')
    case $said in
      '(none) (none)') wrong="$wrong$name: neither installed nor in the repository
" ;;
      *) [ "${said% *}" = "${said#* }" ] || wrong="$wrong$name: ${said% *} -> ${said#* }
" ;;
    esac
  done
  [ -z "$wrong" ] || { printf %s "$wrong"; return 1; }
}
