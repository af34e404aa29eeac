# Install PyMySQL for the migration script
# in: PYTHON PIP VERSION SUM WHEEL
# WHEEL is a file on this machine; without one, pip fetches VERSION and verifies its SHA-256.
probe() {
  [ -x "$PYTHON" ] || { echo "no $PYTHON" >&2; return 20; }
  "$PYTHON" -B -c 'import pymysql' 2>/dev/null || { echo "$PYTHON cannot import pymysql"; return 1; }
}
change() {
  if [ -n "$WHEEL" ]; then
    [ -f "$WHEEL" ] || { echo "no $WHEEL" >&2; return 21; }
    "$PIP" install --no-index --no-deps "$WHEEL" </dev/null
  else
    echo "PyMySQL==$VERSION --hash=sha256:$SUM" | "$PIP" install --no-deps --require-hashes -r /dev/stdin
  fi
}
undo() { "$PIP" uninstall -y PyMySQL </dev/null; }
undone() { ! probe >/dev/null; }
