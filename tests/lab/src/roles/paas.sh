# The services of BlueKing PaaS 6.1 as real units; each serves by sleeping.
# shellcheck shell=sh
set -eu
for unit in apigw console login appengine esb paas; do
  program=/data/bkce/.envs/open_paas-$unit/bin/uwsgi
  printf '#!/bin/sh\nexec sleep infinity\n' >"$program"
  chmod 755 "$program"
done
systemctl daemon-reload
systemctl enable --quiet --now bk-paas-apigw bk-paas-console bk-paas-login bk-paas-appengine bk-paas-esb bk-paas-paas
