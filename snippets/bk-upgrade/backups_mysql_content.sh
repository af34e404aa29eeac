# Check that a dump of MySQL is whole, and has each of its databases once
# with: mysql
# in: FILE ABOUT
probe() {
  mysql_whole "$FILE" "$ABOUT"
}
