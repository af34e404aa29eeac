#!/usr/bin/env bash
# Self-test of the stand-ins, on made-up hosts below a temporary directory: no network, no real unit, nothing left.
# Prints `ok` or `FAILED` per sentence and ends with `N passed, N failed`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STANDIN_SHARED=$work/shared
passed=0 failed=0 out='' code=0

# on HOST COMMAND... - run a command as on that host; its output is in $out, its code in $code.
on() {
  local root=$work/$1
  local -a run=(env STANDIN_ROOT="$root" STANDIN_LIB="$root/usr/lib/standins" STANDIN_HOST="$1" PATH="$root/usr/local/sbin:$root/usr/local/bin:$root/usr/bin:$root/usr/sbin:$PATH")
  shift
  out=$("${run[@]}" "$@" 2>&1 </dev/null)
  code=$?
}

# expect SENTENCE CODE [TEXT...] - the last command gave this code and each text (`!TEXT`: not that one).
expect() {
  local sentence=$1 want=$2 wrong='' text
  shift 2
  [ "$code" = "$want" ] || wrong="exit $code, expected $want"
  for text in "$@"; do
    case $text in
      !*) [[ $out != *"${text#!}"* ]] || wrong="output has: ${text#!}" ;;
      *) [[ $out == *"$text"* ]] || wrong="output lacks: $text" ;;
    esac
  done
  if [ -z "$wrong" ]; then
    passed=$((passed + 1)) && echo "ok      $sentence"
  else
    failed=$((failed + 1)) && printf 'FAILED  %s: %s\n%s\n' "$sentence" "$wrong" "$out"
  fi
}

order() { mkdir -p "$work/$1/var/lib/standins/fail" && cat >"$work/$1/var/lib/standins/fail/$2"; }

for place in 'paas1 paas' 'control control' 'firstbox firstbox' 'node1 physical' 'node2 physical' 'webservice0 webservice' 'webservice1 webservice' 'usermgr1 usermgr' 'redis1 redis_cluster' 'paas1 monitorv3_monitor' 'paas3 log_api' 'paas2 mongodb' 'paas3 mysql' 'job1 job'; do
  # shellcheck disable=SC2086 # name and role
  "$here/seed" "$work/${place% *}" $place || exit
done
# The packages of 6.2, unpacked.
cp -R "$here/../package/src/." "$work/control/data/src/"

esb=bk-paas-esb.service
on paas1 systemctl is-active $esb; expect 'systemctl: a fixture unit is active' 0 active
on paas1 systemctl is-enabled $esb; expect 'systemctl: and enabled' 0 enabled
on paas1 systemctl status bk-paas-esb; expect 'systemctl: status of an active unit is 0' 0 'Active: active'
on paas1 systemctl disable --now $esb gone.service
expect 'systemctl: one missing unit fails the whole call' 1 'Failed to disable unit: Unit file gone.service does not exist.'
on paas1 systemctl is-active $esb; expect 'systemctl: and nothing was changed by it' 0 active
on paas1 systemctl disable --now $esb; expect 'systemctl: disable --now' 0 Removed
on paas1 systemctl disable --now $esb; expect 'systemctl: a second time is fine and silent' 0 '!Removed'
on paas1 systemctl status $esb; expect 'systemctl: status of a stopped unit is 3' 3 'Active: inactive'
on paas1 systemctl is-enabled $esb; expect 'systemctl: is-enabled of a disabled unit is 1' 1 disabled
on paas1 systemctl show -p LoadState,ActiveState $esb; expect 'systemctl: show' 0 LoadState=loaded ActiveState=inactive
rm "$work/paas1/usr/lib/systemd/system/$esb"
on paas1 systemctl show -p LoadState --value $esb; expect 'systemctl: a removed file stays loaded' 0 loaded
on paas1 systemctl daemon-reload; expect 'systemctl: daemon-reload' 0
on paas1 systemctl show -p LoadState --value $esb; expect 'systemctl: until daemon-reload' 0 not-found
on paas1 systemctl status $esb; expect 'systemctl: status of a removed unit is 4' 4 'could not be found'
on paas1 systemctl start $esb; expect 'systemctl: it cannot be started' 5 'not found'
on paas1 systemctl stop $esb; expect 'systemctl: nor stopped' 5 'not loaded'
echo X-Standin-Refuse=stop >>"$work/paas1/usr/lib/systemd/system/bk-paas-login.service"
on paas1 systemctl disable --now bk-paas-login.service; expect 'systemctl: a unit may refuse to stop' 4 'Operation refused'
on paas1 systemctl is-active -q bk-paas-login; expect 'systemctl: and then still runs' 0 '!active'
on paas1 systemctl list-unit-files 'bk-paas-*'; expect 'systemctl: list-unit-files takes a pattern' 0 bk-paas-apigw.service '!keepalived'

printf 'code=1\nmessage=Access denied\nonly=bk-paas-paas.service\nonce=yes\n' | order paas1 systemctl
on paas1 systemctl stop bk-paas-apigw; expect 'failing on demand: other arguments pass' 0
on paas1 systemctl stop bk-paas-paas.service; expect 'failing on demand: this one does not' 1 'Access denied'
on paas1 systemctl stop bk-paas-paas.service; expect 'failing on demand: only once' 0
on paas1 cat "$work/paas1/var/lib/standins/log/systemctl.log"; expect 'the log holds the arguments' 0 "systemctl 'disable' '--now'"

