# Look whether files are there and can be executed
# in: FILES
probe() {
  missing=
  for file in $FILES; do [ -x "$file" ] || missing="$missing $file"; done
  [ -z "$missing" ] || { echo "not there, or not executable:$missing"; return 1; }
}
