# Check an etcd snapshot
# in: FILE
# `snapshot status` reads every page of the file. It prints hash, revision, number of keys and size.
probe() {
  tool=
  for name in etcdutl etcdctl; do
    if [ -z "$tool" ] && command -v "$name" >/dev/null; then tool=$name; fi
  done
  [ -n "$tool" ] || { echo 'neither etcdutl nor etcdctl is installed: nothing can read the snapshot'; return 1; }
  said=$(ETCDCTL_API=3 "$tool" snapshot status "$FILE" -w simple 2>&1) || { printf '%s\n' "$said"; return 1; }
  revision=$(printf '%s\n' "$said" | tail -n 1 | cut -d , -f 2 | tr -d ' ')
  [ "${revision:-0}" -gt 0 ] || { echo "$FILE holds no revision: nothing was ever written to that etcd"; return 1; }
}
