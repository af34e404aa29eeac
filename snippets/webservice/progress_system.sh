# Print the version of a host's system: `14.04`
probe() {
  sed -n 's/^VERSION_ID="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /etc/os-release
}
