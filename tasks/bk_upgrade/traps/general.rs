//! The traps that several documents have.

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "XX.1",
        lines: "81, 261-262, 524",
        mistake: "Passwords of databases and the secret of an application stand in the arguments of commands.",
        answer: Guarded,
        text: "They go over standard input, or into a file of mode 600 that goes away. Output and record hide them.",
        steps: &["mysql-backup", "mongodb-backup", "iam", "topo"],
    },
    Trap {
        id: "XX.6",
        lines: "16-18, 249-252",
        mistake: "A download that fails can leave an error page, which is then used, or run.",
        answer: Guarded,
        text: "Status, checksum and content are checked before the file comes to its place.",
        steps: &["fetch-package", "iam"],
    },
    Trap {
        id: "XX.9",
        lines: "193, 219, 227-228, 286, 296, 328, 402",
        mistake: "Wrappers hide failures: their exit code is 0 whatever has happened on the hosts.",
        answer: Guarded,
        text: "The output of the vendor's tools is read line by line.",
        steps: &[
            "paas",
            "bkauth",
            "apigw",
            "paas-plugins",
            "usermgr",
            "redis-cluster",
            "gse",
            "cmdb",
            "job",
            "nodeman",
        ],
    },
    Trap {
        id: "XX.10",
        lines: "54, 81, 103, 262, 296, 352",
        mistake: "Nothing has a time limit: a dump or an installation that hangs uses up the whole window.",
        answer: Guarded,
        text: "Every command and every wait has a limit: --timeout, --wait-timeout.",
        steps: &[],
    },
    Trap {
        id: "XX.13",
        lines: "25-543",
        mistake: "Two people, or two runs, can work at the same time: nothing prevents it.",
        answer: Guarded,
        text: "The runbook and each host allow one run at a time. A second run ends with exit 7 and the name of the first.",
        steps: &[],
    },
    Trap {
        id: "XX.15",
        lines: "34, 73, 175-184, 205-211",
        mistake: "ssh, pcmd and installers read the rest of a pasted script from their standard input.",
        answer: Guarded,
        text: "The standard input of a command is empty, unless a step feeds it.",
        steps: &[],
    },
];
