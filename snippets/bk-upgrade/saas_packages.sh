# Print the packages of a SaaS application, the newest file first
# in: DIR APP
probe() {
  [ -d "$DIR" ] || return 0
  cd "$DIR" || return 20
  # The names are the vendor's: letters, digits and -_. only.
  # shellcheck disable=SC2010,SC2012
  ls -t | grep "^${APP}[_-]" || :
}
