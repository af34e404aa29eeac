# Shut down a node's VM, from firstbox
# with: nap
# in: NODE ADDRESS PHYSICAL FORCE
# ADDRESS is that of the old VM: its name may already resolve to the temporary address. FORCE is the number of
# seconds before the VM is switched off, or empty: never.
# ssh ends with 255 when the far end goes away; the physical host shows whether the VM is off (XX.8).
login() {
  ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$@"
}
node() {
  login -o HostName="$ADDRESS" -o HostKeyAlias="$NODE" "$NODE" "$@"
}
change() {
  # Before the command was sent, 255 is an error, unless FORCE is set; afterwards it means nothing (X0.13).
  if name=$(node hostname); then
    [ "$name" = "$NODE" ] || { echo "$ADDRESS is $name, not $NODE; not changed" >&2; return 20; }
    code=0
    node shutdown -h now || code=$?
    case $code in 0 | 255) ;; *) return "$code" ;; esac
  elif [ -z "$FORCE" ]; then
    echo "nothing was sent: $NODE cannot be reached at $ADDRESS" >&2
    return 1
  fi
  [ -n "$FORCE" ] || return 0
  limit=$(($(nap_clock) + FORCE))
  until [ "$(state)" = 'shut off' ]; do
    [ "$(nap_clock)" -lt "$limit" ] || { login "$PHYSICAL" virsh destroy "$NODE"; return; }
    nap
  done
}
state() {
  now=$(login "$PHYSICAL" virsh domstate "$NODE") || return
  printf '%s\n' "$now" | head -n 1
}
undo() {
  login "$PHYSICAL" virsh start "$NODE"
}
undone() {
  now=$(state) || now=unknown
  case $now in
    running) ;;
    'shut off') return 1 ;;
    *) echo "$NODE is ${now:-unknown} on $PHYSICAL" >&2; return 20 ;;
  esac
}
