# On a host: the units that a tool of the vendor has put into the shared directory for a module become real ones, and run.
# Argument: the module, as the tool calls it. Those of etcd and of the Redis cluster run the real programs.
# shellcheck shell=sh
set -eu
shared=/var/lib/standins/shared
address=$(cut -d / -f 1 /etc/lab-address)
# shellcheck disable=SC2046 # MODULE, PLACE, PACKAGE, UNITS, PROJECTS
set -- $(sed -n "/^table='/,/^'/{ /^$1 /p; }" /data/install/bkcli)
[ $# = 5 ] || exit 0
hosts=$(sh "$shared/lab/places" "$2")
# shellcheck disable=SC2086,SC2116 # a line of them
case " $(echo $hosts) " in *" $address "*) ;; *) exit 0 ;; esac

# A value of the deploy scripts.
value() { bash -c 'source "$1" && printf %s "${!2}"' bash "/data/install/bin/$1" "$2"; }

program() {
  case $1 in
    etcd)
      cluster=''
      for host in $hosts; do cluster=$cluster,$host=http://$host:2380; done
      echo "/usr/bin/etcd --name $address --data-dir /var/lib/etcd-bk --initial-cluster ${cluster#,}" \
        "--initial-advertise-peer-urls http://$address:2380 --listen-peer-urls http://$address:2380" \
        "--advertise-client-urls http://$address:2379 --listen-client-urls http://$address:2379,http://127.0.0.1:2379"
      ;;
    redis-cluster) echo '/usr/bin/redis-server /etc/redis-cluster.conf' ;;
  esac
}

all=''
for unit in $(echo "$4" | tr , ' '); do
  target=$shared/$1/$unit.service
  [ -f "$target" ] || continue
  link=$(grep "/$unit.service\$" /var/lib/standins/arrivals || echo "/usr/lib/systemd/system/$unit.service")
  real=$(program "$unit")
  sed "${real:+s|^ExecStart=.*|ExecStart=$real|}" "$target" >"/run/$unit.new"
  cmp -s "/run/$unit.new" "$link" || install -m 644 "/run/$unit.new" "$link"
  all="$all ${link##*/}"
done
[ -n "$all" ] || exit 0

if [ "$1" = redis_cluster ]; then
  port=$(value 04-final/gse.env BK_GSE_REDIS_PORT)
  password=$(value 01-generate/dbadmin.env BK_REDIS_CLUSTER_ADMIN_PASSWORD)
  mkdir -p /var/lib/redis-cluster
  (umask 077 && cat >/etc/redis-cluster.conf <<CONF
port $port
bind $address
dir /var/lib/redis-cluster
cluster-enabled yes
requirepass "$password"
masterauth "$password"
CONF
  )
fi
systemctl daemon-reload
# shellcheck disable=SC2086 # one word a unit
systemctl enable --quiet --now $all

# Each node takes its part of the slots, and meets the others.
if [ "$1" = redis_cluster ]; then
  ask() { printf 'AUTH "%s"\n%s\n' "$password" "$1" | redis-cli -h "$address" -p "$port" 2>&1; }
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    ! ask PING | grep -q PONG || break
    sleep 0.2
  done
  count=0 place=0
  for host in $hosts; do
    [ "$host" != "$address" ] || place=$count
    count=$((count + 1))
  done
  ask "CLUSTER ADDSLOTSRANGE $((place * 16384 / count)) $(((place + 1) * 16384 / count - 1))" >/dev/null
  for host in $hosts; do [ "$host" = "$address" ] || ask "CLUSTER MEET $host $port" >/dev/null; done
fi
