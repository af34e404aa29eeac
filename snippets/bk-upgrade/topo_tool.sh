# Run one action of the tool that registers templates and sets
# in: PYTHON FILE OPTIONS ACTION
# Standard input is the secret. The tool takes it from its arguments only, so they are set inside of the interpreter, where
# no list of processes shows them (XX.1). It writes a log with the secret: nobody else may read that.
change() {
  umask 077
  # shellcheck disable=SC2086 # words
  "$PYTHON" -c '
import runpy, sys
secret, sys.argv = sys.stdin.read(), sys.argv[1:]
sys.argv += ["-t", secret]
runpy.run_path(sys.argv[0], run_name="__main__")
' "$FILE" $OPTIONS "$ACTION"
}
