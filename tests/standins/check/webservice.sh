# shellcheck shell=bash disable=SC2154
# The tools of the webservice runbook. Part of check.sh, which sets $here, $work, `on`, `expect` and `order`.
launch=$work/firstbox/pitrix/install/launch_vms.sh
on firstbox "$launch" -f webservice0/1; expect 'launch_vms: webservice0/1 is no node' 1 'unknown node'
on firstbox "$launch" -f webservice7; expect 'launch_vms: nor is one without settings' 1 'unknown node'
on node1 virsh destroy webservice0; expect 'virsh: destroy' 0 destroyed
on node1 virsh list --all; expect 'virsh: the old domain' 0 '-    webservice0    shut off'
on node1 virsh list --name; expect 'virsh: without --all only running domains' 0 '!webservice0'
on node1 virsh list --all --name; expect 'virsh: with --all every domain' 0 webservice0
on firstbox "$launch" -f webservice0; expect 'launch_vms: launches' 0 'is running on [node1]'
on node1 virsh domstate webservice0; expect 'virsh: the physical host sees it run' 0 running
on node1 cat "$work/node1/pitrix/kernels/webservice0.Done"; expect 'launch_vms: leaves NODE.Done' 0
on webservice0 cat "$work/webservice0/etc/os-release"; expect 'launch_vms: the guest has the system of the settings' 0 'VERSION_ID="14.04"'
on firstbox "$launch" webservice0; expect 'launch_vms: without -f a node that is done stays' 0 skipped
on firstbox "$launch" -f webservice0; expect 'launch_vms: with -f it is built again' 0 launching
on node1 wc -l "$STANDIN_SHARED/virsh/node1/webservice0/builds"; expect 'launch_vms: builds are counted' 0 '2 '
on node2 virsh domstate webservice0; expect 'virsh: another host does not know it' 1 'failed to get domain'
on node1 virsh start webservice0; expect 'virsh: start of a running domain' 1 'already active'
echo 1 >"$STANDIN_SHARED/virsh/node1/webservice0/slow"
on node1 virsh shutdown webservice0; expect 'virsh: shutdown' 0 'is being shutdown'
on node1 virsh domstate webservice0; expect 'virsh: which takes a while' 0 'in shutdown'
on node1 virsh domstate webservice0; expect 'virsh: and ends' 0 'shut off'
on node1 virsh dumpxml webservice0; expect 'virsh: dumpxml' 0 '<name>webservice0</name>'
on node1 virsh undefine webservice0; expect 'virsh: undefine' 0 undefined
on node1 virsh define "$work/node1/pitrix/kernels/webservice0.xml"; expect 'virsh: define' 0 defined
on firstbox "$work/firstbox/pitrix/bin/gen_mac.py"; first=$out
on firstbox "$work/firstbox/pitrix/bin/gen_mac.py"; expect 'gen_mac: a new address at every call' 0 52:54:9e: "!$first"

on firstbox "$work/firstbox/pitrix/bin/gen_node_list.py"; expect 'gen_node_list: counts the nodes' 0 '2 nodes'
on firstbox cat "$work/firstbox/pitrix/conf/node_list"; expect 'gen_node_list: a line per node' 0 '10.16.0.11 webservice1'
on firstbox "$work/firstbox/pitrix/build/build_pkgs_allinone.sh"; expect 'build_pkgs: builds' 0 'pitrix-ks-webservice-base done'
on firstbox cat "$work/firstbox/pitrix/build/packages/deb/pitrix-ks-webservice-base/built"; expect 'build_pkgs: for the list' 0 webservice0
rm "$work/firstbox/pitrix/conf/node_list"
on firstbox "$work/firstbox/pitrix/build/build_pkgs_allinone.py"; expect 'build_pkgs: not without the list' 1 'run gen_node_list first'

