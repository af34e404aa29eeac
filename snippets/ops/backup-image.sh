# Check the image of a virtual disk
# in: FILE
probe() {
  command -v qemu-img >/dev/null || { echo 'qemu-img is not installed: nothing can read the image'; return 1; }
  # To qemu-img it is a raw image.
  [ -s "$FILE" ] || { echo "$FILE is empty"; return 1; }
  set +e
  said=$(qemu-img check "$FILE" 2>&1)
  code=$?
  set -e
  # 3: leaked clusters, which cost space only. 63: a raw image has nothing to check.
  case $code in 0 | 3 | 63) return 0 ;; esac
  printf '%s\n' "$said"
  return 1
}
