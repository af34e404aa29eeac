# The made-up platform's addresses and interface, as this network has them.
# shellcheck shell=sh
set -eu
package=/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived
sed -i 's/eth0/host0/; s/10\.16\.0\.20$/10.99.0.230/' "$package"/keepalived.conf.webservice.*
sed -i 's/10\.16\.0\.20$/10.99.0.230/' /pitrix/conf/variables/variables.yaml
