# Print the members of an etcd cluster, their health and the leader
# in: ENDPOINTS CACERT CERT KEY
# ENDPOINTS are client URLs: the first that answers gives the list. Each member is then asked for itself. A member is
# healthy when it commits a proposal, so only while the cluster has a leader.
ctl() {
  ETCDCTL_API=3 etcdctl ${CACERT:+"--cacert=$CACERT"} ${CERT:+"--cert=$CERT"} ${KEY:+"--key=$KEY"} \
    --dial-timeout=2s --command-timeout=3s "$@" </dev/null
}
probe() {
  command -v etcdctl >/dev/null || { echo 'etcdctl is not installed here' >&2; return 20; }
  list=
  for endpoint in $ENDPOINTS; do
    ! list=$(ctl --endpoints="$endpoint" member list) || break
    list=
  done
  [ -n "$list" ] || { echo 'no endpoint of etcd answers' >&2; return 20; }
  # `ID, started, NAME, PEER-URLS, CLIENT-URLS, LEARNER`
  leader=
  lines=$(printf '%s\n' "$list" | awk -F ', *' '{ print ($3 == "" ? "-" : $3) "|" $4 "|" $5 "|" ($6 == "true" ? "learner" : "voter") }')
  while IFS='|' read -r name peers clients vote; do
    health=down
    for client in $(printf '%s' "$clients" | tr ',' ' '); do
      ctl --endpoints="$client" endpoint health >/dev/null 2>&1 || continue
      health=up
      case $(ctl --endpoints="$client" endpoint status 2>/dev/null) in *', true, '[ft]*) leader=$name ;; esac
      break
    done
    printf 'member %s %s %s %s\n' "$health" "$vote" "$name" "$(printf '%s' "$peers,$clients" | tr ',' ' ')"
  done <<LINES
$lines
LINES
  if [ -n "$leader" ]; then echo "leader $leader"; else echo 'quorate no'; fi
}
