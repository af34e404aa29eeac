# Print the SHA-256 of yq, or `absent`
# in: YQ
probe() {
  [ -f "$YQ" ] || { echo absent; return; }
  sum=$(sha256sum <"$YQ")
  echo "${sum%% *}"
}
