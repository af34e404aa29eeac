# Print the members of an etcd cluster, their health and the leader
# in: ENDPOINTS CACERT CERT KEY
# ENDPOINTS are client URLs, from which the list comes. Then each member is asked for itself, all at once. A member is
# healthy when it commits a proposal. Without a leader nobody commits: then those that answer count, for they are
# what a repair needs.
ctl() {
  ETCDCTL_API=3 etcdctl ${CACERT:+"--cacert=$CACERT"} ${CERT:+"--cert=$CERT"} ${KEY:+"--key=$KEY"} \
    --dial-timeout=2s --command-timeout=3s "$@" </dev/null
}
probe() {
  command -v etcdctl >/dev/null || { echo 'etcdctl is not installed here' >&2; return 20; }
  list=$(ctl --endpoints="$(printf '%s' "$ENDPOINTS" | tr ' ' ',')" member list) || return 20
  # `ID, started, NAME, PEER-URLS, CLIENT-URLS, LEARNER`; between two URLs is a comma without a blank.
  lines=$(printf '%s\n' "$list" | awk -F ', ' '{ print ($3 == "" ? "-" : $3) "|" $4 "|" $5 "|" ($6 == "true" ? "learner" : "voter") }')
  said=$(each commits)
  # At the beginning of a line: a member can be called `leader`, too.
  if printf '%s\n' "$said" | grep -q '^leader '; then
    printf '%s\n' "$said"
  else
    each answers && echo 'quorate no'
  fi
}
# each TEST: a line for each member that TEST finds up or down.
each() {
  {
    while IFS='|' read -r name peers clients vote; do
      one "$1" "$name" "$vote" "$peers,$clients" "$clients" &
    done <<LINES
$lines
LINES
    wait
  } | sort
}
# one TEST NAME VOTE ALL-URLS CLIENT-URLS
one() {
  up=down
  for url in $(printf '%s' "$5" | tr ',' ' '); do
    ! "$1" "$url" "$2" || { up=up && break; }
  done
  printf 'member %s %s %s %s\n' "$up" "$3" "$2" "$(printf '%s' "$4" | tr ',' ' ')"
}
# Whether the member $2 at $1 commits; says when it leads: the fifth column, from etcdctl 3.6 on the ninth.
commits() {
  ctl --endpoints="$1" endpoint health >/dev/null 2>&1 || return 1
  ! ctl --endpoints="$1" endpoint status 2>/dev/null | grep -Eq '^([^,]*, ){4}(([^,]*, ){4})?true,' || echo "leader $2"
}
answers() {
  ctl --endpoints="$1" endpoint status >/dev/null 2>&1
}
