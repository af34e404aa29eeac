# shellcheck shell=bash disable=SC2034
# Stand-in for /data/install/load_env.sh: the variables that the upgrade reads. Behaviour: 004 L7 (default paths),
# L33, L119, L209 (utils.fc loads the same). Made-up values.
CTRL_DIR=${STANDIN_ROOT:-}/data/install
BK_HOME=${STANDIN_ROOT:-}/data/bkce
INSTALL_PATH=$BK_HOME
BK_PKG_SRC_PATH=${STANDIN_ROOT:-}/data/src
BK_PAAS_MYSQL_NAME=open_paas
