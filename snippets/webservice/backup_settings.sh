# Check that a directory exists and contains files
# in: DIR
probe() {
  [ -d "$DIR" ] || { echo "no directory $DIR"; return 1; }
  [ -n "$(find "$DIR/" -type f | head -n 1)" ] || { echo "$DIR contains no file"; return 1; }
}
