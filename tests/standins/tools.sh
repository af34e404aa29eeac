# shellcheck shell=bash
# Stand-in for /data/install/tools.sh, functions add_saas_environment and _update_common_info. Behaviour: 004 L196-199
# and L541-543; in the public scripts the first one reads every `declare -A APP_KV` of saas_var.env and does INSERT ...
# ON DUPLICATE KEY UPDATE, the second one does REPLACE INTO bksuite_common.production_info for a fixed list of modules,
# with the VERSION file of each package; bksuite is that of the directory itself.
#
# As with the original, sourcing needs the right working directory, and it leaves `set +u` and its variables
# behind, so it must run in a bash of its own. The table paas_app_envvars is
# $STANDIN_STATE/mysql/paas_app_envvars, tab-separated: app_code mode name value intro.
set +u
# shellcheck source=tests/standins/load_env.sh
source ./load_env.sh || { echo 'tools.sh: run it in the directory of load_env.sh' >&2; return 1; }
# shellcheck source=tests/standins/lib.sh
source "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"

add_saas_environment() {
  standin_called add_saas_environment "$@" || return
  local vars=$CTRL_DIR/saas_var.env table=$STANDIN_STATE/mysql/paas_app_envvars app key
  [ -f "$vars" ] || return 0
  mkdir -p "${table%/*}"
  touch "$table"
  # shellcheck source=/dev/null
  source "$vars"
  while read -r app; do
    local -n pairs=${app}_KV
    for key in "${!pairs[@]}"; do _upsert "$table" "$app" "$key" "${pairs[$key]}"; done
  done < <(sed -n 's/^declare -A \(.*\)_KV=.*/\1/p' "$vars")
}

_upsert() {
  local table=$1 app=$2 key=$3 value=$4 intro='Set by install script'
  awk -F'\t' -v app="$app" -v key="$key" '$1 == app && $3 == key { found = 1 } END { exit !found }' "$table" &&
    intro='Update by install script'
  awk -F'\t' -v app="$app" -v key="$key" '$1 != app || $3 != key' "$table" >"$table.new"
  printf '%s\tall\t%s\t%s\t%s\n' "$app" "$key" "$value" "$intro" >>"$table.new"
  sort -o "$table" "$table.new"
  rm -f "$table.new"
}

# The table is $STANDIN_STATE/mysql/production_info: index code name version, tab-separated.
_update_common_info() {
  standin_called _update_common_info "$@" || return
  local table=$STANDIN_STATE/mysql/production_info index=0 module file
  mkdir -p "${table%/*}"
  touch "$table"
  for module in bksuite open_paas paas_agent cmdb job gse usermgr license bkmonitorv3 bknodeman bkssm bkiam bklog; do
    index=$((index + 1))
    [ -z "${1:-}" ] || [ "$1" = "$module" ] || continue
    file=$BK_PKG_SRC_PATH/$module/VERSION
    [ "$module" != bksuite ] || file=$BK_PKG_SRC_PATH/VERSION
    awk -F'\t' -v code="$module" '$2 != code' "$table" >"$table.new"
    printf '%s\t%s\t%s\t%s\n' "$index" "$module" "$module" "$(cat "$file" 2>/dev/null)" >>"$table.new"
    sort -n -o "$table" "$table.new"
    rm -f "$table.new"
  done
}
