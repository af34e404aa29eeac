# Look whether nobody answers for an address
# in: ADDRESS DEVICE
# DEVICE is the interface to ask on, or empty: the one that leads there.
probe() {
  command -v arping >/dev/null || { echo "no arping here: install iputils-arping" >&2; return 20; }
  via=$DEVICE
  [ -n "$via" ] || via=$(ip -o route get "$ADDRESS" | sed -n 's/.* dev \([^ ]*\).*/\1/p')
  [ -n "$via" ] || { echo "no way leads to $ADDRESS: name the interface" >&2; return 20; }
  # Not every host answers to both.
  code=0
  arping -D -I "$via" -c 2 "$ADDRESS" >/dev/null || code=$?
  case $code in
    0) ;;
    1) echo "somebody answers for $ADDRESS on $via"; return 1 ;;
    *) return 20 ;;
  esac
  ! ping -c 1 -W 1 "$ADDRESS" >/dev/null || { echo "$ADDRESS answers to ping"; return 1; }
}
