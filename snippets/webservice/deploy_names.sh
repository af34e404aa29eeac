# Print the packages that a list of names stands for; a name may be a file of the platform's package lists
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
