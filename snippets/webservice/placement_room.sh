# Print the free MB of an image directory, and the MB of a node's image in it; 0 without an image
# in: NODE DIR
# An image that was moved aside counts too. A sparse image counts with its full size.
probe() {
  bytes=0
  for image in "$DIR/$NODE.img" "$DIR/old-$NODE.img"; do
    [ ! -f "$image" ] || { bytes=$(stat -c %s "$image"); break; }
  done
  df -Pk "$DIR" | awk -v bytes="$bytes" 'END { printf "%d %d\n", $4 / 1024, (bytes + 1048575) / 1048576 }'
}
