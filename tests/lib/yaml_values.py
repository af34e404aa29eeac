#!/usr/bin/env python3
"""yaml_values.py - reads edits as JSON, and says which of them a YAML reader takes otherwise.

An edit is `[before, after, document, operation, steps, value]`. A step is a key, an index, or `[keys, value]` for a list
member. All is read twice: by the rules of YAML 1.1 and by those of 1.2. Both must find the old values with exactly
this edit, in the old order, with the type of the value. Exit 3: no PyYAML here.
"""
import json
import re
import sys

try:
    import yaml
except ImportError:
    sys.exit(3)


Old = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Core(Old):
    """The types of YAML 1.2."""

    yaml_implicit_resolvers = {}


for name, pattern, first in [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    # Merges are no type of 1.2, but its readers have them.
    ("merge", r"<<", "<"),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + name, re.compile(f"^({pattern})$"), list(first))


def whole(loader, node):
    text = loader.construct_scalar(node)
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


def broken(loader, node):
    return float(loader.construct_scalar(node).lower().replace(".inf", "inf").replace(".nan", "nan"))


Core.add_constructor("tag:yaml.org,2002:int", whole)
Core.add_constructor("tag:yaml.org,2002:float", broken)


def at(value, step):
    """The key or index of a step."""
    if not isinstance(step, list):
        return step
    keys, want = step
    for index, member in enumerate(value):
        for key in keys:
            member = member.get(key) if isinstance(member, dict) else None
        if str(member) == want:
            return index
    raise KeyError(want)


def edit(value, operation, steps, new):
    for step in steps[:-1]:
        step = at(value, step)
        if isinstance(value, dict) and value.get(step) is None:
            value[step] = {}
        value = value[step]
    last = at(value, steps[-1])
    if operation == "set":
        value[last] = new
    elif operation == "remove":
        del value[last]
    elif new not in value[last] or operation == "append" and value[last][-1] != new:
        value[last].append(new)


edits = json.load(sys.stdin)
wrong = 0
for before, after, document, operation, steps, new in edits:
    for loader in (Old, Core):
        try:
            old = list(yaml.load_all(before, Loader=loader)) or [{}]
            now = list(yaml.load_all(after, Loader=loader))
            edit(old[document], operation, steps, new)
            # `repr` tells 1 from True and from 1.0, and shows the order of keys.
            good = repr(old) == repr(now)
        except (yaml.YAMLError, KeyError, TypeError) as error:
            good, now = False, repr(error)
        if not good:
            wrong += 1
            print(f"{before!r} {operation} {steps} {new!r}: {after!r} gives {now!r}")
print(f"{len(edits)} edits")
sys.exit(1 if wrong else 0)
