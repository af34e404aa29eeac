# Pauses of a wait on the host: short at first, then longer, up to a second
nap() {
  case ${nap_next-} in
    '') nap_next=0.05 ;;
    0.05) nap_next=0.1 ;;
    0.1) nap_next=0.2 ;;
    0.2) nap_next=0.4 ;;
    0.4) nap_next=0.7 ;;
    *) nap_next=1 ;;
  esac
  # POSIX has whole seconds only.
  sleep "$nap_next" 2>/dev/null || sleep 1
}
# Whole seconds since the start of the machine: a clock that nobody sets.
nap_clock() {
  read -r nap_seconds _ </proc/uptime
  echo "${nap_seconds%.*}"
}
