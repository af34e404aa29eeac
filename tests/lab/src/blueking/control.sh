# Makes a host of the lab the control machine of a BlueKing 6.1 (004 L5-11). Arguments: the addresses of the control machine
# and of the three hosts. `readdress DIR...` is there. Files for it are in /var/lib/standins/shared/lab.
# shellcheck shell=sh
set -eu
shared=/var/lib/standins/shared
readdress /data /var/lib/standins/mysql "$shared"
install -m 755 "$shared/lab/xtask" /usr/local/bin/xtask
install -D -m 644 "$shared/lab/package.tgz" /var/lib/standins/mirror/bkce-src-6.2.2.tgz
mkdir -p /root/.ssh
chmod 700 /root/.ssh
install -m 600 "$shared/lab/key" /root/.ssh/id_ed25519
install -m 644 "$shared/lab/known_hosts" /root/.ssh/known_hosts
rm "$shared/lab/key"
install -m 644 "$shared/lab/layout" /data/install/install.config
"/data/install/bin/bk-install-config-parser.awk" /data/install/install.config >/data/install/bin/02-dynamic/hosts.env
# The deploy scripts of 6.1 are on each host, as the last `bkcli sync common` has left them.
rm -rf "$shared/install"
mkdir "$shared/install"
for host in paas1 paas2 paas3; do rsync -a --exclude='.*' /data/install/ "$shared/install/$host"; done
# What a tool of the vendor has put into the shared directory is real on the hosts before the tool ends.
cat >>/usr/lib/standins/lib.sh <<LIB

standin_arrives() {
  code=\$?
  for address in $2 $3 $4; do
    ssh -o BatchMode=yes -o ConnectTimeout=10 "\$address" sh "$shared/lab/arrive" </dev/null ||
      { echo "[ERROR] \$address cannot be reached" >&2 && code=1; } &
  done
  wait
  exit "\$code"
}
case \${0##*/}:\${1:-} in bkcli:install | bkcli:upgrade | bkcli:start | bkcli:restart) trap standin_arrives EXIT ;; esac
LIB
md5=$(md5sum /var/lib/standins/mirror/bkce-src-6.2.2.tgz | cut -d ' ' -f 1)
script=$(find / -xdev -name migrate_subject_system_group.py 2>/dev/null | head -n 1)
cat >/root/hosts.toml <<TOML
[ssh]
user = "root"

[vars]
bk_package_url = "file:///var/lib/standins/mirror/bkce-src-6.2.2.tgz"
bk_package_md5 = "$md5"
bk_migration_url = "file://$script"
bk_migration_sha256 = "$(sha256sum "$script" | cut -d ' ' -f 1)"
bk_topo_mode = "api"
redis_cluster = "$4"
redis_cluster_single = true
auth = "$4"
etcd = "$4"
apigw = "$2"
iam_search_engine = "$3"

[import]
install_config = "/data/install/install.config"

[hosts.bk-control]
session = "local"

[hosts.paas1]
address = "$2"

[hosts.paas2]
address = "$3"

[hosts.paas3]
address = "$4"

[groups]
control = "bk-control"
TOML
