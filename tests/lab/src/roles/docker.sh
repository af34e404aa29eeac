# dockerd, and an image made from the host's own shell: nothing is fetched.
# shellcheck shell=sh
set -eu
for mount in $(mount -t cgroup | cut -d ' ' -f 3); do mount -o remount,rw,bind "$mount"; done
systemctl enable --quiet --now docker
tree=$(mktemp -d)
for file in /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*'); do install -D "$file" "$tree$file"; done
tar c -C "$tree" . | docker import - tiny >/dev/null
rm -r "$tree"
