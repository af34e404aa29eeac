//! X4.6, X4.47 and X4.55 to X4.60: monitoring and logs, and the commands in their containers.

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.6",
        lines: "34, 73, 369, 378, 452, 490",
        mistake: "`$BK_LOG_IP` and its like are bash arrays. `$X` is the first element, which can be a host of another \
            project, without the container.",
        answer: Guarded,
        text: "The hosts come from the project in install.config. The plan names the host of the work, and the others.",
        steps: &["monitor", "log"],
    },
    Trap {
        id: "X4.47",
        lines: "436-448, 476-486",
        mistake: "The SaaS comes before the back-end here, after it elsewhere. Only for monitoring the order has a \
            reason: the SaaS changes the database.",
        answer: Guarded,
        text: "The stages have the order of the document, and each is refused while old services are there. `update` of \
            monitoring is refused before its SaaS is deployed, too.",
        steps: &["iam", "usermgr", "nodeman", "monitor", "log"],
    },
    Trap {
        id: "X4.55",
        lines: "428-434, 468-474",
        mistake: "`pcmd -m monitorv3` means all projects of the module. On most of these hosts the unit does not exist, \
            and the command reports a failure.",
        answer: Guarded,
        text: "The old services are removed on hosts of monitorv3(monitor) and log(api), and on others that still have \
            them. A unit that `bkcli status` does not find on a host of other projects is no fault.",
        steps: &["monitor", "log"],
    },
    Trap {
        id: "X4.56",
        lines: "436",
        mistake: "The first deployment of the SaaS can time out, and a person repeats it.",
        answer: Guarded,
        text: "A first deployment that timed out is repeated, at most `--retries` times. Other errors fail at once.",
        steps: &["monitor"],
    },
    Trap {
        id: "X4.57",
        lines: "447",
        mistake: "`bkcli check bkmonitorv3` uses the virtual environment that line 434 has removed.",
        answer: Guarded,
        text: "With the environment gone and a healthy container, this one failure is a note.",
        steps: &["monitor"],
    },
    Trap {
        id: "X4.58",
        lines: "456, 492-493",
        mistake: "`/data/bkce` is written out, although section 2 allows other paths.",
        answer: Guarded,
        text: "All paths begin with `--install-path`.",
        steps: &["monitor", "log"],
    },
    Trap {
        id: "X4.59",
        lines: "456",
        mistake: "`docker cp` of a directory makes a second one inside the first when it runs again.",
        answer: Guarded,
        text: "The content is copied, never the directory. A second run finds equal files, and copies nothing.",
        steps: &["monitor", "log"],
    },
    Trap {
        id: "X4.60",
        lines: "467, 483, 495",
        mistake: "The section of bklog has comments of bkmonitor, and a stack trace that may be ignored.",
        answer: Guarded,
        text: "The units are named. This one stack trace is allowed; any other output without the success line fails.",
        steps: &["log"],
    },
];
