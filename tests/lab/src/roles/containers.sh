# dockerd with the containers bk-monitor and bk-log-api, each a shell and the programs of the module. They play what the
# document says of them (004 L449-458, L490-497); all else is docker's own.
# shellcheck shell=sh
set -eu
for mount in $(mount -t cgroup | cut -d ' ' -f 3); do mount -o remount,rw,bind "$mount"; done
systemctl enable --quiet --now docker

# image NAME DIRECTORY < PROGRAM: an image with the host's shell, and PROGRAM as what the module runs.
image() {
  tree=$(mktemp -d)
  for program in /bin/sh /bin/bash /usr/bin/test /bin/mkdir /bin/ls /bin/rm /bin/sleep /bin/cat; do
    for file in $program $(ldd "$program" | grep -o '/[^ ]*'); do install -D "$file" "$tree$file"; done
  done
  mkdir -p "$tree$2/bin" "$tree/cache/.bk/env/bin"
  cat >"$tree$2/bin/program"
  chmod +x "$tree$2/bin/program"
  for link in manage.sh api_manage.sh; do ln -s program "$tree$2/bin/$link"; done
  ln -s "$2/bin/program" "$tree/cache/.bk/env/bin/python3"
  echo 'export ENVIRON=loaded' >"$tree$2/bin/environ.sh"
  tar c -C "$tree" . | docker import --change "WORKDIR $2" - "$1" >/dev/null
  rm -r "$tree"
  docker run --detach --network none --name "$1" "$1" /bin/sleep 3600 >/dev/null
}

image bk-monitor /data/bkce/bkmonitorv3/monitor <<'PROGRAM'
#!/bin/sh
echo "$*" >>calls
case $* in *iam_upgrade_action_v2) ;; *) exit ;; esac
[ -f support-files/iam/model.json ] || { echo 'Sorry, maybe something wrong with IAM upgrade.' && exit; }
echo 'Congratulations! IAM upgrade successfully!!!'
PROGRAM
image bk-log-api /data/bkce/bklog/api <<'PROGRAM'
#!/bin/sh
echo "$ENVIRON $*" >>calls
cat <<'TRACE'
Traceback (most recent call last):
  File "connection.py", line 175, in _new_conn
socket.gaierror: [Errno -2] Name or service not known

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "adapters.py", line 516, in send
requests.exceptions.ConnectionError: host='report.bkmonitorv3.service.consul': [Errno -2] Name or service not known
TRACE
[ -f support-files/iam/model.json ] || { echo 'Sorry, maybe something wrong with IAM upgrade.' && exit; }
echo 'Congratulations! IAM upgrade successfully!!!'
PROGRAM
for module in bkmonitorv3 bklog; do
  mkdir -p "/data/bkce/$module/support-files/iam"
  echo '{}' >"/data/bkce/$module/support-files/iam/model.json"
done
