//! The traps of backups of section 5.

use crate::common::traps::Answer::{Guarded, Surfaced};
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.5",
        lines: "34, 73",
        mistake: "`ssh $BK_MYSQL_IP`: with an empty variable ssh only prints its usage. The lines after it then work on \
            the control machine, and the backup is made there.",
        answer: Guarded,
        text: "An empty or missing variable is refused. The machine of the database is in the manifest of each dump.",
        steps: &[
            "mysql-backup-dir",
            "mysql-backup-script",
            "mysql-backup",
            "mongodb-backup-dir",
            "mongodb-backup",
        ],
    },
    Trap {
        id: "X4.7",
        lines: "50-52",
        mistake: "`grep -w test` also drops a database of the name `my-test`. It is missing from the backup without a word.",
        answer: Guarded,
        text: "Whole names are compared. The dump must have each wanted database exactly once.",
        steps: &["mysql-backup-script", "mysql-backup"],
    },
    Trap {
        id: "X4.8",
        lines: "52, 54",
        mistake: "`--login-path` is unknown to the clients of MariaDB. The list of databases is then empty, and so is the dump.",
        answer: Guarded,
        text: "--login-path or --defaults-file is chosen. MySQL must answer, and an empty list is refused.",
        steps: &["mysql-backup-dir", "mysql-backup-script", "mysql-backup"],
    },
    Trap {
        id: "X4.9",
        lines: "54",
        mistake: "`--master-data=2` fails without a binary log, after the first lines of the dump. Nobody looks at the exit code.",
        answer: Guarded,
        text: "A server without a binary log is refused before anything runs. Exit code, standard error and the last line decide.",
        steps: &["mysql-backup-dir", "mysql-backup-script", "mysql-backup"],
    },
    Trap {
        id: "X4.10",
        lines: "54, 63",
        mistake: "A second run after the upgrade overwrites the only good dump. `grep 'CREATE DATABASE'` also finds lines in a \
            dump that was cut short.",
        answer: Guarded,
        text: "Each dump has a name of its own, and replaces no other one. It must end with `-- Dump completed`. Its \
            description has the release, and `restore` takes one of 6.1. --restore-proof loads its schema into a scratch \
            server.",
        steps: &["mysql-backup", "restore"],
    },
    Trap {
        id: "X4.11",
        lines: "81",
        mistake: "mongodump has the password in its arguments. The directory is fixed, so two runs mix their files. `--oplog` \
            needs a replica set.",
        answer: Guarded,
        text: "The password is in a file of mode 600 that is removed. Each dump has a new directory. A server without a \
            replica set, or a user without the role, is refused first.",
        steps: &["mongodb-backup-dir", "mongodb-backup"],
    },
    Trap {
        id: "X4.69",
        lines: "27-91",
        mistake: "The document has no way back. Database migrations go in one direction only.",
        answer: Guarded,
        text: "`restore` brings trees, databases and unit files back from the proved backups. It first lists what no backup \
            has, keeps aside what it replaces, and names what is left to do on each host.",
        steps: &["restore"],
    },
    Trap {
        id: "X4.70",
        lines: "27-91",
        mistake: "Only MySQL, MongoDB and two trees are backed up. Redis, Elasticsearch, InfluxDB, ZooKeeper, Consul and \
            /data/bkce are not.",
        answer: Surfaced,
        text: "A note of preflight lists what the site has of these, with its hosts. The description of each dump and the \
            plan of `restore` say it again.",
        steps: &["preflight", "mysql-backup", "mongodb-backup", "restore"],
    },
    Trap {
        id: "X4.71",
        lines: "54, 81",
        mistake: "Both databases are dumped while they are written to. The two dumps are of different moments.",
        answer: Surfaced,
        text: "The description of each dump has its moment. `restore` says what that means.",
        steps: &["mysql-backup", "mongodb-backup", "restore"],
    },
];
