# Print how many MB a directory of images has left, and how large a node's image in it is: 0 when there is none
# in: NODE DIR
# An image that was moved aside is as large; one that is not full yet counts as what it can grow to.
probe() {
  bytes=0
  for image in "$DIR/$NODE.img" "$DIR/old-$NODE.img"; do
    [ ! -f "$image" ] || { bytes=$(stat -c %s "$image"); break; }
  done
  df -Pk "$DIR" | awk -v bytes="$bytes" 'END { printf "%d %d\n", $4 / 1024, (bytes + 1048575) / 1048576 }'
}
