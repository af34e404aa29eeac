# Shut a node's VM down, from firstbox
# in: NODE ADDRESS PHYSICAL FORCE
# ADDRESS is where the old VM is: firstbox may know its name with the temporary address already. FORCE is how many
# seconds it may take until it is switched off, or empty: it never is.
# XX.8: ssh ends with 255 when the far end goes away; whether the VM is off is asked on its physical host.
login() {
  ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$@"
}
node() {
  login -o HostName="$ADDRESS" -o HostKeyAlias="$NODE" "$NODE" "$@"
}
change() {
  # X0.13: before the command was sent, 255 is an error, unless it is switched off anyway; afterwards it tells nothing.
  if name=$(node hostname); then
    [ "$name" = "$NODE" ] || { echo "$ADDRESS is $name, not $NODE; it was left alone" >&2; return 20; }
    code=0
    node shutdown -h now || code=$?
    case $code in 0 | 255) ;; *) return "$code" ;; esac
  elif [ -z "$FORCE" ]; then
    echo "nothing was sent: $NODE cannot be reached at $ADDRESS" >&2
    return 1
  fi
  [ -n "$FORCE" ] || return 0
  waited=0
  until [ "$(state)" = 'shut off' ]; do
    [ "$waited" -lt "$FORCE" ] || { login "$PHYSICAL" virsh destroy "$NODE"; return; }
    sleep 1
    waited=$((waited + 1))
  done
}
state() {
  login "$PHYSICAL" virsh domstate "$NODE" | head -n 1
}
undo() {
  login "$PHYSICAL" virsh start "$NODE"
}
undone() {
  now=$(state)
  case $now in
    running) ;;
    'shut off') return 1 ;;
    *) echo "$NODE is ${now:-unknown} on $PHYSICAL" >&2; return 20 ;;
  esac
}
