#!/bin/sh
# example.sh - both webservice nodes get the new system, one after the other. Started again, it goes on where it was.
#
# On throw-away hosts, whose password is anything:
#   export ACCOUNT_DB_PASSWORD=made-up STAMP=20260101 NODES="webservice0:10.16.0.12:br1 webservice1:10.16.0.13:br0"
#   XTASK="cargo xtask --rehearse" CONSOLE=http://console.example/ tasks/webservice/example.sh
#
# Each node, its temporary address, the bridge of its new physical host; the holder of the floating IP last
# (`webservice plan-order`, `webservice detect-bridge`).
#
# Printed by `cargo xtask webservice upgrade --script`.
set -eu

: "${NODES:?NODE:ADDRESS:BRIDGE NODE:ADDRESS:BRIDGE}"
: "${STAMP:?YYYYMMDD, the day of the backup: that of the first start}"
IMAGE=${IMAGE:-/pitrix/images/xenial.img}
REPO=${REPO:-/pitrix/repo}
FLOATING_IP=${FLOATING_IP:-}
DB_HOST=${DB_HOST:-account-db}
DB_USER=${DB_USER:-reader}
DB_KIND=${DB_KIND:-}
: "${CONSOLE:?The address of the console page}"
EXPECT=${EXPECT:-}
NODE_LIST=${NODE_LIST:-}
WAIT_TIMEOUT=${WAIT_TIMEOUT:-}
ZONE=${ZONE:-global}
XTASK=${XTASK:-cargo xtask}

# One step. It asks at the terminal; XTASK_YES=1 answers. The first that fails ends the script.
step() {
  printf '\n# %s\n' "$*" >&2
  # shellcheck disable=SC2086 # several words
  $XTASK "$@"
}
# Whether a step has nothing to do: exit 0. Exit 3 is that it has; a refusal and a host that does not answer are no "done".
is_done() {
  # shellcheck disable=SC2086
  $XTASK --quiet "$@" --dry-run --exit-code >/dev/null 2>&1
}
# One of NODES.
host() {
  IFS=: read -r node temporary bridge <<EOF
$1
EOF
}

# Those that still need the stages of the platform, and the first of them.
ahead=''
first=''
for one in $NODES; do
  host "$one"
  is_done webservice shutdown-vm --node="$node" --stamp="$STAMP" || { ahead="$ahead $one"; first=${first:-$node}; }
done

# For the platform.
if [ -n "$first" ]; then
  if ! is_done webservice plan-placement --stamp="$STAMP"; then
    # Check the prerequisites and all values (WS-01)
    step webservice check-prereqs --base-image="$IMAGE" --repo-dir="$REPO"
    # Show which node is first: the one without the floating IP (WS-02)
    step webservice plan-order
    # Back up the settings files (WS-03)
    step webservice backup-settings --stamp="$STAMP"
  fi
  # Back up logo, local_config.yaml and rc.local of both nodes (WS-04)
  for one in $ahead; do host "$one"; step webservice backup-node-files --node="$node"; done
  # Set the floating IP, if one is given (WS-05)
  [ -z "$FLOATING_IP" ] || step webservice set-floating-ip --ip="$FLOATING_IP"
  # Copy the access keys (WS-06)
  step webservice sync-access-keys --node="$first" --db-host="$DB_HOST" --db-user="$DB_USER" ${DB_KIND:+--db-kind="$DB_KIND"}
  # Copy the console keys, in the global zone (WS-07)
  [ "$ZONE" != global ] || step webservice sync-console-keys --node="$first" --db-host="$DB_HOST" --db-user="$DB_USER" ${DB_KIND:+--db-kind="$DB_KIND"}
  # Reserve temporary addresses (WS-08)
  for one in $ahead; do host "$one"; step webservice pick-temp-ip --node="$node" ${temporary:+--ip="$temporary"}; done
  # Generate a MAC address for settings without one (WS-09)
  for one in $ahead; do host "$one"; step webservice gen-mac --node="$node"; done
  if ! is_done webservice plan-placement --stamp="$STAMP"; then
    # Show the new physical host of each node (WS-10)
    step webservice plan-placement --stamp="$STAMP"
  fi
  # Find the bridges (WS-11)
  step webservice detect-bridge
  # Write the settings files (WS-12)
  for one in $ahead; do host "$one"; step webservice gen-settings --node="$node" --mgmt-address="$temporary" --bridge="$bridge" --stamp="$STAMP"; done
  # Refresh the list of nodes (WS-13)
  step webservice gen-node-list ${NODE_LIST:+--node-list="$NODE_LIST"}
  # Build the packages (WS-14)
  step webservice build-pkgs
fi

# For one node after the other.
for one in $NODES; do
  host "$one"
  if is_done webservice relaunch-vm --node="$node" && is_done webservice restore-mgmt-ip --node="$node"; then
    echo "$node: has the new system" >&2
    continue
  fi
  if ! is_done webservice shutdown-vm --node="$node" --stamp="$STAMP"; then
    # Move the floating IP to the finished node (WS-02)
    step webservice release-vip --node="$node"
    # Stop the old services (WS-15)
    step webservice stop-services --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
    # Shut down the old VM (WS-16)
    step webservice shutdown-vm --node="$node" --stamp="$STAMP" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  fi
  if ! is_done webservice relaunch-vm --node="$node"; then
    # Move its image aside (WS-17)
    step webservice backup-vm-image --node="$node" --stamp="$STAMP"
    # Launch the new VM (WS-18)
    step webservice relaunch-vm --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  fi
  # Remove the old host keys, trust the new ones (X0.17) (WS-24)
  step webservice purge-known-hosts --node="$node" --accept
  # Install the platform (WS-19)
  step webservice install-node --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  # Install the services of the zone (WS-23)
  step webservice deploy --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  # Restore logo and local_config.yaml (X0.5) (WS-27)
  step webservice restore-node-files --node="$node"
  # Install the nginx configuration (WS-20)
  step webservice nginx-conf --node="$node"
  # Install keepalived, and its block in rc.local (WS-21, WS-22)
  step webservice keepalived-vip --node="$node"
  # Gate: every program runs (WS-25)
  step webservice check-services --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  # Gate: the console page answers, a person agrees (WS-26)
  step webservice check-console --url="$CONSOLE" ${EXPECT:+--expect="$EXPECT"} ${temporary:+--via-node="$temporary"} ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  # Restore the original address (X0.6) (WS-28)
  step webservice restore-mgmt-ip --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
  # Gate: the node is finished (WS-25)
  step webservice check-services --node="$node" ${WAIT_TIMEOUT:+--wait-timeout="$WAIT_TIMEOUT"}
done
