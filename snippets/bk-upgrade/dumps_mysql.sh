# List the dumps of MySQL in a directory
# in: DIR
# A line `part NAME` for each that is being written, or was killed. A line `dump NAME SEALED BYTES` for each whole one,
# with the lines of its description behind a tab; SEALED is `yes` with a manifest. A line `now SECONDS`.
probe() {
  for file in "$DIR"/*.sql.part "$DIR"/*.sql; do
    [ -f "$file" ] || continue
    name=${file##*/}
    name=${name%.part} name=${name%.sql}
    # One of `restore` is of half-upgraded databases: it is for a person.
    case $name in before-restore.*) continue ;; esac
    case $file in *.part) echo "part $name" && continue ;; esac
    # A dump of somebody else has no description.
    [ -f "$DIR/$name.about" ] || continue
    sealed=no
    [ ! -f "$file.xtask-manifest" ] || sealed=yes
    echo "dump $name $sealed $(wc -c <"$file")"
    sed 's/^/	/' "$DIR/$name.about"
  done
  echo "now $(date +%s)"
}
