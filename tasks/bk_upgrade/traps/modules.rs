//! X4.29 to X4.37, X4.41, X4.42, X4.44, X4.54: the modules, and the tools that install them.

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

/// The modules with old services.
const OLD: &[&str] = &["paas", "usermgr", "nodeman"];
const MODULES: &[&str] = &[
    "paas",
    "bkauth",
    "apigw",
    "paas-plugins",
    "usermgr",
    "redis-cluster",
    "cmdb",
    "nodeman",
    "iam-search-engine",
];

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.29",
        lines: "164-165, 189-197, 216-219, 225, 243, 281-286, 295-311, 327-329, 398-402, 408, 414, 420",
        mistake: "`./bkcli` and `./bk_install` depend on the current directory. After a `cd` or in a new shell they \
            are not found.",
        answer: Guarded,
        text: "Each command changes to `--install-dir` itself.",
        steps: &[],
    },
    Trap {
        id: "X4.30",
        lines: "178, 272, 388",
        mistake: "`systemctl status` has to confirm that a service is down. Exit code 3 is the good result then.",
        answer: Guarded,
        text: "The state of each unit is the goal: not running and not enabled.",
        steps: OLD,
    },
    Trap {
        id: "X4.31",
        lines: "175, 270, 386",
        mistake: "A repeated `systemctl disable --now` fails when one unit of the list no longer exists. The others \
            then stay as they are.",
        answer: Guarded,
        text: "Each unit is looked at by itself, and an absent one is done.",
        steps: OLD,
    },
    Trap {
        id: "X4.32",
        lines: "175-184, 270-277, 386-393",
        mistake: "`pcmd` is an alias of interactive shells, and `rmvirtualenv` a function of login shells. A script \
            knows neither; line 277 uses another command.",
        answer: Guarded,
        text: "Hosts are reached by the sessions of the program. `rmvirtualenv` runs in a login shell.",
        steps: OLD,
    },
    Trap {
        id: "X4.33",
        lines: "175, 270, 386",
        mistake: "For a module without hosts, `pcmd` does nothing and reports success.",
        answer: Guarded,
        text: "A group without hosts, or a module that install.config does not place, is refused before anything else.",
        steps: MODULES,
    },
    Trap {
        id: "X4.34",
        lines: "180, 273, 389",
        mistake: "The unit files are removed even when a service could not be stopped. When `rm` fails, systemd does \
            not read its files again.",
        answer: Guarded,
        text: "No file of a running unit is removed. systemd reads its files again in any case, and forgets failed units.",
        steps: OLD,
    },
    Trap {
        id: "X4.35",
        lines: "184, 277, 393",
        mistake: "`rmvirtualenv` stops at the first environment that does not exist.",
        answer: Guarded,
        text: "The directories decide; each environment that exists is removed by itself.",
        steps: OLD,
    },
    Trap {
        id: "X4.36",
        lines: "193-194, 219, 227-228, 237, 286, 296, 328-329, 402",
        mistake: "`bkcli status` always ends with 0, and `bkcli check` knows only some modules. Other tools print an \
            error, and end with 0 too.",
        answer: Guarded,
        text: "The output decides. A service that is not up, or an error line, fails the step; no output is no success.",
        steps: MODULES,
    },
    Trap {
        id: "X4.37",
        lines: "197-198",
        mistake: "`source tools.sh` needs its directory, and leaves options and variables in the shell.",
        answer: Guarded,
        text: "Each call has a bash of its own, in that directory.",
        steps: &["paas"],
    },
    Trap {
        id: "X4.41",
        lines: "225, 414, 420",
        mistake: "`bk_install` skips what `.bk_install.step` lists as done, and ends with 0. The file is still that of \
            the first installation.",
        answer: Guarded,
        text: "Health and version decide. A run that skips all work of an unhealthy module fails; `--reset-steps` \
            removes the lines first.",
        steps: &["apigw", "sops", "itsm", "iam-search-engine"],
    },
    Trap {
        id: "X4.42",
        lines: "225, 414, 420",
        mistake: "`bk_install` and `bkcli` are two programs. `bk_install` asks for the agreement unless `.agreed` exists.",
        answer: Guarded,
        text: "Each step calls the right one. Without `.agreed` it is refused; the tools get no input.",
        steps: &["apigw", "sops", "itsm", "iam-search-engine"],
    },
    Trap {
        id: "X4.44",
        lines: "247, 281, 398, 414, 420",
        mistake: "`install saas-o APP` deploys the newest file. After a copy this can be an old version.",
        answer: Guarded,
        text: "The newest version must be the newest file, or the step is refused. Afterwards the PaaS must name it.",
        steps: &["usermgr", "nodeman", "sops", "itsm"],
    },
    Trap {
        id: "X4.54",
        lines: "408",
        mistake: "`bkcli initdata nodeman` first deletes the agent packages on the hosts of nodeman.",
        answer: Guarded,
        text: "It is refused unless nodeman has its new version and is healthy.",
        steps: &["plugins"],
    },
];
