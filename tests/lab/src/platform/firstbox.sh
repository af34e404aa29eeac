# Makes a host of the lab the firstbox of a platform whose nodes are about to be upgraded. Behaviour: 000 L9-10, L14-61.
# Arguments: the addresses of webservice0, webservice1, node1, node2, the account database and the floating IP. The lab's key,
# the program and the scripts are in place.
# shellcheck shell=sh
set -eu
cat >/etc/hosts <<HOSTS
127.0.0.1 localhost
$3 node1
$4 node2
$5 account-db
HOSTS
chmod 700 /root/.ssh
chmod 600 /root/.ssh/id_ed25519
for host in node1 node2; do
  address=$(awk -v name="$host" '$2 == name { print $1 }' /etc/hosts)
  ssh-keyscan -T 10 -t ed25519 "$address" 2>/dev/null | awk -v name="$host" '{ print name "," $0 }'
done >/root/.ssh/known_hosts
rm -rf /pitrix/build/packages
settings() {
  sed -e "s/^mgmt_network_address=.*/mgmt_network_address=\"$2\"/; s/^firstbox_address=.*/firstbox_address=\"$(cut -d/ -f1 /etc/lab-address)\"/" \
    -e 's/^mgmt_network_interface=.*/mgmt_network_interface="host0"/; s/^mgmt_network_gateway=.*/mgmt_network_gateway="10.99.0.254"/' \
    -i "/pitrix/conf/settings/$1"
}
settings webservice0 "$1"
settings webservice1 "$2"
sed -i "s/^webservice_floating_ip:.*/webservice_floating_ip: $6/" /pitrix/conf/variables/variables.yaml
keys=/pitrix/conf/variables/keys
printf 'MADEUPACCESSKEYID\n' >"$keys/.access_key_id"
printf 'made-up-access-secret-key\n' >"$keys/.access_secret_key"
printf 'MADEUPCONSOLEKEYID\n' >"$keys/.console_key_id"
printf 'made-up-console-secret-key\n' >"$keys/.console_secret_key"
mkdir -p /root/secrets
echo made-up-database-password >/root/secrets/account_db
echo made-up1 >/root/secrets/vrrp
chmod 600 /root/secrets/*
cat >/root/hosts.toml <<TOML
[ssh]
user = "root"

[vars]
installer_version = "4.10.0"
zone_kind = "global"
zone_id = "zone-a"
base_image = "/pitrix/images/xenial.img"
repo_dir = "/pitrix/repo"
account_db_host = "account-db"
account_db_user = "reader"
console_url = "http://$6/"
console_expect = "made-up company console"
temp_range = "10.99.0.232/30"

[secrets]
account_db_password = { file = "secrets/account_db" }
vrrp_password = { file = "secrets/vrrp" }

[hosts.firstbox]
session = "local"

[hosts.webservice0]
address = "$1"

[hosts.webservice1]
address = "$2"

[hosts.node1]
address = "$3"

[hosts.node2]
address = "$4"

[groups]
webservice = "webservice[0-1]"
physical = "node[1-2]"
TOML
cat >/etc/nginx/sites-enabled/default <<'CONF'
server { listen 80; root /pitrix/repo; }
CONF
systemctl enable --quiet --now nginx
cat >/usr/local/bin/cargo <<'CARGO'
#!/bin/sh
# Scripts say `cargo xtask`; firstbox has the program only.
[ "$1" = xtask ] && shift
exec /usr/local/bin/xtask "$@"
CARGO
chmod 755 /usr/local/bin/cargo
echo 4.9.0 >/pitrix/build/version
/pitrix/bin/gen_node_list.py
/pitrix/build/build_pkgs_allinone.py