login=". $work/paas1/usr/bin/virtualenvwrapper.sh;"
on paas1 bash -c "$login rmvirtualenv open_paas-esb && lsvirtualenv"; expect 'rmvirtualenv removes' 0 'Removing open_paas-esb' '!open_paas-esb/bin' open_paas-login
on paas1 bash -c "$login rmvirtualenv open_paas-esb open_paas-login"; expect 'rmvirtualenv fails on a missing name' 1 'Did not find environment'
on paas1 bash -c "$login lsvirtualenv"; expect 'and leaves the names after it alone' 0 open_paas-login '!open_paas-esb'
on paas1 bash -c "$login workon open_paas-login && echo \$VIRTUAL_ENV"; expect 'workon' 0 .envs/open_paas-login
on paas1 bash -c "$login workon nothing"; expect 'workon fails on a missing name' 1 'does not exist'

bkcli=$work/control/data/install/bkcli
on control "$bkcli" status paas; expect 'bkcli: status is 0 even when nothing is there' 0 $'bk-paas.service\tnot-found'
on control "$bkcli" check paas; expect 'bkcli: check before the installation' 1 '10.0.0.11: check_paas_esb false'
on control "$bkcli" install paas; expect 'bkcli: no install without sync' 1 'not synced'
on control "$bkcli" sync paas; expect 'bkcli: sync names the hosts of the module' 0 10.0.0.11 10.0.0.12 10.0.0.13
on control "$bkcli" install paas; expect 'bkcli: install' 0 'install open_paas 2.14.20 done'
on control "$bkcli" status paas; expect 'bkcli: status' 0 $'bk-paas.service\tactive\tpid' '!not-found'
on control "$bkcli" check paas; expect 'bkcli: check' 0 '10.0.0.13: check_paas_paas true' '!false'
on paas1 cat "$work/paas1/data/bkce/open_paas/VERSION"; expect 'a paas host sees the installed version' 0 2.14.20
on paas1 systemctl is-active bk-paas.service; expect 'and the new unit' 0 active
echo '10.0.0.12 bk-paas.service failed' >"$STANDIN_SHARED/paas/status"
echo 1 >"$STANDIN_SHARED/paas/warmup"
on control "$bkcli" check paas; expect 'bkcli: warming up' 1 false '!true'
on control "$bkcli" status paas; expect 'bkcli: a failed unit, still rc 0' 0 failed
on control "$bkcli" check nginx; expect 'bkcli: check knows only some modules' 1 'not supported'

on paas1 docker inspect --type container --format '{{.State.Status}}' bk-monitor; expect 'docker: no container before the installation' 1 'No such container: bk-monitor'
on control "$bkcli" check bkmonitorv3; expect 'bkcli: check of the 6.1 monitoring' 1 'check_bkmonitorv3_monitor false'
on control "$bkcli" sync bkmonitorv3
on control "$bkcli" install bkmonitorv3; expect 'bkcli: monitoring is a container' 0 'install bkmonitorv3 3.8.12 done'
on control "$bkcli" status bkmonitorv3; expect 'bkcli: status asks every host for every project' 0 $'bk-monitor.service\tactive' $'bk-transfer.service\tnot-found' $'bk-monitor.service\tnot-found'
on control "$bkcli" check bkmonitorv3; expect 'bkcli: check of a container enters a removed environment' 1 "Environment 'bkmonitorv3-monitor' does not exist" '[FAILURE]'
on paas1 docker inspect --type container --format '{{.State.Status}}' bk-monitor; expect 'docker: inspect' 0 running
on paas1 docker inspect --type container --format '{{.Image}}' bk-monitor; expect 'docker: the image' 0 sha256:
on paas1 docker exec bk-monitor ./bin/manage.sh init_space_data; expect 'docker: exec' 0 'space data done'
on paas1 docker exec bk-monitor ./bin/nothing; expect 'docker: exec of a missing program' 127 'no such file or directory'
on paas1 docker exec bk-monitor ./bin/api_manage.sh iam_upgrade_action_v2; expect 'docker: a migration without its files fails with 0' 0 Sorry '!Congratulations'
monitor=/data/bkce/bkmonitorv3/monitor files=$STANDIN_SHARED/bkmonitorv3/bkmonitorv3/support-files
on paas1 docker cp "$files/iam" bk-monitor:$monitor/a/b; expect 'docker: cp makes no parent' 1 'Could not find the file'
on paas1 docker cp "$files" bk-monitor:$monitor/support-files; expect 'docker: cp of a directory' 0
on paas1 docker cp "$files" bk-monitor:$monitor/support-files
on paas1 docker exec bk-monitor test -d $monitor/support-files/support-files; expect 'docker: cp of a directory nests the second time' 0
on paas1 docker cp "$files/." bk-monitor:$monitor/support-files; expect 'docker: cp of the content' 0
on paas1 docker exec bk-monitor ./bin/api_manage.sh iam_upgrade_action_v2; expect 'docker: a migration' 0 Congratulations '!Sorry'
echo exited >"$STANDIN_SHARED/bkmonitorv3/bk-monitor/status"
on paas1 docker exec bk-monitor ./bin/manage.sh init_space_data; expect 'docker: exec in a stopped container' 1 'is not running'
on control "$bkcli" sync bklog
on control "$bkcli" install bklog; expect 'bkcli: and the log platform' 0 'install bklog 4.6.9 done'
on paas3 docker exec bk-log-api bash -lc 'source bin/environ.sh; /cache/.bk/env/bin/python3 manage.py iam_upgrade_action_v2'; expect 'docker: exec of a shell' 0 'report.bkmonitorv3.service.consul' 'Name or service not known' Sorry

