# Check that the agreement of the vendor was accepted
# in: FILE
probe() {
  [ -e "$FILE" ]
}
