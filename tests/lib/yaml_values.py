#!/usr/bin/env python3
"""yaml_values.py - reads `[[before, after, key, value], …]` as JSON, and says which edits a YAML reader takes otherwise.

An edit changes one key. A text becomes exactly VALUE, another value keeps its type. Exit 3: no PyYAML here.
"""
import json
import sys

try:
    import yaml
except ImportError:
    sys.exit(3)

edits = json.load(sys.stdin)
wrong = 0
for before, after, key, value in edits:
    try:
        old, new = yaml.safe_load(before) or {}, yaml.safe_load(after)
        was, now = old.pop(key, None), new.pop(key)
        if was is None or isinstance(was, str):
            good = now == value and isinstance(now, str)
        elif isinstance(was, (int, float)) and not isinstance(was, bool):
            good = isinstance(now, (int, float)) and not isinstance(now, bool)
        else:
            good = type(now) is type(was)
        good = good and repr(old) == repr(new)
    except yaml.YAMLError as error:
        good, now = False, error
    if not good:
        wrong += 1
        print(f"{before!r} with {value!r}: {after!r} gives {now!r}")
print(f"{len(edits)} edits")
sys.exit(1 if wrong else 0)
