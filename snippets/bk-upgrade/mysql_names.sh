# List the databases of BlueKing
# with: mysql
# in: CREDENTIALS IGNORE
probe() {
  mysql_databases
}
