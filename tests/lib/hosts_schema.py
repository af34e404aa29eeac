#!/usr/bin/env python3
"""hosts_schema.py SCHEMA DIR - says which files of DIR are not as the JSON Schema of hosts.toml has them.

good-*.toml must fit, bad-*.toml must not. Exit 3: no jsonschema here.
"""
import json
import pathlib
import sys
import tomllib

try:
    from jsonschema import Draft7Validator
except ImportError:
    sys.exit(3)

schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
wrong = checked = 0
for path in sorted(pathlib.Path(sys.argv[2]).glob("*.toml")):
    errors = [error.message for error in validator.iter_errors(tomllib.loads(path.read_text()))]
    checked += 1
    if bool(errors) == path.name.startswith("good"):
        wrong += 1
        print(f"{path.name}: {errors or 'fits and should not'}\n{path.read_text()}")
print(f"{checked} files, {wrong} wrong")
sys.exit(1 if wrong or checked < 10 else 0)
