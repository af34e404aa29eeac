# Look whether a directory is there and holds files
# in: DIR
probe() {
  [ -d "$DIR" ] || { echo "there is no directory $DIR"; return 1; }
  [ -n "$(find "$DIR/" -type f | head -n 1)" ] || { echo "$DIR holds no file"; return 1; }
}
