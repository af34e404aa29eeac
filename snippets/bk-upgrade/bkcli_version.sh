# Print the version in a VERSION file, or `absent`
# in: FILE
probe() {
  if [ -f "$FILE" ]; then head -n 1 "$FILE"; else echo absent; fi
}
