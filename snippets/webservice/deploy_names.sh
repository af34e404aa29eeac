# Print the packages of a list of names; a name may be a file of the platform's package lists
# in: NAMES LISTS
probe() {
  for name in $NAMES; do
    if [ -f "$LISTS/$name" ]; then
      sed -n "s/^packages=(\(.*\)).*/\1/p" "$LISTS/$name" | tr -d "'\"" | tr -s '[:blank:]' '\n'
    else
      echo "$name"
    fi
  done
}