on usermgr1 systemctl is-active bk-usermgr.service; expect 'the old user management runs' 0 active
on control "$bkcli" status usermgr; expect 'bkcli: and is no unit of 6.2 yet' 0 not-found
rm "$work/usermgr1/usr/lib/systemd/system/bk-usermgr.service"
on control "$bkcli" sync usermgr; on control "$bkcli" install usermgr; expect 'bkcli: the new one has its name' 0 'install usermgr 2.5.4 done'
on usermgr1 systemctl daemon-reload
on usermgr1 systemctl cat bk-usermgr.service; expect 'and runs a container' 0 'docker start'
touch "$STANDIN_SHARED/nodeman/half"
on control "$bkcli" sync nodeman; on control "$bkcli" install nodeman; expect 'bkcli: half a module is no failure for it' 0 'done'
on control "$bkcli" status nodeman; expect 'bkcli: but status shows it' 0 $'bk-nodeman.service\tinactive'
on control "$bkcli" start nodeman; on control "$bkcli" status nodeman; expect 'bkcli: start starts it' 0 $'\tactive'
on control "$bkcli" stop nodeman; on control "$bkcli" status nodeman; expect 'bkcli: stop stops it' 0 $'\tinactive'
echo '[ERROR] made-up fault' >"$STANDIN_SHARED/nodeman/says-install"
on control "$bkcli" install nodeman; expect 'bkcli: an error line, and still 0' 0 '[ERROR] made-up fault'
on control "$bkcli" initdata nodeman; expect 'bkcli: initdata' 0 'initdata nodeman done'
on control "$bkcli" install nosuch; expect 'bkcli: an unknown module' 1 'does not play this module'
mkdir -p "$STANDIN_SHARED/saas"; echo 1 >"$STANDIN_SHARED/saas/bk_sops.slow"
on control "$bkcli" install saas-o bk_sops; expect 'bkcli: a deployment may time out' 1 'timed out after 600s'
version="select version from open_paas.paas_saas_app join open_paas.paas_saas_app_version v on paas_saas_app.current_version_id = v.id where code = 'bk_sops';"
on control mysql --login-path=default-root -Nse "$version"; expect 'mysql: the version of an application' 0 3.25.9
touch -d '+1 hour' "$work/control/data/src/official_saas/bk_sops_V3.9.20.tar.gz"
on control "$bkcli" install saas-o bk_sops; expect 'bkcli: the newest file is deployed' 0 'deploy bk_sops_V3.9.20.tar.gz'
on control mysql --login-path=default-root -Nse "$version"; expect 'mysql: and then known' 0 3.9.20
hook=$work/control/data/install/bkcli.d/sync-nosuch
# shellcheck disable=SC2016 # expanded by bkcli
mkdir -p "${hook%/*}" && echo 'echo "hook of $verb $module in $home"' >"$hook" && chmod +x "$hook"
on control "$bkcli" sync nosuch; expect 'bkcli: a hook takes the place of a verb and module' 0 "hook of sync nosuch in $work/control/data/install"

bk_install=$work/control/data/install/bk_install
printf '10.0.0.11 paas,apigw\n10.0.0.12 appo,iam_search_engine\n10.0.0.13 etcd,redis_cluster\n' >"$work/control/data/install/install.config"
rm "$work/control/data/install/.agreed"
on control "$bk_install" apigw; expect 'bk_install: asks for the agreement' 1 'license agreement' 'no answer'
touch "$work/control/data/install/.agreed"
on control "$bk_install" apigw; expect 'bk_install: installs what the module needs' 0 'install etcd done' 'install apisix done'
on control "$bk_install" apigw; expect 'bk_install: skips what is done, with 0' 0 'install apisix has been performed without FATAL stat...  skip'
on control "$bkcli" status apisix; expect 'bk_install: APISIX has a status of its own' 0 $'apisix.service\tactive'
on control "$bk_install" iam_search_engine; on control "$bk_install" iam_search_engine
on control grep -c SECRET "$work/control/data/install/bin/03-userdef/bkiam_search_engine.env"; expect 'bk_install: appends its secret at every run' 0 2
redis() { on redis1 bash -c "printf '%s\n' '$1' 'CLUSTER INFO' | redis-cli -h 127.0.0.1 -p 6385"; }
redis 'AUTH "made=up&redis#word"'; expect 'redis-cli: no server yet' 1 'Connection refused'
on control "$bkcli" install redis_cluster
redis 'AUTH "made=up&redis#word"'; expect 'redis-cli: a cluster' 0 cluster_state:ok cluster_slots_ok:16384
redis 'AUTH "wrong"'; expect 'redis-cli: a wrong password' 0 NOAUTH '!cluster_state'

