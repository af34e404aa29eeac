# Check that the last line of a dump is its end mark
# in: FILE MARK
# MARK is how that line begins: `-- Dump completed` of mysqldump. A file that ends in .gz is unpacked.
probe() {
  case $FILE in
    *.gz)
      gzip -t "$FILE" || return 1
      last=$(gzip -dc "$FILE" | tail -n 1)
      ;;
    *) last=$(tail -n 1 "$FILE") || return 1 ;;
  esac
  case $last in "$MARK"*) return 0 ;; esac
  echo "$FILE does not end with \`$MARK\`: the dump was cut short"
  return 1
}
