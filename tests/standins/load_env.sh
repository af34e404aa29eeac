# shellcheck shell=bash disable=SC2034
# Stand-in for /data/install/load_env.sh: the variables that the upgrade reads. Behaviour: 004 L7 (default paths),
# L33, L119, L209 (utils.fc loads the same). As in the public scripts it sources the environment files in the order
# of their directories, without the lines whose value is empty, and refuses to work without hosts.env. The paths
# are a part of ~/.bkrc there.
CTRL_DIR=${STANDIN_ROOT:-}/data/install
BK_HOME=${STANDIN_ROOT:-}/data/bkce
INSTALL_PATH=$BK_HOME
BK_PKG_SRC_PATH=${STANDIN_ROOT:-}/data/src
BK_PAAS_MYSQL_NAME=open_paas
if ! [ -s "$CTRL_DIR/bin/02-dynamic/hosts.env" ]; then
  echo "$CTRL_DIR/bin/02-dynamic/hosts.env does not exist, generate it first"
  return 1
fi
# shellcheck source=/dev/null
source <(
  shopt -s nullglob
  awk '!/^[[:space:]]*[A-Z][A-Z0-9_]+=[[:space:]]*$/' "$CTRL_DIR"/bin/0[1234]-*/*.env
)
