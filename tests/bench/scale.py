#!/usr/bin/env python3
"""scale.py N DIR - makes DIR/hosts.toml with N hosts, each in two of 41 groups, and one run of N journal lines."""
import hashlib
import json
import os
import sys

size, work = int(sys.argv[1]), sys.argv[2]

with open(f"{work}/hosts.toml", "w") as out:
    for number in range(size):
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        out.write(f'[hosts.h{number}]\naddress = "{address}"\nvars = {{ n = {number} }}\n')
    out.write("[groups]\n")
    for group in range(40):
        members = ", ".join(f'"h{number}"' for number in range(group, size, 40))
        out.write(f"g{group} = [{members}]\n")
    out.write('all_of_it = "@g[0-39]"\n')

run = f"{work}/state/xtask/runs/20261121-023311-bk-upgrade-paas"
os.makedirs(run, mode=0o700)
for path in (f"{work}/state", f"{work}/state/xtask", f"{work}/state/xtask/runs"):
    os.chmod(path, 0o700)
chain = ""
with open(f"{run}/journal.jsonl", "w") as out:
    for line in range(1, size + 1):
        entry = {"line": line, "at": "2026-11-21T02:33:11.123Z"}
        host = {"op": line, "host": f"h{line % (size // 10)}", "what": f"operation {line % 7}"}
        if line == 1:
            entry |= {"event": "start", "schema": 2, "run": os.path.basename(run), "step": "bk-upgrade paas",
                      "args": ["bk-upgrade", "paas"], "snippets": {}, "user": "root", "from": "vm", "pid": 1,
                      "program": "0.1.0", "cwd": "/", "inventory": "/hosts.toml", "inventory_sha256": "",
                      "rehearsal": False, "undoes": None}
        elif line == size:
            entry |= {"event": "end", "exit": 0, "error": None}
        elif line % 4 == 0:
            entry |= {"event": "intent", **host, "diff": "+x", "hash": "", "undo": None}
        else:
            host["op"] -= line % 4 == 1
            outcome = "changed" if line % 4 == 1 else "kept"
            entry |= {"event": "result", **host, "outcome": outcome, "seconds": 0.1, "error": None, "outputs": []}
        body = json.dumps(entry, separators=(",", ":"))[:-1]
        chain = hashlib.sha256((chain + body).encode()).hexdigest()
        out.write(f'{body},"chain":"{chain}"}}\n')
os.chmod(f"{run}/journal.jsonl", 0o600)
