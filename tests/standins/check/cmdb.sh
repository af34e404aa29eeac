# shellcheck shell=bash disable=SC2154
# The CMDB, and the tools that change its topology. Part of check.sh, which sets $here, $work, `on`, `expect` and `order`.
STANDIN_ROOT=$work/control "$here/cmdb_api" serve 0 >"$work/port" &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
until [ -s "$work/port" ]; do sleep 0.05; done
STANDIN_CMDB_PORT=$(cat "$work/port")
export STANDIN_CMDB_PORT
# ask URL BODY - a request as the control machine sends it to the CMDB; the answer is in $work/page.
ask() {
  local config
  config=$(printf 'url = "http://%s"\nrequest = "POST"\nheader = "BK_USER: admin"\nheader = "HTTP_BLUEKING_SUPPLIER_ID: 0"\ndata = "%s"' "$1" "${2//\"/\\\"}")
  # shellcheck disable=SC2016 # expanded by the inner shell
  on control bash -c 'printf "%s\n" "$1" | curl -q -sS -K - -o "$2" -w "%{http_code}" && cat "$2"' bash "$config" "$work/page"
}
esb=paas.service.consul:80/api/c/compapi/v2/cc
own='"bk_app_code":"bk_paas","bk_app_secret":"made-up-app&secret=1","bk_biz_id":2'
migrate=10.0.0.13:9000/migrate/v3/migrate/system/user_config/blueking_modify
config=10.0.0.13:9001/api/v3/system/config/user_config/blueking_modify
ask $esb/list_set_template/ "{$own,\"page\":{\"start\":0,\"limit\":2}}"; expect 'cmdb_api: a page of a list' 0 '200{"result": true' '"count": 5' jobv3 '!gse'
ask $esb/list_set_template/ '{"bk_app_code":"bk_paas","bk_app_secret":"no","bk_biz_id":2}'; expect 'cmdb_api: a wrong secret is HTTP 200' 0 '200{"result": false' 'authentication failed'
ask $esb/batch_delete_set/ "{$own,\"delete\":{\"inst_ids\":[20]}}"; expect 'cmdb_api: the business is protected' 0 '"result": false' 'can not be deleted'
ask $migrate/maybe ''; expect 'cmdb_api: the switch takes true or false' 0 '400{"result": false'
ask $migrate/true ''; expect 'cmdb_api: the switch' 0 '200{"result": true' 'modify system user config success'
ask $config ''; expect 'cmdb_api: says that it is on' 0 '"data": true'
ask $esb/batch_delete_set/ "{$own,\"delete\":{\"inst_ids\":[20]}}"; expect 'cmdb_api: a set with hosts stays' 0 '"result": false' 'have hosts'
ask $esb/transfer_host_to_idlemodule/ "{$own,\"bk_host_id\":[1,2,3]}"; expect 'cmdb_api: hosts go to the idle module' 0 '"result": true'
ask $esb/batch_delete_set/ "{$own,\"delete\":{\"inst_ids\":[20,21,22,23,24]}}"; expect 'cmdb_api: then sets can be deleted' 0 '"result": true'
printf 'list_biz_hosts html\n* refused\n' >"$STANDIN_SHARED/cmdb_api/faults"
ask $esb/list_biz_hosts/ "{$own}"; expect 'cmdb_api: the page of a proxy is HTTP 200' 0 '200<html>'
ask $config ''; expect 'cmdb_api: no answer' 52 'Empty reply from server'
rm "$STANDIN_SHARED/cmdb_api/faults"
tool=$work/control/data/install/bin/create_blueking_set.py
on control "$work/control/opt/py36/bin/python" "$tool" -c bk_paas -t 'made-up-app&secret=1' --delete
expect 'create_blueking_set: deletes all templates' 0 'delete service_template success' 'delete template successful'
on control "$work/control/data/install/bkcli" initdata topo; expect 'bkcli: initdata topo' 0 'Host -> [10.0.0.11]  registered success'
on control "$work/control/data/install/bkcli" initdata topo; expect 'bkcli: a second one stops at the first template' 1 'update failed'
on control "$work/control/data/install/bkcli" initdata topo 1; expect 'bkcli: unless it only moves the hosts' 0 registered
