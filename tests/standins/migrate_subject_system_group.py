#!/usr/bin/python3
"""Stand-in for the migration script of the permission center. Behaviour: 004 L249-263 and the public script of that name.

Arguments, messages (`INFO:root:...` on standard error) and failures (an exception, exit 1) are those of the original. The
database is $STANDIN_SHARED/bkiam: `subject_groups` has a line `GROUP SYSTEM` for each authorized group, `migrate` writes
`group_system_auth_type` from it and prints the lines of `says`, and `check` compares the two. The log has the arguments of the process, not `sys.argv`.
"""

import argparse
import logging
import os
import subprocess
import sys

import pymysql

logging.basicConfig(level=logging.INFO)

ROOT = os.environ.get("STANDIN_ROOT", "")
STATE = os.environ.get("STANDIN_STATE", ROOT + "/var/lib/standins")
SHARED = os.environ.get("STANDIN_SHARED", STATE + "/shared")
LIB = os.environ.get("STANDIN_LIB", "/usr/lib/standins")
DATA = SHARED + "/bkiam"


def called(action):
    """Logs the process and its environment; fails on demand."""
    with open("/proc/self/cmdline", "rb") as file:
        words = [word for word in file.read().decode().split("\0") if word and "\n" not in word]
    with open("/proc/self/environ", "rb") as file:
        words.append("environment: " + file.read().decode().replace("\0", " "))
    script = '. "$0/lib.sh" && name=$1 action=$2 && shift 2 && standin_log "$name" "$@" && standin_fail "$name" "$action"'
    words = [LIB, "migrate_subject_system_group.py", action, *words]
    code = subprocess.run(["sh", "-c", script, *words], stdin=subprocess.DEVNULL).returncode
    if code:
        sys.exit(code)


def lines(name):
    try:
        with open(DATA + "/" + name, encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return None


def migrate(args):
    pymysql.connect(**args)
    logging.info("start migrate")
    groups = lines("subject_groups") or []
    logging.info("all group count: %s", len(groups))
    os.makedirs(DATA, exist_ok=True)
    new = DATA + "/.group_system_auth_type"
    with open(new, "w", encoding="utf-8") as file:
        file.writelines(group + " 1\n" for group in groups)
    os.replace(new, DATA + "/group_system_auth_type")
    for line in lines("says") or []:
        print(line, file=sys.stderr)
    logging.info("create all group system auth type completed")


def check(args):
    pymysql.connect(**args)
    logging.info("start check")
    have = lines("group_system_auth_type")
    if have is None:
        raise Exception("subject_system_group table not exists")
    for group in lines("subject_groups") or []:
        if group + " 1" not in have:
            pk, system = group.split()
            raise Exception(f"group {pk} system_id {system} auth type not exists")
    logging.info("check completed, all data migrate completed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("action")
    parser.add_argument("-H", "--host")
    parser.add_argument("-P", "--port", default=3306)
    parser.add_argument("-u", "--user")
    parser.add_argument("-p", "--password")
    parser.add_argument("-D", "--database", default="bkiam")
    args = vars(parser.parse_args())
    action = args.pop("action")
    called(action)
    if action not in ("migrate", "check"):
        raise Exception("only support migrate/check action")
    {"migrate": migrate, "check": check}[action](args)


if __name__ == "__main__":
    main()
