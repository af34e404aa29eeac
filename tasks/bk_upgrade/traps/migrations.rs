//! X4.25, X4.43, X4.45, X4.46, X4.48 to X4.53: the migrations of the permission center, of GSE and of the job platform.

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.25",
        lines: "129-139, 352",
        mistake: "Without `BK_JOB_RUN_MODE=stable` the light form of the job platform is installed over the full one.",
        answer: Guarded,
        text: "It is set with the other keys of job. sync-common, the first run of the upgrader and the upgrade are refused \
            without it.",
        steps: &["env-job", "sync-common", "job"],
    },
    Trap {
        id: "X4.43",
        lines: "241-262",
        mistake: "The text wants the data migrated before the upgrade. The commands upgrade first.",
        answer: Guarded,
        text: "The order is migrate, check, upgrade. An upgrade before the migration is refused, and so is a migration \
            after the upgrade.",
        steps: &["iam"],
    },
    Trap {
        id: "X4.45",
        lines: "249-257",
        mistake: "A script from the internet, without a checksum, runs with the password of the database administrator. \
            PyMySQL is the newest one.",
        answer: Guarded,
        text: "The script has the checksum that was given, or a person accepts this very file. PyMySQL is pinned with its \
            hash, or comes from a local file.",
        steps: &["iam"],
    },
    Trap {
        id: "X4.46",
        lines: "260-262",
        mistake: "The comment wants `check` before `migrate`, the commands run it afterwards.",
        answer: Guarded,
        text: "`check` compares with the tables that `migrate` makes, so it comes afterwards. `--mode` runs one of them; \
            both may be repeated.",
        steps: &["iam"],
    },
    Trap {
        id: "X4.48",
        lines: "299-321",
        mistake: "Errors that may be ignored hide others. The old services of GSE are removed before anybody looks at the \
            new ones.",
        answer: Guarded,
        text: "Exactly the error lines of the document are accepted. The old services stay until the new ones are healthy.",
        steps: &["gse"],
    },
    Trap {
        id: "X4.49",
        lines: "334-346",
        mistake: "Two programs are called `yq`. The one of Debian refuses `-i`, and the switch stays on.",
        answer: Guarded,
        text: "Only version 4 of mikefarah is installed, with the checksum of the control machine. Another one is kept \
            under another name.",
        steps: &["job"],
    },
    Trap {
        id: "X4.50",
        lines: "344-346",
        mistake: "The path begins with `#`. Some tools take the rest of the line as a comment.",
        answer: Guarded,
        text: "The path is one argument everywhere. The program edits the file itself, and changes one value.",
        steps: &["job"],
    },
    Trap {
        id: "X4.51",
        lines: "341-347",
        mistake: "Unpacking the packages once more switches GSE agent 2.0 on again.",
        answer: Guarded,
        text: "The upgrade reads the template again, and is refused while the switch is on.",
        steps: &["job"],
    },
    Trap {
        id: "X4.52",
        lines: "357-376",
        mistake: "BEFORE_UPDATE_JOB runs after the update of the processes.",
        answer: Guarded,
        text: "Its stage comes before the upgrade, which is refused without it. AFTER_UPDATE_JOB is refused before the \
            upgrade.",
        steps: &["job"],
    },
    Trap {
        id: "X4.53",
        lines: "361-376",
        mistake: "Two versions are copied by hand. Without them the name of the jar is wrong, and the upgrader asks questions.",
        answer: Guarded,
        text: "Both are read from the files VERSION, and must differ. Only questions of the list are answered; another one \
            ends the upgrader.",
        steps: &["job"],
    },
];
