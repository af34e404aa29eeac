# One etcd that is a cluster of its own; runbooks join and leave it.
# shellcheck shell=sh
set -eu
address=$(cut -d/ -f1 /etc/lab-address)
name=$(hostname)
cat >/etc/default/etcd <<CONF
ETCD_NAME=$name
ETCD_LISTEN_PEER_URLS=http://$address:2380
ETCD_LISTEN_CLIENT_URLS=http://$address:2379,http://127.0.0.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=http://$address:2380
ETCD_ADVERTISE_CLIENT_URLS=http://$address:2379
ETCD_INITIAL_CLUSTER=$name=http://$address:2380
CONF
systemctl enable --quiet --now etcd
