# Change the management address of a node, from firstbox
# in: NODE FROM INTO INTERFACES KNOWN
# Edits and restarts the node through its present address. KNOWN is firstbox's known_hosts.
login() {
  ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$@"
}
probe() {
  name=$(login "$INTO" hostname 2>&1) || { echo "$INTO does not answer: $name"; return 1; }
  [ "$name" = "$NODE" ] || { echo "$INTO is $name, not $NODE" >&2; return 20; }
}
change() {
  readdress "$FROM" "$INTO"
}
undo() {
  readdress "$INTO" "$FROM"
}
readdress() {
  name=$(login "$1" hostname)
  [ "$name" = "$NODE" ] || { echo "$1 is $name, not $NODE; not changed" >&2; return 20; }
  trust "$1" "$2"
  # After an interruption it continues with the restart.
  if names "$1" "$1"; then
    login "$1" "sed -i -E 's:^( *address +)$(dots "$1")(/.*)?\$:\\1$2\\2:' $INTERFACES"
  fi
  names "$1" "$2" || { echo "$INTERFACES of $NODE has no line with address $1" >&2; return 21; }
  # The floating IP moves first: clients would notice the stopped programs under it.
  login "$1" '! systemctl is-active --quiet keepalived || systemctl stop keepalived'
  login "$1" supervisorctl stop all || :
  # ssh ends with 255 when the far end goes away.
  code=0
  login "$1" shutdown -r now || code=$?
  case $code in 0 | 255) ;; *) return "$code" ;; esac
}
dots() {
  printf %s "$1" | sed 's/\./[.]/g'
}
# Whether the node at the first address has a line with the second.
names() {
  login "$1" "grep -Eq '^ *address +$(dots "$2")(/|\$)' $INTERFACES"
}
# The machine and its host key stay: a key trusted at one address is trusted at the other.
trust() {
  [ -f "$KNOWN" ] || return 0
  ! ssh-keygen -F "$2" -f "$KNOWN" >/dev/null || return 0
  keys=$(ssh-keygen -F "$1" -f "$KNOWN" | awk -v name="$2" '!/^#/ && NF > 2 { print name, $2, $3 }')
  [ -z "$keys" ] || printf '%s\n' "$keys" >>"$KNOWN"
}