pip=$work/control/opt/py36/bin/pip3 python=$work/control/opt/py36/bin/python3
script=$work/control/usr/lib/standins/mirror/migrate_subject_system_group.py
migrate() { on control "$python" "$script" -H 10.0.0.13 -P 3306 -u root "--password=$1" -D bkiam "$2"; }
migrate x check; expect 'migrate_subject_system_group: not without PyMySQL' 1 "No module named 'pymysql'"
on control bash -c "echo PyMySQL==1.0.2 | $pip install --no-deps -r /dev/stdin"; expect 'pip3: a fetched package needs its hash' 99 'needs its hash'
on control bash -c "echo PyMySQL==1.0.2 --hash=sha256:0 | $pip install --no-index --require-hashes -r /dev/stdin"; expect 'pip3: nothing comes without the index' 1 'No matching distribution'
on control "$pip" install --no-index --no-deps /nowhere.whl; expect 'pip3: a wheel must be there' 1 'Invalid wheel'
on control bash -c "echo PyMySQL==1.0.2 --hash=sha256:0 | $pip install --require-hashes -r /dev/stdin"; expect 'pip3: installs' 0 'Successfully installed'
migrate wrong check; expect 'migrate_subject_system_group: a wrong password' 1 '1045, "Access denied'
migrate 'made=up&mysql word' check; expect 'migrate_subject_system_group: check before migrate' 1 'table not exists'
migrate 'made=up&mysql word' migrate; expect 'migrate_subject_system_group: migrate' 0 'INFO:root:start migrate'
migrate 'made=up&mysql word' check; expect 'migrate_subject_system_group: check' 0 'check completed, all data migrate completed'
echo '2109 bk_sops' >>"$STANDIN_SHARED/bkiam/subject_groups"
migrate 'made=up&mysql word' check; expect 'migrate_subject_system_group: a group since then' 1 'group 2109 system_id bk_sops auth type not exists'
migrate 'made=up&mysql word' show; expect 'migrate_subject_system_group: only two actions' 1 'only support migrate/check action'
on control cat "$work/control/var/lib/standins/log/migrate_subject_system_group.py.log"; expect 'its log has the arguments of the process' 0 "--password=made=up&mysql word" environment:
on control "$pip" uninstall -y PyMySQL; expect 'pip3: uninstalls' 0

printf '10.0.0.11 gse\n10.0.0.13 job\n' >"$work/control/data/install/install.config"
yq=$work/control/data/install/bin/yq template="$work/control/data/src/job/support-files/templates/#etc#job#job-common#application.yml"
on control "$yq" --version; expect 'yq: version 4' 0 'mikefarah/yq/) version v4.'
on control "$yq" .job.features.gseV2.enabled "$template"; expect 'yq: reads a value' 0 true
on control "$yq" -i '.job.features.gseV2.enabled = false' "$template"; expect 'yq: changes it' 0
on control "$yq" .job.features.gseV2.enabled "$template"; expect 'yq: and only it' 0 false
on control "$yq" .job.features.ipv6.enabled "$template"; expect 'yq: not its neighbour' 0 false
on control grep -c '#' "$template"; expect 'yq: comments stay' 0 4
on control "$yq" .job.nothing "$template"; expect 'yq: no such key' 0 null
on control "$here/yq_python" --version; expect 'yq of Python: another version' 0 'yq 3.1.0' '!mikefarah'
on control "$here/yq_python" -i '.job.features.gseV2.enabled = false' "$template"; expect 'yq of Python: refuses -i' 1 'can only be used with -y/-Y'

# The hooks: tests/standins/bkcli.d/sync-job, tests/standins/bkcli.d/upgrade-job, tests/standins/bkcli.d/install-gse.
upgrader() { on job1 "$work/job1/usr/bin/java" -Dfile.encoding=utf8 "-Dconfig.file=$work/job1/data/bkce/etc/job/upgrader/upgrader.properties" "$@"; }
jar=$STANDIN_SHARED/job/src/backend/upgrader-3.7.5.jar
upgrader -jar "$jar" 3.5.1 3.7.5 BEFORE_UPDATE_JOB; expect 'java: no jar' 1 'Unable to access jarfile'
on control "$bkcli" sync job; expect 'bkcli: sync brings the upgrader' 0 10.0.0.13
upgrader -Djob.manage.server.address=x:1 -jar "$jar" 3.5.1 3.7.5; expect 'upgrader: three words' 0 Usage
upgrader -Djob.manage.server.address=x:1 -jar "$jar" 3.5.1 3.7.5 AFTER_UPDATE_JOB; expect 'upgrader: a failed task is exit 0' 0 '0 of 1 upgradeTasks finished successfully'
upgrader -jar "$jar" 3.5.1 3.7.5 BEFORE_UPDATE_JOB; expect 'upgrader: asks for an address' 0 'Please input job.manage.server.address' 'others failed'
upgrader -Djob.manage.server.address=x:1 -jar "$jar" 3.5.1 3.7.5 BEFORE_UPDATE_JOB; expect 'upgrader: before the upgrade' 0 'All 1 upgradeTasks finished successfully'
on control "$bkcli" upgrade job; expect 'bkcli: upgrade of job needs yq' 1 'yq failed'
install -D "$here/yq_v4" "$work/control/usr/local/bin/yq"
on control "$bkcli" upgrade job; expect 'bkcli: upgrade of job' 0 'install job 3.7.5 done'
on control cat "$STANDIN_SHARED/job/form" "$STANDIN_SHARED/job/gse_v2"; expect 'bkcli: the light form without BK_JOB_RUN_MODE, and the switch of the template' 0 light false
upgrader -Djob.manage.server.address=x:1 -jar "$jar" 3.5.1 3.7.5 BEFORE_UPDATE_JOB; expect 'upgrader: too late' 0 'others failed'
upgrader -Djob.manage.server.address=x:1 -jar "$jar" 3.5.1 3.7.5 AFTER_UPDATE_JOB; expect 'upgrader: after the upgrade' 0 'All 1 upgradeTasks'
upgrader -Djob.manage.server.address=x:1 -jar "$jar" 3.5.1 3.7.5 MAKE_UP; expect 'upgrader: nothing to do' 0 'No matched upgradeTasks'
on control "$bkcli" sync gse; expect 'bkcli: sync gse' 0 10.0.0.11
on control "$bkcli" install gse; expect 'bkcli: install gse prints what the document shows' 0 'install gse 2.1.2 done' 'code: 50100' 'apis/bk-gse/sdk/'

