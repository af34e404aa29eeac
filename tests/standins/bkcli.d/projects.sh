# shellcheck shell=bash
# shellcheck disable=SC2154 # of bkcli
# Part of the stand-in for bkcli: the status of a module whose hosts have different projects. As in the field every host of
# the module is asked for the units of all projects; a unit of another project is not found there.
# Used by status-bkmonitorv3 and status-bklog.

# status_projects MODULE PROJECT=UNIT... - MODULE as in install.config. Units of other projects than the table's are up.
status_projects() {
  local wanted=$1 number=0 ip pair known=" ${units[*]} "
  shift
  for ip in $(addresses "$wanted"); do
    header $((number += 1)) "$ip"
    for pair in "$@"; do
      local unit=${pair#*=} now=active
      if ! addresses "$wanted(${pair%%=*})" | grep -qx "$ip"; then
        now=not-found
      elif [ "${known/ $unit /}" != "$known" ]; then
        [ -f "$state/$unit.service" ] || now=not-found
        local set
        set=$(awk -v ip="$ip" -v unit="$unit.service" '$1 == ip && $2 == unit { print $3 }' "$state/status" 2>/dev/null | tail -n 1)
        now=${set:-$now}
      fi
      case $now in
        active) printf '%s.service\tactive\tpid 4242, uptime 1min ago\n' "$unit" ;;
        not-found) printf '%s.service\tnot-found\t* service not loaded, or name is wrong.\n' "$unit" ;;
        *) printf '%s.service\t%s\t(dead)\n' "$unit" "$now" ;;
      esac
    done
  done
}
