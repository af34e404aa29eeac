# Check an etcd snapshot
# in: FILE
# `snapshot status` reads the whole file, compares its hash, and counts its keys.
probe() {
  tool=
  for name in etcdutl etcdctl; do
    if [ -z "$tool" ] && command -v "$name" >/dev/null; then tool=$name; fi
  done
  [ -n "$tool" ] || { echo 'neither etcdutl nor etcdctl is installed: nothing can read the snapshot'; return 1; }
  said=$(ETCDCTL_API=3 "$tool" snapshot status "$FILE" -w simple 2>&1) || { printf '%s\n' "$said"; return 1; }
  # HASH, REVISION, KEYS, SIZE
  keys=$(printf '%s\n' "$said" | tail -n 1 | cut -d , -f 3 | tr -d ' ')
  [ "${keys:-0}" -gt 0 ] || { echo "$FILE holds no key: $said"; return 1; }
}
