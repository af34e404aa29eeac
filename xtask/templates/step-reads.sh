# Whether the host has a name
probe() {
  [ -n "$(uname -n)" ]
}
