"""Inventory of the fleet for pyinfra, which reads no Host blocks of an ssh_config file given by path."""

import getpass
import os
from pathlib import Path

fleet = Path(os.environ["BENCH_FLEET"])
login = {
    "ssh_port": int((fleet / "port").read_text()),
    "ssh_user": getpass.getuser(),
    "ssh_key": str(fleet / "client_key"),
    "ssh_known_hosts_file": str(fleet / "known_hosts"),
    "ssh_strict_host_key_checking": "yes",
}
hosts = [(f"127.0.1.{int(name[1:])}", login) for name in Path(os.environ["BENCH_HOSTS"]).read_text().split()]
