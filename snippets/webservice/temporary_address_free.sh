# Check that no host answers for an address
# in: ADDRESS DEVICE
# DEVICE is the interface for the probe, or empty: by the route.
probe() {
  command -v arping >/dev/null || { echo "no arping: install iputils-arping" >&2; return 20; }
  via=$DEVICE
  [ -n "$via" ] || via=$(ip -o route get "$ADDRESS" | sed -n 's/.* dev \([^ ]*\).*/\1/p')
  [ -n "$via" ] || { echo "no route to $ADDRESS: name the interface" >&2; return 20; }
  # A host may answer only one of arping and ping.
  code=0
  arping -D -I "$via" -c 2 "$ADDRESS" >/dev/null || code=$?
  case $code in
    0) ;;
    1) echo "a host answers for $ADDRESS on $via"; return 1 ;;
    *) return 20 ;;
  esac
  ! ping -c 1 -W 1 "$ADDRESS" >/dev/null || { echo "$ADDRESS answers to ping"; return 1; }
}
