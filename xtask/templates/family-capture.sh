# Print the name of the system
probe() {
  uname -s
}
