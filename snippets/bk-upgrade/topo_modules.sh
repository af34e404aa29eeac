# Print the modules that the tool registers for a name of .installed_module, as JSON
# in: PYTHON FILE
# The interpreter of the tool reads the table: what it cannot read, or reads differently, is not guessed here.
probe() {
  "$PYTHON" -c 'import json, runpy, sys; print(json.dumps(runpy.run_path(sys.argv[1])["Message"].real_module_dict))' "$FILE"
}
