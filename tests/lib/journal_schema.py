#!/usr/bin/env python3
"""journal_schema.py SCHEMA JOURNAL... - says which lines of journals are not as the JSON Schema has them.

A line `!` before a line turns its meaning round: that line must not fit. Exit 3: no jsonschema here.
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(3)

with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
wrong = checked = 0
for path in sys.argv[2:]:
    with open(path) as file:
        lines = file.read().splitlines()
    bad = False
    for number, line in enumerate(lines, 1):
        if line == "!":
            bad = True
            continue
        fits = validator.is_valid(json.loads(line))
        if fits == bad:
            wrong += 1
            print(f"{path}:{number}: {'fits and should not' if fits else 'does not fit'}: {line[:300]}")
        checked, bad = checked + 1, False
print(f"{checked} lines")
sys.exit(1 if wrong else 0)
