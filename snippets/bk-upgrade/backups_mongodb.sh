# List the dumps of MongoDB in a directory
# in: DIR
# The lines are those of backups_mysql.
probe() {
  for folder in "$DIR"/[0-9]*-[0-9]*; do
    [ -d "$folder" ] || continue
    name=${folder##*/}
    case $name in *.part) echo "part ${name%.part}" && continue ;; esac
    [ -f "$folder/about" ] || continue
    sealed=no
    [ ! -f "$folder/.xtask-manifest" ] || sealed=yes
    echo "dump $name $sealed $(find "$folder" -type f ! -name '*.xtask-manifest*' -exec stat -c %s {} + | awk '{ all += $1 } END { printf "%.0f", all }')"
    sed 's/^/	/' "$folder/about"
  done
  echo "now $(date +%s)"
}