env_call="cd $work/control/data/install && source tools.sh && add_saas_environment"
on control bash -c "cd / && source $work/control/data/install/tools.sh"; expect 'tools.sh needs its directory' 1 'load_env.sh'
on control bash -uc "$env_call && echo \"\${unset_name}done\""; expect 'tools.sh leaves set +u behind' 0 'done'
on control bash -c "$env_call"; expect 'add_saas_environment may be repeated' 0
on control mysql --login-path=default-root -Nse 'select count(*) from open_paas.paas_app_envvars'; expect 'and adds nothing twice' 0 4
on control mysql -Nse "SELECT name, value FROM open_paas.paas_app_envvars WHERE app_code='bk_sops'"
expect 'mysql: one application' 0 $'BKAPP_REDIS_PASSWORD\tmade up & quoted' '!BK_IAM'
on control mysql -Ne 'drop database open_paas'; expect 'mysql: plays nothing else' 1 'ERROR 1064'

# shellcheck disable=SC2016 # back quotes of SQL
{
  my=--login-path=default-root
  on paas3 mysql $my -Nse 'SHOW DATABASES'; expect 'mysql: the databases' 0 my-test open_paas information_schema
  on paas3 mysqldump $my --master-data=2 -B -- my-test cmdb; expect 'mysqldump: each named database once' 0 'CHANGE MASTER' '`my-test`' '-- Dump completed' '!`open_paas`'
  on paas3 mysqldump $my -B --; expect 'mysqldump: no database is its usage' 1 Usage
  on paas3 mysqldump $my -B -- nope; expect 'mysqldump: an unknown database' 2 'Unknown database'
  echo 6 >"$work/paas3/var/lib/standins/mysql/cut"
  on paas3 mysqldump $my --master-data=2 -B -- cmdb; expect 'mysqldump: may be cut, as behind a pipe' 0 '!Dump completed'
  rm "$work/paas3/var/lib/standins/mysql/cut"
  echo 0 >"$work/paas3/var/lib/standins/mysql/log_bin"
  on paas3 mysqldump $my --master-data=2 -B -- cmdb; expect 'mysqldump: without a binary log, after the first lines' 2 'Binlogging on server not active' 'MySQL dump'
  rm "$work/paas3/var/lib/standins/mysql/log_bin"
  on paas3 sh -c "mysqldump $my -B -- cmdb >$work/dump && mysql $my -e 'DROP DATABASE IF EXISTS \`cmdb\`' && mysql $my <$work/dump && mysqldump $my -B -- cmdb"
  expect 'mysql: a dump is loaded again' 0 'CREATE TABLE `t`' '-- Dump completed'
  echo mariadb >"$work/paas3/var/lib/standins/mysql/client"
  on paas3 mysql $my -Nse 'SELECT 1'; expect 'mysql: MariaDB knows no login path' 7 'unknown variable'
  on paas3 mysql --defaults-file=/nowhere -Nse 'SELECT 1'; expect 'mysql: an option file that is not there' 1 'Could not open'
}

