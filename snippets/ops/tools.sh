# Check that the tools of the step are there
# in: TOOLS
probe() {
  missing=
  for tool in $TOOLS; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
  done
  [ -z "$missing" ] || { echo "missing:$missing"; return 1; }
}
