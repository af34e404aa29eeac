#!/bin/sh
# Stand-in for /pitrix/upgrade/update.sh NODE PACKAGE,PACKAGE. Behaviour: 000 L156-164; that a name may be a list of packages in
# /pitrix/upgrade/packages is from the vendor's public documents.
#
# The guest $STANDIN_SHARED/guests/NODE gets the packages in `packages` (NAME VERSION a line, versions from
# $STANDIN_SHARED/repo), their programs as RUNNING ones of supervisor, and the stock files that a package writes over
# existing files.
set -u
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"
standin_called update.sh "$@" || exit

[ "${1:-}" != -f ] || shift
[ $# = 2 ] || { echo 'Usage: update.sh <node> <packages>' >&2 && exit 1; }
node=$1 guest=$STANDIN_SHARED/guests/$1
[ -f "$guest/installed" ] || { echo "ERROR: [$node] is not installed" >&2 && exit 1; }
names() {
  for name in $(printf '%s' "$1" | tr , ' '); do
    list=$STANDIN_ROOT/pitrix/upgrade/packages/$name
    if [ -f "$list" ]; then sed -n "s/^packages=(\(.*\));*$/\1/p" "$list" | tr -d "'\""; else echo "$name"; fi
  done
}
touch "$guest/packages"
for name in $(names "$2"); do
  version=$(awk -v name="$name" '$1 == name { print $2 }' "$STANDIN_SHARED/repo")
  [ -n "$version" ] || { echo "E: Unable to locate package $name" >&2 && exit 1; }
  grep -v "^$name " "$guest/packages" >"$guest/packages.new"
  echo "$name $version" >>"$guest/packages.new"
  mv "$guest/packages.new" "$guest/packages"
  mkdir -p "$guest/supervisor"
  case $name in
    # The nodes of a sub zone have a web console as well (L20-26 and L184 make no difference).
    pitrix-webconsole | zone-webservice)
      web=$guest/pitrix/lib/pitrix-webconsole
      mkdir -p "$web/static/img" "$web/mysite"
      echo '<svg>stock logo</svg>' >"$web/static/img/logo.svg"
      echo 'brand: stock' >"$web/mysite/local_config.yaml"
      echo RUNNING >"$guest/supervisor/webconsole"
      ;;
  esac
  echo RUNNING >"$guest/supervisor/${name#pitrix-}"
  echo "[$node] $name $version"
done
