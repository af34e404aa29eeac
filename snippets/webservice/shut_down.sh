# Shut a node's VM down, from firstbox
# in: NODE PHYSICAL
# XX.8: ssh ends with 255 when the far end goes away; whether the VM is off is asked on its physical host.
login() {
  ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$@"
}
change() {
  code=0
  login "$NODE" shutdown -h now || code=$?
  case $code in 0 | 255) ;; *) return "$code" ;; esac
}
undo() {
  login "$PHYSICAL" virsh start "$NODE"
}
undone() {
  now=$(login "$PHYSICAL" virsh domstate "$NODE" | head -n 1)
  case $now in
    running) ;;
    'shut off') return 1 ;;
    *) echo "$NODE is ${now:-unknown} on $PHYSICAL" >&2; return 20 ;;
  esac
}
