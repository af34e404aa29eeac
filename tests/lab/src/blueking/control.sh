# Makes a host of the lab the control machine of a BlueKing 6.1 (004 L5-11). Arguments: the addresses of the control machine
# and of the hosts, which are called `names`. `readdress DIR...` is there. Files for it are in /var/lib/standins/shared/lab.
# shellcheck shell=sh
set -eu
shared=/var/lib/standins/shared
# shellcheck disable=SC2154 # both are there
readdress /data /var/lib/standins/mysql "$shared"
install -m 755 "$shared/lab/xtask" /usr/local/bin/xtask
mkdir -p /root/.ssh
chmod 700 /root/.ssh
install -m 600 "$shared/lab/key" /root/.ssh/id_ed25519
install -m 644 "$shared/lab/known_hosts" /root/.ssh/known_hosts
rm "$shared/lab/key"
# A host that is cut off in the middle of a command is noticed after seconds.
printf 'ServerAliveInterval 1\nServerAliveCountMax 4\n' >/root/.ssh/config
install -m 644 "$shared/lab/layout" /data/install/install.config
/data/install/bin/bk-install-config-parser.awk /data/install/install.config >/data/install/bin/02-dynamic/hosts.env

added() { sed -n "s/^$1 //p" "$shared/lab/added"; }
# Each host's list of its modules, with those that will be there, and its place in the CMDB.
rm -rf "$shared/install" "$shared/installed"
mkdir "$shared/install" "$shared/installed"
control=$1
shift
addresses="$*"
number=0 cmdb=''
# shellcheck disable=SC2154
for name in $names; do
  number=$((number + 1))
  # The deploy scripts of 6.1 are on each host, as the last `bkcli sync common` has left them.
  rsync -a --exclude='.*' /data/install/ "$shared/install/$name"
  {
    echo python
    sed -n "s/^$1 //p" "$shared/lab/layout" | tr , '\n' |
      sed -e 's/^monitorv3(\(.*\))/monitorv3_\1/' -e 's/^log(\(.*\))/bklog-\1/' -e 's/(.*//'
    while read -r module places; do
      case ",$places," in *",$1,"*) echo "$module" | sed 's/^apigw$/apigateway/' ;; esac
    done <"$shared/lab/added"
  } >"$shared/installed/$name"
  cmdb="$cmdb{'id': $number, 'ip': '$1', 'name': '$name'}, "
  shift
done
/usr/lib/standins/cmdb_api edit "
state['hosts'] = [$cmdb]
known = {host for host, _ in state['relations']}
state['relations'] += [[host['id'], state['relations'][0][1]] for host in state['hosts'] if host['id'] not in known]
"

# What a tool of the vendor has put into the shared directory is real on the hosts before the tool ends.
cat >>/usr/lib/standins/lib.sh <<LIB

standin_arrives() {
  code=\$?
  pids=''
  for address in $addresses; do
    ssh -o BatchMode=yes -o ConnectTimeout=10 "\$address" sh "$shared/lab/arrive" "\$1" </dev/null ||
      { echo "[ERROR] \$address cannot be reached" >&2 && exit 1; } &
    pids="\$pids \$!"
  done
  for pid in \$pids; do wait "\$pid" || code=1; done
  exit "\$code"
}
# \`bkcli status\` asks systemd of the hosts.
standin_asks() {
  state=$shared/\$1
  [ -d "\$state" ] || return 0
  # shellcheck disable=SC2046 # MODULE, PLACE, PACKAGE, UNITS, PROJECTS
  set -- \$(sed -n "/^table='/,/^'/{ /^\$1 /p; }" /data/install/bkcli)
  [ \$# = 5 ] || return 0
  for address in \$(sh "$shared/lab/places" "\$2"); do
    for unit in \$(echo "\$4" | tr , ' '); do echo "\$unit.service"; done >"\$state/.units"
    ssh -o BatchMode=yes -o ConnectTimeout=10 "\$address" systemctl is-active \$(cat "\$state/.units") </dev/null |
      paste -d ' ' "\$state/.units" - | sed "s/^/\$address /"
  done >"\$state/status.new"
  mv "\$state/status.new" "\$state/status"
}
case \${0##*/}:\${1:-}:\${2:-} in
  bkcli:status:*) standin_asks "\$2" ;;
  bkcli:*:saas-o | bkcli:*:bkenv) ;;
  bkcli:install:* | bkcli:upgrade:* | bkcli:start:* | bkcli:restart:*) trap "standin_arrives '\$2'" EXIT ;;
esac
LIB

nginx=$(awk '$2 ~ /(^|,)nginx(,|$)/ { print $1 }' "$shared/lab/layout")
script=$shared/lab/download/migrate_subject_system_group.py
{
  cat <<TOML
[ssh]
user = "root"

[vars]
bk_package_url = "http://$nginx:8088/bkce-src-6.2.2.tgz"
bk_package_md5 = "$(md5sum "$shared/lab/download/bkce-src-6.2.2.tgz" | cut -d ' ' -f 1)"
bk_migration_url = "http://$nginx:8088/migrate_subject_system_group.py"
bk_migration_sha256 = "$(sha256sum "$script" | cut -d ' ' -f 1)"
bk_topo_mode = "api"
TOML
  sed 's/^\([^ ]*\) \(.*\)/\1 = "\2"/' "$shared/lab/added"
  case $(added redis_cluster) in *,*) ;; *) echo 'redis_cluster_single = true' ;; esac
  cat <<TOML

[import]
install_config = "/data/install/install.config"

[hosts.bk-control]
session = "local"
TOML
  # shellcheck disable=SC2086 # an address a name
  set -- $addresses
  for name in $names; do
    printf '\n[hosts.%s]\naddress = "%s"\n' "$name" "$1"
    shift
  done
  printf '\n[groups]\ncontrol = "bk-control"\n'
} >/root/hosts.toml
: "$control"