mongo="--host=10.0.0.22 --port=27017 --username=admin"
printf 'password: "made\\"up\\\\&mongo word"\n' >"$work/config"
chmod 600 "$work/config"
# shellcheck disable=SC2086 # words
{
  on paas2 mongodump --config="$work/config" $mongo --oplog --gzip --out="$work/mongo"; expect 'mongodump: a file per collection, and the oplog' 0 'done dumping cmdb.cc_HostBase' 'dumped 1 oplog entry' '!local'
  on paas2 mongorestore --config="$work/config" $mongo --oplogReplay --gzip --dryRun --dir="$work/mongo"; expect 'mongorestore: reads it' 0 '0 document(s) failed'
  : >"$work/mongo/cmdb/cc_HostBase.bson.gz"
  on paas2 mongorestore --config="$work/config" $mongo --gzip --dryRun --dir="$work/mongo"; expect 'mongorestore: a damaged file' 1 'unexpected EOF'
  on paas2 mongodump --config="$work/config" $mongo -psecret; expect 'mongodump: no password in an argument' 99
  on paas2 mongodump --config=/nowhere $mongo; expect 'mongodump: no configuration' 1 'error opening file'
  : >"$work/paas2/var/lib/standins/mongodb/set"
  on paas2 mongodump --config="$work/config" $mongo --oplog --out="$work/mongo"; expect 'mongodump: no oplog without a replica set' 1 'no documents in result'
  echo 'password: "other"' >"$work/config"
  on paas2 mongodump --config="$work/config" $mongo --out="$work/mongo"; expect 'mongodump: a wrong password' 1 AuthenticationFailed
}
control=$work/control/data/install
cp "$here/../fixtures/control/data/install/install.config" "$control/"
on control "$bkcli" install bkenv; expect 'bkenv: an empty key is printed, and the code is 1' 1 'job: BK_JOB_REDIS_PASSWORD is empty'
on control cat "$control/bin/04-final/gse.env"; expect 'bkenv: the keys that bin/default names, quoted' 0 "BK_GSE_ZK_AUTH='zkuser:made-up zk word'" "BK_GSE_AGENT_VERSION='v2'"
echo 'BK_LOST=1' >>"$control/bin/03-userdef/gse.env"
on control "$bkcli" install bkenv; expect 'bkenv: again' 1
on control cat "$control/bin/04-final/gse.env"; expect 'bkenv: and no other key' 0 '!BK_LOST'
on control bash -c ". $control/bin/02-dynamic/hosts.env && echo \"\$BK_PAAS_IP of \${#BK_PAAS_IP[@]}, \$BK_MONITORV3_MONITOR_IP0\""
expect 'bkenv: the hosts are arrays' 0 '10.0.0.11 of 3, 10.0.0.11'
touch "$STANDIN_SHARED/install/paas1.refuses"
on control "$bkcli" sync common; expect 'sync common: a host that fails, still rc 0' 0 '[FAILURE] paas1' '[SUCCESS] paas2'
on paas2 cat "$STANDIN_SHARED/install/paas2/bin/04-final/gse.env"; expect 'sync common: the files are there' 0 BK_GSE_ZK_AUTH
generate=$control/bin/generate_blueking_generate_envvars.sh
on control "$generate" dbadmin; expect 'generate_envvars: prints what is missing' 0 BK_APIGW_ETCD_PASSWORD= '!BK_REDIS_CLUSTER'
first=$out
on control "$generate" dbadmin; expect 'generate_envvars: other passwords at each call' 0 "!$first"
release=$control/bin/release_job_frontend.sh pages=$work/pages/job/frontend
mkdir -p "$work/old" "$work/pages/job"
on control "$release" -p "$work/pages" -B "$work/old" -s "$work/nothing/" -i http://x; expect 'release_job_frontend: no package' 1 'nothing//job is not there'
on control "$release" -p -B "$work/old" -s / -i; expect 'release_job_frontend: without values' 4 '-B is not there'
on control "$control/sync.sh" nginx "$work/control/data/src/job/frontend/" /data/src.bak/nowhere/frontend/; expect 'sync.sh: a failure is rc 0' 0 '[FAILURE] nginx'
on control "$control/sync.sh" nginx "$work/control/data/src/job/" /data/src/job/; expect 'sync.sh: sends to nginx' 0
on control "$release" -p "$work/pages" -B "$work/old" -s "$STANDIN_SHARED/nginx/data/src/" -i http://x; expect 'release_job_frontend: installs the pages' 0
touch "$pages/old.js"
on control "$release" -p "$work/pages" -B "$work/old" -s "$STANDIN_SHARED/nginx/data/src/" -i http://y; expect 'release_job_frontend: and another address' 0
on control bash -c "ls $work/old $pages && cat $pages/index.html"; expect 'release_job_frontend: exactly those of the package' 0 job_frontend- '"http://y"' '!old.js'
info="cd $control && source tools.sh && _update_common_info"
on control bash -c "$info"; expect '_update_common_info: writes the table' 0
on control mysql --login-path=default-root -Nse 'select code, version from bksuite_common.production_info;'; expect 'mysql: and the table has it' 0 $'bksuite\t6.2.2' $'open_paas\t2.14.20'

launch=$work/firstbox/pitrix/install/launch_vms.sh
on firstbox "$launch" -f webservice0/1; expect 'launch_vms: webservice0/1 is no node' 1 'unknown node'
on firstbox "$launch" -f webservice7; expect 'launch_vms: nor is one without settings' 1 'unknown node'
on node1 virsh destroy webservice0; expect 'virsh: destroy' 0 destroyed
on node1 virsh list --all; expect 'virsh: the old domain' 0 '-    webservice0    shut off'
on node1 virsh list --name; expect 'virsh: without --all only running domains' 0 '!webservice0'
on node1 virsh list --all --name; expect 'virsh: with --all every domain' 0 webservice0
on firstbox "$launch" -f webservice0; expect 'launch_vms: launches' 0 'is running on [node1]'
on node1 virsh domstate webservice0; expect 'virsh: the physical host sees it run' 0 running
on node1 cat "$work/node1/pitrix/kernels/webservice0.Done"; expect 'launch_vms: leaves NODE.Done' 0
on webservice0 cat "$work/webservice0/etc/os-release"; expect 'launch_vms: the guest has the system of the settings' 0 'VERSION_ID="14.04"'
on firstbox "$launch" webservice0; expect 'launch_vms: without -f a node that is done stays' 0 skipped
on firstbox "$launch" -f webservice0; expect 'launch_vms: with -f it is built again' 0 launching
on node1 wc -l "$STANDIN_SHARED/virsh/node1/webservice0/builds"; expect 'launch_vms: builds are counted' 0 '2 '
on node2 virsh domstate webservice0; expect 'virsh: another host does not know it' 1 'failed to get domain'
on node1 virsh start webservice0; expect 'virsh: start of a running domain' 1 'already active'
echo 1 >"$STANDIN_SHARED/virsh/node1/webservice0/slow"
on node1 virsh shutdown webservice0; expect 'virsh: shutdown' 0 'is being shutdown'
on node1 virsh domstate webservice0; expect 'virsh: which takes a while' 0 'in shutdown'
on node1 virsh domstate webservice0; expect 'virsh: and ends' 0 'shut off'
on node1 virsh dumpxml webservice0; expect 'virsh: dumpxml' 0 '<name>webservice0</name>'
on node1 virsh undefine webservice0; expect 'virsh: undefine' 0 undefined
on node1 virsh define "$work/node1/pitrix/kernels/webservice0.xml"; expect 'virsh: define' 0 defined
on firstbox "$work/firstbox/pitrix/bin/gen_mac.py"; first=$out
on firstbox "$work/firstbox/pitrix/bin/gen_mac.py"; expect 'gen_mac: a new address at every call' 0 52:54:9e: "!$first"

