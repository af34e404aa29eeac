# Switch the protection of the BlueKing business
# with: http
# in: ADMIN API HEADERS LIMIT MODIFY
# ADMIN and API are HOST:PORT of the two servers. MODIFY is true where anybody may change the topology, false where the
# business is protected. The CMDB itself protects it again 6 hours after it was switched off.

probe() {
  ask="http://$API/api/v3/system/config/user_config/blueking_modify"
  http_send "$ask" "$HEADERS" '' "$LIMIT" || return
  http_good "$ask" && now=$(http_value data) || now=
  http_done
  case $now in true | false) ;; *)
    echo "the CMDB does not say whether its BlueKing business is protected" >&2
    return 20
    ;;
  esac
  [ "$now" != "$MODIFY" ] || return 0
  echo "modify: $now -> $MODIFY"
  return 1
}

change() {
  set_to "$MODIFY"
}

undo() {
  case $MODIFY in true) set_to false ;; *) set_to true ;; esac
}

set_to() {
  switch="http://$ADMIN/migrate/v3/migrate/system/user_config/blueking_modify/$1"
  http_send "$switch" "$HEADERS" '' "$LIMIT" || return
  http_good "$switch" && good=yes || good=
  http_done
  [ -n "$good" ]
}
