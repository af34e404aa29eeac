# Check that files exist and are executable
# in: FILES
probe() {
  missing=
  for file in $FILES; do [ -x "$file" ] || missing="$missing $file"; done
  [ -z "$missing" ] || { echo "missing or not executable:$missing"; return 1; }
}
