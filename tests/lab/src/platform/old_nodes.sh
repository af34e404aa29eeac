# On firstbox: makes two new VMs what the upgrade finds. Behaviour: 000 L20-27 (the files that are the node's own), L37-45 (where
# its keys are), L142-154 (keepalived and its block of rc.local are there).
# shellcheck shell=sh
set -eu
base=/pitrix/build/packages/deb/pitrix-ks-webservice-base
for node in webservice0 webservice1; do
  address=$(awk -v name="$node" '$2 == name { print $1 }' /pitrix/conf/node_list)
  ssh-keyscan -T 10 -t ed25519 "$address" 2>/dev/null | awk -v name="$node" '{ print name "," $0 }' >>/root/.ssh/known_hosts
  /pitrix/install/install_nodes.sh "$node"
  /pitrix/upgrade/update.sh "$node" global-webservice,global-website
  web=/pitrix/lib/pitrix-webconsole
  own=$(mktemp -d)
  echo '<svg>the logo of a made-up company</svg>' >"$own/logo.svg"
  scp -q "$own/logo.svg" "$node:$web/static/img/logo.svg"
  printf '# Made-up settings of a console.\nbrand: made-up company\nsession_key: made-up-session-key\n' >"$own/local_config.yaml"
  scp -q "$own/local_config.yaml" "$node:$web/mysite/local_config.yaml"
  scp -q "$base/pitrix/ks/webservice-base/conf/nginx/nginx.conf" "$node:/etc/nginx/nginx.conf"
  scp -q "$base/etc/keepalived/chk_health_webservice.sh" "$node:/etc/keepalived/"
  scp -q "$base/etc/keepalived/keepalived.conf.webservice.$node" "$node:/etc/keepalived/keepalived.conf"
  {
    printf '#!/bin/sh -e\nif [ -f /etc/skip-tuning ]; then\n    exit 0 # nothing to tune on this node\nfi\n'
    cat "$base/etc/keepalived/rc.local.keepalived.webservice"
    printf '\nexit 0\n'
  } >"$own/rc.local"
  chmod 755 "$own/rc.local"
  scp -q -p "$own/rc.local" "$node:/etc/rc.local"
  ssh -n "$node" 'systemctl restart nginx; systemctl enable --quiet --now keepalived'
  rm -r "$own"
done
# The physical hosts and the nodes know each other, too.
for host in node1 node2 webservice0 webservice1; do
  ssh "$host" 'mkdir -p /root/.ssh; cat >/root/.ssh/known_hosts' </root/.ssh/known_hosts
done
# From here on the packages of the new system are there.
echo 5.0.1 >/pitrix/build/version
