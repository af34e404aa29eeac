#!/usr/bin/env bash
# example.sh - both webservice nodes get the new system, one after the other. Started again, it goes on where it was.
#
# On throw-away hosts, whose password is anything:
#   export ACCOUNT_DB_PASSWORD=made-up STAMP=20260101 NODES="webservice0:10.16.0.12:br1 webservice1:10.16.0.13:br0"
#   XTASK="cargo xtask --rehearse" CONSOLE=http://console.example/ tasks/webservice/example.sh
set -euo pipefail

# Each node, its temporary address, the bridge of its new physical host; the holder of the floating IP last
# (`webservice plan-order`, `webservice detect-bridge`).
: "${NODES:?NODE:ADDRESS:BRIDGE NODE:ADDRESS:BRIDGE}"
: "${STAMP:?YYYYMMDD, the day of the backup: that of the first start}"
: "${CONSOLE:?the address of the console page}"
EXPECT=${EXPECT:-}                      # what the page must hold
IMAGE=${IMAGE:-/pitrix/images/xenial.img} REPO=${REPO:-/pitrix/repo}
DB_HOST=${DB_HOST:-account-db} DB_USER=${DB_USER:-reader}
ZONE=${ZONE:-global}                    # or sub
read -ra XTASK <<<"${XTASK:-cargo xtask}"

# One step. It asks at the terminal; XTASK_YES=1 answers. The first that fails ends the script.
step() {
  printf '\n# %s\n' "$*" >&2
  "${XTASK[@]}" "$@"
}
# Whether a step has nothing to do: exit 0. Exit 3 is that it has; a refusal and a host that does not answer are no "done".
is_done() {
  "${XTASK[@]}" --quiet "$@" --dry-run --exit-code >/dev/null 2>&1
}

# What is once for the platform. Later on the settings are half changed: a backup of them would be no way back.
before() {
  ! is_done webservice plan-placement --stamp "$STAMP" || return 0
  step webservice check-prereqs --base-image "$IMAGE" --repo-dir "$REPO"
  step webservice plan-order
  step backup-settings --stamp "$STAMP"
  step webservice plan-placement --stamp "$STAMP"
}

# From the old VM to the new one.
replace() {
  local node=$1 temporary=$2 bridge=$3
  step webservice backup-node-files --node "$node"
  step webservice sync-access-keys --node "$node" --db-host "$DB_HOST" --db-user "$DB_USER"
  [ "$ZONE" = sub ] || step webservice sync-console-keys --node "$node" --db-host "$DB_HOST" --db-user "$DB_USER"
  step webservice pick-temp-ip --node "$node" --ip "$temporary"
  step webservice detect-bridge
  step gen-settings --node "$node" --mgmt-address "$temporary" --bridge "$bridge" --stamp "$STAMP"
  step webservice gen-mac --node "$node"
  step webservice gen-node-list
  step webservice build-pkgs
  # Once the old VM is off there are no services of it that could be stopped.
  if ! is_done webservice shutdown-vm --node "$node" --stamp "$STAMP"; then
    # The last one may hold the floating IP: another node takes it while this one still serves.
    [ "$node" != "$last" ] || step pcmd -w "$node" 'service keepalived stop'
    step webservice stop-services --node "$node"
    step webservice shutdown-vm --node "$node" --stamp "$STAMP"
  fi
  step webservice backup-vm-image --node "$node" --stamp "$STAMP"
  step relaunch-vm --node "$node"
}

# From the new VM to a node that serves, at its own address again.
complete() {
  local node=$1 temporary=$2
  step webservice purge-known-hosts --node "$node" --accept
  step webservice install-node --node "$node"
  step webservice deploy --node "$node"
  step webservice restore-node-files --node "$node"
  step webservice nginx-conf --node "$node"
  step webservice keepalived-vip --node "$node"
  step webservice check-services --node "$node"
  step webservice check-console --url "$CONSOLE" --via-node "$temporary" ${EXPECT:+--expect "$EXPECT"}
  step webservice restore-mgmt-ip --node "$node"
  step webservice check-services --node "$node"
}

read -ra nodes <<<"$NODES"
last=${nodes[-1]%%:*}
before
for one in "${nodes[@]}"; do
  IFS=: read -r node temporary bridge <<<"$one"
  if ! is_done relaunch-vm --node "$node"; then
    replace "$node" "$temporary" "$bridge"
  elif is_done webservice restore-mgmt-ip --node "$node"; then
    echo "$node: has the new system" >&2
    continue
  fi
  complete "$node" "$temporary"
done