echo running >"$STANDIN_SHARED/virsh/node1/webservice0/state"
on firstbox "$launch" -f webservice0; expect 'launch_vms: a new disk' 0 'is running'
on webservice0 supervisorctl status; expect 'supervisorctl: a new VM has no supervisor' 4 'no such file'
update=$work/firstbox/pitrix/upgrade/update.sh install=$work/firstbox/pitrix/install/install_nodes.sh
on firstbox "$update" webservice0 pitrix-ks-api; expect 'update: not before the installation' 1 'is not installed'
on firstbox "$install" webservice0/1; expect 'install_nodes: webservice0/1 is no node' 1 'unknown node'
on firstbox "$install" webservice0; expect 'install_nodes: component after component' 0 'post Done'
on webservice0 supervisorctl status; expect 'supervisorctl: and then one without programs' 0 '!RUNNING'
on webservice0 apt-cache policy pitrix-ks-api; expect 'apt-cache: not installed' 0 'Installed: (none)' 'Candidate: 5.0.1'
on firstbox "$update" webservice0 global-webservice,global-website; expect 'update: a name may be a list' 0 pitrix-webconsole pitrix-website
on firstbox "$update" webservice0 nosuch; expect 'update: an unknown package' 1 'Unable to locate package nosuch'
on webservice0 apt-cache policy pitrix-ks-api; expect 'apt-cache: installed' 0 'Installed: 5.0.1'
on webservice0 supervisorctl status; expect 'supervisorctl: all run' 0 'ks-api' 'RUNNING   pid' '!STOPPED'
on webservice0 cat "$STANDIN_SHARED/guests/webservice0/pitrix/lib/pitrix-webconsole/mysite/local_config.yaml"; expect 'update: brings the stock files' 0 'brand: stock'
echo 1 >"$STANDIN_SHARED/guests/webservice0/supervisor/slow"
echo website >"$STANDIN_SHARED/guests/webservice0/supervisor/ignores"
on webservice0 supervisorctl stop all; expect 'supervisorctl: stop all is content' 0 'ks-api: stopped' '!website'
on webservice0 supervisorctl status; expect 'supervisorctl: it takes a while' 3 STOPPING
on webservice0 supervisorctl status; expect 'supervisorctl: and one ignores it' 3 STOPPED 'website                          RUNNING'
on webservice0 supervisorctl start all; expect 'supervisorctl: start' 0 'ks-api: started'
on webservice0 supervisorctl status; expect 'supervisorctl: and all run again' 0 '!ST'

