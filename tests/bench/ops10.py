"""The 10 operations of README.md for pyinfra."""

import os
from io import StringIO

from pyinfra import host
from pyinfra.operations import files, server

root = f"{os.environ['BENCH_ROOT']}/pyinfra/{host.name}"
files.directory(path=f"{root}/etc")
files.directory(path=f"{root}/data", mode="750")
files.put(src=StringIO("port = 8080\nname = app\n"), dest=f"{root}/etc/app.conf")
files.put(src=StringIO("maintained by the bench\n"), dest=f"{root}/etc/banner")
files.line(path=f"{root}/etc/hosts", line="10.0.0.1 db", escape_regex_characters=True)
files.line(path=f"{root}/etc/limits", line="* soft nofile 65536", escape_regex_characters=True)
files.line(path=f"{root}/etc/env", line="MODE=.*", replace="MODE=stable")
server.shell(commands=[f"test -e {root}/.init || date > {root}/.init"])
server.shell(commands=["pgrep -x sshd"])
files.file(path=f"{root}/old", present=False)
