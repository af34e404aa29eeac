# shellcheck shell=bash disable=SC2154
# The tools of BlueKing. Part of check.sh, which sets $here, $work, `on`, `expect` and `order`.
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