on webservice1 ip -o -4 addr show; expect 'ip: addresses of a node' 0 'inet 10.16.0.11/24' 'inet 10.16.0.20/32'
on node2 ip -o link show type bridge; expect 'ip: bridges of a physical host' 0 'br0:' 'br1:' '!eth0'
on node2 ip -o -4 addr show dev br1; expect 'ip: of one interface' 0 10.16.0.22/24 '!192.168'
on firstbox ip -o route get 10.16.0.12; expect 'ip: the way to an address' 0 'dev eth0'
on firstbox arping -D -I eth0 -c 2 10.16.0.22; expect 'arping: somebody answers' 1 '1 response'
on firstbox arping -D -I eth0 -c 2 10.16.0.99; expect 'arping: nobody answers' 0 '0 response'
on firstbox ping -c 1 10.16.0.99; expect 'ping: nobody answers' 1 '0 received'
on firstbox curl -sS -o "$work/page" -w '%{http_code}' --resolve console.example:80:10.16.0.10 http://console.example/; expect 'curl: the page of a node' 0 200
on firstbox cat "$work/page"; expect 'curl: holds its logo' 0 'stock logo' webservice0
on firstbox curl -o "$work/page" --resolve console.example:80:10.16.0.99 http://console.example/; expect 'curl: nobody serves there' 7 '000'
on firstbox ssh -n -o BatchMode=yes webservice0 hostname; expect 'ssh: a guest tells its name' 0 webservice0
on firstbox ssh -n 10.16.0.10 'cat /etc/os-release'; expect 'ssh: by address, and reads its files' 0 VERSION_ID
on firstbox ssh -n node2 true; expect 'ssh: a physical host' 0
on firstbox ssh -n nosuch true; expect 'ssh: nobody of that name' 255 unreachable
on firstbox ssh-keyscan -T 10 10.16.0.10; expect 'ssh-keyscan: the key of a guest' 0 '10.16.0.10 ssh-ed25519 AAAA'
on firstbox ssh-keyscan -T 10 10.16.0.99; expect 'ssh-keyscan: nobody there' 1 '!ssh-ed25519'
on firstbox ssh -n webservice0 shutdown -h now; expect 'ssh: a shutdown ends it with 255' 255 'closed by remote host'
on node1 virsh domstate webservice0; expect 'ssh: and the VM goes off' 0 'shut off'
on firstbox ssh -n webservice0 true; expect 'ssh: then it is unreachable' 255 'No route'
on firstbox ssh -n node1 virsh start webservice0; expect 'ssh: virsh of a physical host' 0 started
on node1 virsh dominfo webservice0; expect 'virsh: autostart is off' 0 'Autostart:      disable'
on node1 virsh autostart webservice0; expect 'virsh: autostart' 0 'marked as autostarted'
on node1 virsh dominfo webservice0; expect 'virsh: and then on' 0 'Autostart:      enable'
on node1 virsh nodememstats; expect 'virsh: memory' 0 'free   : 67108864 KiB'
exec_nodes=$work/firstbox/pitrix/upgrade/exec_nodes.sh
on firstbox "$exec_nodes" all uptime; expect 'exec_nodes: asks without -f' 1 '[y/N]'
echo 2 >"$work/firstbox/var/lib/standins/exec_nodes.code"
on firstbox "$exec_nodes" -f all 'uptime # all'; expect 'exec_nodes: hides every code but 1, and what is behind a #' 0 'exec [uptime ] on all'
echo 1 >"$work/firstbox/var/lib/standins/exec_nodes.code"
on firstbox "$exec_nodes" -f all uptime; expect 'exec_nodes: 1 is a failure' 1
printf '[client]\npassword="made-up-database-password"\n' >"$work/client"
ask="SELECT access_key_id, secret_access_key FROM access_key WHERE access_key_id = 'OTHERID'"
on firstbox "$work/firstbox/usr/local/bin/mariadb" --defaults-extra-file="$work/client" --user=x --execute="$ask"; expect 'account_db: a row' 0 $'OTHERID\tother'
on firstbox "$work/firstbox/usr/local/bin/mariadb" --defaults-extra-file=/dev/null --user=x --execute="$ask"; expect 'account_db: a wrong password' 1 'ERROR 1045'
on firstbox "$work/firstbox/usr/local/bin/mariadb" -psecret --execute="$ask"; expect 'account_db: no password in an argument' 99
conf=$work/nginx.conf
nginx() { printf '%s\n' "$1" >"$conf"; on webservice0 "$here/nginx" -t -q -c "$conf"; }
nginx 'events { worker_connections 5; }'; expect 'nginx: a good file' 0 'is successful'
nginx 'user www-data'; expect 'nginx: a statement without an end' 1 'is not terminated'
nginx 'events {'; expect 'nginx: an open brace' 1 'unexpected end of file'

conf=$work/keepalived.conf
good=$(sed 's/interface eth0/interface lo/' "$here/../fixtures/firstbox/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/keepalived.conf.webservice.webservice0")
try() { printf '%s\n' "$good" | sed "$1" >"$conf"; on webservice0 "$here/keepalived" -t -f "$conf"; }
try ''; expect 'keepalived: a good file' 0
try 's/interface lo/interface nope9/'; expect 'keepalived: unknown interface' 5 "nope9"
try 's/_id 51/_id 0/'; expect 'keepalived: router id 0' 5 'outside range [1, 255]'
try 's/priority 100/priority high/'; expect 'keepalived: priority in words' 5 'invalid number'
try 's/made-up1/made-up-long/'; expect 'keepalived: password of more than 8 characters' 5 Truncating
try 's/10.16.0.20/10.16.0/'; expect 'keepalived: bad address' 5 'invalid IP'
on webservice0 systemctl restart keepalived; expect 'keepalived: the unit does not start without a file' 1 'control process exited'
on webservice0 service keepalived status; expect 'service: hands over to systemctl' 3 failed
