# Makes a host of the lab one of a BlueKing 6.1: the old services are real units, which serve by sleeping. Arguments: the
# addresses of the control machine and of the hosts. `readdress DIR...` is there.
# shellcheck shell=sh
set -eu
shared=/var/lib/standins/shared
readdress /data /etc/consul-template /etc/nginx /var/lib/standins/mongodb /var/lib/standins/mysql
rm -rf /data/install
ln -s "$shared/install/$(hostname)" /data/install
mkdir -p /data/bkce
ln -sfn "$shared/installed/$(hostname)" /data/bkce/.installed_module
# New units are links of the stand-ins into the shared directory; `arrive` makes files of them.
find /usr/lib/systemd/system /etc/systemd/system -type l -lname "$shared/*" -printf '%p\n' >/var/lib/standins/arrivals
while read -r link; do rm "$link"; done </var/lib/standins/arrivals

# Real environments, and the real program that removes them.
for environment in /data/bkce/.envs/*/; do
  [ -d "$environment" ] || continue
  rm -r "$environment"
  python3 -m venv --without-pip "$environment"
done
[ ! -e /usr/bin/virtualenvwrapper.sh ] || ln -sf /usr/share/virtualenvwrapper/virtualenvwrapper.sh /usr/bin/virtualenvwrapper.sh
# Commands of old services.
for unit in /usr/lib/systemd/system/bk-*.service; do
  [ -f "$unit" ] || continue
  program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit" | head -n 1)
  mkdir -p "${program%/*}"
  printf '#!/bin/sh\nexec sleep infinity\n' >"$program"
  chmod 755 "$program"
done

# A real MySQL with the databases of the stand-in. MariaDB's clients know no login paths, so a login path is a file here.
if [ -d /var/lib/standins/mysql/databases ]; then
  cat >/etc/mysql/mariadb.conf.d/99-lab.cnf <<'CONF'
[mariadbd]
log-bin = mysql-bin
skip-networking
innodb-buffer-pool-size = 16M
CONF
  systemctl enable --quiet --now mariadb
  for database in /var/lib/standins/mysql/databases/*; do
    name=${database##*/}
    # shellcheck disable=SC2016 # back quotes of SQL
    { printf 'CREATE DATABASE `%s`; USE `%s`;\n' "$name" "$name" && cat "$database"; } | mariadb
  done
  mariadb -e "CREATE USER backup@localhost IDENTIFIED BY 'made-up-login-path'; GRANT ALL ON *.* TO backup@localhost"
  (umask 077 && printf '[client]\nuser=backup\npassword=made-up-login-path\n' >/root/.default-root.cnf)
  rm /usr/bin/mysql /usr/bin/mysqldump /usr/lib/standins/mysql_server
  for pair in mysql:mariadb mysqldump:mariadb-dump; do
    cat >"/usr/bin/${pair%:*}" <<PROGRAM
#!/bin/sh
case \${1:-} in --login-path=*) first=--defaults-file=/root/.\${1#*=}.cnf && shift && exec /usr/bin/${pair#*:} "\$first" "\$@" ;; esac
exec /usr/bin/${pair#*:} "\$@"
PROGRAM
    chmod 755 "/usr/bin/${pair%:*}"
  done
fi

# The unit of consul-template renders at its start and at each reload.
if [ -f /usr/local/bin/consul-template ]; then
  mv /usr/local/bin/consul-template /usr/lib/standins/consul-template
  cat >/usr/local/bin/consul-template <<'PROGRAM'
#!/bin/sh
trap : HUP
while :; do
  /usr/lib/standins/consul-template "$@" || exit
  sleep infinity &
  wait $! || kill $! 2>/dev/null
done
PROGRAM
  chmod 755 /usr/local/bin/consul-template
  # It also offers the files of the vendor: slowly, for a transfer that something happens to.
  cat >/etc/nginx/download.conf <<CONF
pid /run/download.pid;
events { worker_connections 64; }
http {
    access_log off;
    server { listen 8088; root $shared/lab/download; location ~ [.]tgz$ { limit_rate 12k; } }
}
CONF
  printf '[Service]\nExecStart=/usr/sbin/nginx -c /etc/nginx/download.conf -g "daemon off;"\n[Install]\nWantedBy=multi-user.target\n' \
    >/etc/systemd/system/download.service
  systemctl enable --quiet --now download
fi

# The client of a Redis cluster, and that of containers: a unit of 6.2 is the client of one; this daemon runs without one.
[ ! -e /usr/local/bin/redis-cli ] || rm /usr/local/bin/redis-cli
rm -f /usr/bin/docker
cat >/usr/bin/docker <<'PROGRAM'
#!/bin/sh
[ "$1" = start ] && exec sleep infinity
exec /usr/local/bin/docker "$@"
PROGRAM
chmod 755 /usr/bin/docker
mkdir -p /etc/systemd/system/docker.service.d
printf '[Service]\nType=simple\nExecStart=\nExecStart=/bin/sleep infinity\n[Unit]\nRequires=\nAfter=\n' >/etc/systemd/system/docker.service.d/lab.conf
systemctl daemon-reload
grep -l '^X-Standin-Initial=active enabled' /usr/lib/systemd/system/*.service | while read -r unit; do
  systemctl enable --quiet --now "${unit##*/}" </dev/null
done
