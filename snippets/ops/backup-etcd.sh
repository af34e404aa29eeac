# Check an etcd snapshot
# in: FILE
# `snapshot save` ends the file, whose pages are multiples of 512 bytes, with its SHA-256. `snapshot status` prints
# hash, revision, number of keys and size; some versions do not miss pages that are cut off.
probe() {
  size=$(wc -c <"$FILE") || return 1
  [ "$((size % 512))" = 32 ] || { echo "$FILE does not end with its hash: it is cut short, or was not made by snapshot save"; return 1; }
  wanted=$(tail -c 32 "$FILE" | od -A n -t x1 | tr -d ' \n')
  found=$(head -c "$((size - 32))" "$FILE" | sha256sum | cut -d ' ' -f 1)
  [ "$wanted" = "$found" ] || { echo "$FILE does not have the hash at its end: it has changed since it was made"; return 1; }
  tool=
  for name in etcdutl etcdctl; do
    if [ -z "$tool" ] && command -v "$name" >/dev/null; then tool=$name; fi
  done
  [ -n "$tool" ] || { echo 'neither etcdutl nor etcdctl is installed: nothing can read the snapshot'; return 1; }
  said=$(ETCDCTL_API=3 "$tool" snapshot status "$FILE" -w simple 2>&1) || { printf '%s\n' "$said"; return 1; }
  revision=$(printf '%s\n' "$said" | tail -n 1 | cut -d , -f 2 | tr -d ' ')
  [ "${revision:-0}" -gt 0 ] || { echo "$FILE holds no revision: nothing was ever written to that etcd"; return 1; }
}
