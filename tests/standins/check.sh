#!/usr/bin/env bash
# Self-test of the stand-ins, on made-up hosts below a temporary directory: no network, no real unit, nothing left.
# Prints `ok` or `FAILED` per sentence and ends with `N passed, N failed`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STANDIN_SHARED=$work/shared
passed=0 failed=0 out='' code=0

# on HOST COMMAND... - run a command as on that host; its output is in $out, its code in $code.
on() {
  local root=$work/$1
  local -a run=(env STANDIN_ROOT="$root" STANDIN_LIB="$root/usr/lib/standins" STANDIN_HOST="$1" PATH="$root/usr/local/sbin:$root/usr/local/bin:$root/usr/bin:$root/usr/sbin:$PATH")
  shift
  out=$("${run[@]}" "$@" 2>&1 </dev/null)
  code=$?
}

# expect SENTENCE CODE [TEXT...] - the last command gave this code and each text (`!TEXT`: not that one).
expect() {
  local sentence=$1 want=$2 wrong='' text
  shift 2
  [ "$code" = "$want" ] || wrong="exit $code, expected $want"
  for text in "$@"; do
    case $text in
      !*) [[ $out != *"${text#!}"* ]] || wrong="output has: ${text#!}" ;;
      *) [[ $out == *"$text"* ]] || wrong="output lacks: $text" ;;
    esac
  done
  if [ -z "$wrong" ]; then
    passed=$((passed + 1)) && echo "ok      $sentence"
  else
    failed=$((failed + 1)) && printf 'FAILED  %s: %s\n%s\n' "$sentence" "$wrong" "$out"
  fi
}

order() { mkdir -p "$work/$1/var/lib/standins/fail" && cat >"$work/$1/var/lib/standins/fail/$2"; }

for place in 'paas1 paas' 'control control' 'firstbox firstbox' 'node1 physical' 'node2 physical' 'webservice0 webservice' 'webservice1 webservice' 'usermgr1 usermgr' 'redis1 redis_cluster' 'paas1 monitorv3_monitor' 'paas3 log_api' 'paas2 mongodb' 'paas3 mysql' 'job1 job'; do
  # shellcheck disable=SC2086 # name and role
  "$here/seed" "$work/${place% *}" $place || exit
done
# The packages of 6.2, unpacked.
cp -R "$here/../package/src/." "$work/control/data/src/"

esb=bk-paas-esb.service
on paas1 systemctl is-active $esb; expect 'systemctl: a fixture unit is active' 0 active
on paas1 systemctl is-enabled $esb; expect 'systemctl: and enabled' 0 enabled
on paas1 systemctl status bk-paas-esb; expect 'systemctl: status of an active unit is 0' 0 'Active: active'
on paas1 systemctl disable --now $esb gone.service
expect 'systemctl: one missing unit fails the whole call' 1 'Failed to disable unit: Unit file gone.service does not exist.'
on paas1 systemctl is-active $esb; expect 'systemctl: and nothing was changed by it' 0 active
on paas1 systemctl disable --now $esb; expect 'systemctl: disable --now' 0 Removed
on paas1 systemctl disable --now $esb; expect 'systemctl: a second time is fine and silent' 0 '!Removed'
on paas1 systemctl status $esb; expect 'systemctl: status of a stopped unit is 3' 3 'Active: inactive'
on paas1 systemctl is-enabled $esb; expect 'systemctl: is-enabled of a disabled unit is 1' 1 disabled
on paas1 systemctl show -p LoadState,ActiveState $esb; expect 'systemctl: show' 0 LoadState=loaded ActiveState=inactive
rm "$work/paas1/usr/lib/systemd/system/$esb"
on paas1 systemctl show -p LoadState --value $esb; expect 'systemctl: a removed file stays loaded' 0 loaded
on paas1 systemctl daemon-reload; expect 'systemctl: daemon-reload' 0
on paas1 systemctl show -p LoadState --value $esb; expect 'systemctl: until daemon-reload' 0 not-found
on paas1 systemctl status $esb; expect 'systemctl: status of a removed unit is 4' 4 'could not be found'
on paas1 systemctl start $esb; expect 'systemctl: it cannot be started' 5 'not found'
on paas1 systemctl stop $esb; expect 'systemctl: nor stopped' 5 'not loaded'
echo X-Standin-Refuse=stop >>"$work/paas1/usr/lib/systemd/system/bk-paas-login.service"
on paas1 systemctl disable --now bk-paas-login.service; expect 'systemctl: a unit may refuse to stop' 4 'Operation refused'
on paas1 systemctl is-active -q bk-paas-login; expect 'systemctl: and then still runs' 0 '!active'
on paas1 systemctl list-unit-files 'bk-paas-*'; expect 'systemctl: list-unit-files takes a pattern' 0 bk-paas-apigw.service '!keepalived'

printf 'code=1\nmessage=Access denied\nonly=bk-paas-paas.service\nonce=yes\n' | order paas1 systemctl
on paas1 systemctl stop bk-paas-apigw; expect 'failing on demand: other arguments pass' 0
on paas1 systemctl stop bk-paas-paas.service; expect 'failing on demand: this one does not' 1 'Access denied'
on paas1 systemctl stop bk-paas-paas.service; expect 'failing on demand: only once' 0
on paas1 cat "$work/paas1/var/lib/standins/log/systemctl.log"; expect 'the log holds the arguments' 0 "systemctl 'disable' '--now'"

login=". $work/paas1/usr/bin/virtualenvwrapper.sh;"
on paas1 bash -c "$login rmvirtualenv open_paas-esb && lsvirtualenv"; expect 'rmvirtualenv removes' 0 'Removing open_paas-esb' '!open_paas-esb/bin' open_paas-login
on paas1 bash -c "$login rmvirtualenv open_paas-esb open_paas-login"; expect 'rmvirtualenv fails on a missing name' 1 'Did not find environment'
on paas1 bash -c "$login lsvirtualenv"; expect 'and leaves the names after it alone' 0 open_paas-login '!open_paas-esb'
on paas1 bash -c "$login workon open_paas-login && echo \$VIRTUAL_ENV"; expect 'workon' 0 .envs/open_paas-login
on paas1 bash -c "$login workon nothing"; expect 'workon fails on a missing name' 1 'does not exist'

# shellcheck source=tests/standins/check/bk_upgrade.sh
source "$here/check/bk_upgrade.sh"
# shellcheck source=tests/standins/check/webservice.sh
source "$here/check/webservice.sh"
# shellcheck source=tests/standins/check/cmdb.sh
source "$here/check/cmdb.sh"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