on firstbox "$work/firstbox/pitrix/bin/gen_node_list.py"; expect 'gen_node_list: counts the nodes' 0 '2 nodes'
on firstbox cat "$work/firstbox/pitrix/conf/node_list"; expect 'gen_node_list: a line per node' 0 '10.16.0.11 webservice1'
on firstbox "$work/firstbox/pitrix/build/build_pkgs_allinone.sh"; expect 'build_pkgs: builds' 0 'pitrix-ks-webservice-base done'
on firstbox cat "$work/firstbox/pitrix/build/packages/deb/pitrix-ks-webservice-base/built"; expect 'build_pkgs: for the list' 0 webservice0
rm "$work/firstbox/pitrix/conf/node_list"
on firstbox "$work/firstbox/pitrix/build/build_pkgs_allinone.py"; expect 'build_pkgs: not without the list' 1 'run gen_node_list first'

echo running >"$STANDIN_SHARED/virsh/node1/webservice0/state"
on firstbox "$launch" -f webservice0; expect 'launch_vms: a new disk' 0 'is running'
on webservice0 supervisorctl status; expect 'supervisorctl: a new VM has no supervisor' 4 'no such file'
update=$work/firstbox/pitrix/upgrade/update.sh install=$work/firstbox/pitrix/install/install_nodes.sh
on firstbox "$update" webservice0 pitrix-ks-api; expect 'update: not before the installation' 1 'is not installed'
on firstbox "$install" webservice0/1; expect 'install_nodes: webservice0/1 is no node' 1 'unknown node'
on firstbox "$install" webservice0; expect 'install_nodes: component after component' 0 'post Done'
on webservice0 supervisorctl status; expect 'supervisorctl: and then one without programs' 0 '!RUNNING'
on webservice0 apt-cache policy pitrix-ks-api; expect 'apt-cache: not installed' 0 'Installed: (none)' 'Candidate: 5.0.1'
on firstbox "$update" webservice0 global-webservice,global-website; expect 'update: a name may be a list' 0 pitrix-webconsole pitrix-website
on firstbox "$update" webservice0 nosuch; expect 'update: an unknown package' 1 'Unable to locate package nosuch'
on webservice0 apt-cache policy pitrix-ks-api; expect 'apt-cache: installed' 0 'Installed: 5.0.1'
on webservice0 supervisorctl status; expect 'supervisorctl: all run' 0 'ks-api' 'RUNNING   pid' '!STOPPED'
on webservice0 cat "$STANDIN_SHARED/guests/webservice0/pitrix/lib/pitrix-webconsole/mysite/local_config.yaml"; expect 'update: brings the stock files' 0 'brand: stock'
echo 1 >"$STANDIN_SHARED/guests/webservice0/supervisor/slow"
echo website >"$STANDIN_SHARED/guests/webservice0/supervisor/ignores"
on webservice0 supervisorctl stop all; expect 'supervisorctl: stop all is content' 0 'ks-api: stopped' '!website'
on webservice0 supervisorctl status; expect 'supervisorctl: it takes a while' 3 STOPPING
on webservice0 supervisorctl status; expect 'supervisorctl: and one ignores it' 3 STOPPED 'website                          RUNNING'
on webservice0 supervisorctl start all; expect 'supervisorctl: start' 0 'ks-api: started'
on webservice0 supervisorctl status; expect 'supervisorctl: and all run again' 0 '!ST'

