# Print each listening socket: protocol, address, port, program
# IPv4 and IPv6 of one program are two lines; no line has a process number.
probe() {
  if [ "$(id -u)" != 0 ]; then
    echo "only root sees the programs behind the ports" >&2
    return 20
  fi
  listening=$(ss -H -l -n -t -p) || return 21
  printf '%s\n' "$listening" | awk '
    NF >= 4 {
      port = $4; sub(/.*:/, "", port)
      address = substr($4, 1, length($4) - length(port) - 1)
      program = "-"
      if (match($0, /\(\("[^"]*"/)) program = substr($0, RSTART + 3, RLENGTH - 4)
      print "tcp", address, port, program
    }' | sort -u
}
