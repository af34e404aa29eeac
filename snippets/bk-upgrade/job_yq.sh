# Check that yq is the one of mikefarah, version 4
# in: YQ
# The Python program of that name refuses `-i`: exit 1, and the file is unchanged.
probe() {
  [ -x "$YQ" ] || { echo "no $YQ"; return 1; }
  said=$("$YQ" --version </dev/null 2>&1) || said="exit $?: $said"
  case $said in
    *mikefarah*' v4.'* | *mikefarah*' 4.'*) ;;
    *) echo "$YQ --version: $said" && return 1 ;;
  esac
}