on webservice1 ip -o -4 addr show; expect 'ip: addresses of a node' 0 'inet 10.16.0.11/24' 'inet 10.16.0.20/32'
on node2 ip -o link show type bridge; expect 'ip: bridges of a physical host' 0 'br0:' 'br1:' '!eth0'
on node2 ip -o -4 addr show dev br1; expect 'ip: of one interface' 0 10.16.0.22/24 '!192.168'
on firstbox ip -o route get 10.16.0.12; expect 'ip: the way to an address' 0 'dev eth0'
on firstbox arping -D -I eth0 -c 2 10.16.0.22; expect 'arping: somebody answers' 1 '1 response'
on firstbox arping -D -I eth0 -c 2 10.16.0.99; expect 'arping: nobody answers' 0 '0 response'
on firstbox ping -c 1 10.16.0.99; expect 'ping: nobody answers' 1 '0 received'
on firstbox curl -sS -o "$work/page" -w '%{http_code}' --resolve console.example:80:10.16.0.10 http://console.example/; expect 'curl: the page of a node' 0 200
on firstbox cat "$work/page"; expect 'curl: holds its logo' 0 'stock logo' webservice0
on firstbox curl -o "$work/page" --resolve console.example:80:10.16.0.99 http://console.example/; expect 'curl: nobody serves there' 7 '000'
on firstbox ssh -n -o BatchMode=yes webservice0 hostname; expect 'ssh: a guest tells its name' 0 webservice0
on firstbox ssh -n 10.16.0.10 'cat /etc/os-release'; expect 'ssh: by address, and reads its files' 0 VERSION_ID
on firstbox ssh -n node2 true; expect 'ssh: a physical host' 0
on firstbox ssh -n nosuch true; expect 'ssh: nobody of that name' 255 unreachable
on firstbox ssh-keyscan -T 10 10.16.0.10; expect 'ssh-keyscan: the key of a guest' 0 '10.16.0.10 ssh-ed25519 AAAA'
on firstbox ssh-keyscan -T 10 10.16.0.99; expect 'ssh-keyscan: nobody there' 1 '!ssh-ed25519'
on firstbox ssh -n webservice0 shutdown -h now; expect 'ssh: a shutdown ends it with 255' 255 'closed by remote host'
on node1 virsh domstate webservice0; expect 'ssh: and the VM goes off' 0 'shut off'
on firstbox ssh -n webservice0 true; expect 'ssh: then it is unreachable' 255 'No route'
on firstbox ssh -n node1 virsh start webservice0; expect 'ssh: virsh of a physical host' 0 started
on node1 virsh dominfo webservice0; expect 'virsh: autostart is off' 0 'Autostart:      disable'
on node1 virsh autostart webservice0; expect 'virsh: autostart' 0 'marked as autostarted'
on node1 virsh dominfo webservice0; expect 'virsh: and then on' 0 'Autostart:      enable'
on node1 virsh nodememstats; expect 'virsh: memory' 0 'free   : 67108864 KiB'
exec_nodes=$work/firstbox/pitrix/upgrade/exec_nodes.sh
on firstbox "$exec_nodes" all uptime; expect 'exec_nodes: asks without -f' 1 '[y/N]'
echo 2 >"$work/firstbox/var/lib/standins/exec_nodes.code"
on firstbox "$exec_nodes" -f all 'uptime # all'; expect 'exec_nodes: hides every code but 1, and what is behind a #' 0 'exec [uptime ] on all'
echo 1 >"$work/firstbox/var/lib/standins/exec_nodes.code"
on firstbox "$exec_nodes" -f all uptime; expect 'exec_nodes: 1 is a failure' 1
printf '[client]\npassword="made-up-database-password"\n' >"$work/client"
ask="SELECT access_key_id, secret_access_key FROM access_key WHERE access_key_id = 'OTHERID'"
on firstbox "$work/firstbox/usr/local/bin/mariadb" --defaults-extra-file="$work/client" --user=x --execute="$ask"; expect 'account_db: a row' 0 $'OTHERID\tother'
on firstbox "$work/firstbox/usr/local/bin/mariadb" --defaults-extra-file=/dev/null --user=x --execute="$ask"; expect 'account_db: a wrong password' 1 'ERROR 1045'
on firstbox "$work/firstbox/usr/local/bin/mariadb" -psecret --execute="$ask"; expect 'account_db: no password in an argument' 99
conf=$work/nginx.conf
nginx() { printf '%s\n' "$1" >"$conf"; on webservice0 "$here/nginx" -t -q -c "$conf"; }
nginx 'events { worker_connections 5; }'; expect 'nginx: a good file' 0 'is successful'
nginx 'user www-data'; expect 'nginx: a statement without an end' 1 'is not terminated'
nginx 'events {'; expect 'nginx: an open brace' 1 'unexpected end of file'

conf=$work/keepalived.conf
good=$(sed 's/interface eth0/interface lo/' "$here/../fixtures/firstbox/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/keepalived.conf.webservice.webservice0")
try() { printf '%s\n' "$good" | sed "$1" >"$conf"; on webservice0 "$here/keepalived" -t -f "$conf"; }
try ''; expect 'keepalived: a good file' 0
try 's/interface lo/interface nope9/'; expect 'keepalived: unknown interface' 5 "nope9"
try 's/_id 51/_id 0/'; expect 'keepalived: router id 0' 5 'outside range [1, 255]'
try 's/priority 100/priority high/'; expect 'keepalived: priority in words' 5 'invalid number'
try 's/made-up1/made-up-long/'; expect 'keepalived: password of more than 8 characters' 5 Truncating
try 's/10.16.0.20/10.16.0/'; expect 'keepalived: bad address' 5 'invalid IP'
on webservice0 systemctl restart keepalived; expect 'keepalived: the unit does not start without a file' 1 'control process exited'
on webservice0 service keepalived status; expect 'service: hands over to systemctl' 3 failed

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

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
