# Check that MySQL can be dumped: it answers, has a binary log, and databases of BlueKing
# with: mysql
# in: CREDENTIALS IGNORE
probe() {
  mysql_answers || return 1
  command -v mysqldump >/dev/null || { echo 'there is no mysqldump'; return 1; }
  mysql_logs || { echo 'the server has no binary log: a dump could not say its place there'; return 1; }
  databases=$(mysql_databases)
  [ -n "$databases" ] || { echo 'there is no database of BlueKing: all names are ignored ones'; return 1; }
}
