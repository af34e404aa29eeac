# A webservice node has an rc.local with a way out in its middle.
# shellcheck shell=sh
set -eu
cat >/etc/rc.local <<'RC'
#!/bin/sh -e
# Runs at the end of each multi-user runlevel.
if [ -f /etc/skip-tuning ]; then
    exit 0 # nothing to tune on this node
fi
true

exit 0
RC
chmod 755 /etc/rc.local
