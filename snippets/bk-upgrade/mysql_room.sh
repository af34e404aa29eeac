# Check that the directory of the dumps has room for one
# with: mysql
# in: CREDENTIALS IGNORE DIR
probe() {
  mysql_room "$DIR"
}
