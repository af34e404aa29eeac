//! The traps of the topology of section 7.17.

use crate::common::traps::Answer::{Guarded, Surfaced};
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.61",
        lines: "503",
        mistake: "The section is only for a topology without custom levels and templates. No command checks that.",
        answer: Guarded,
        text: "The guard refuses a level, template, set or module that the deploy scripts do not make. \
            `--accept-custom REASON` deletes them, too.",
        steps: &["topo"],
    },
    Trap {
        id: "X4.62",
        lines: "504, 519-521",
        mistake: "All of the topology and all templates of the business are deleted, without an export.",
        answer: Guarded,
        text: "The guard exports all of it. Each deletion proves the export before, and refuses one that lacks anything. \
            The question names the number of each thing.",
        steps: &["topo"],
    },
    Trap {
        id: "X4.63",
        lines: "509",
        mistake: "`.installed_module` is only appended to. A module that has moved is still in the list of its old host.",
        answer: Surfaced,
        text: "The lists of all hosts are compared with install.config, and moved modules are named. A missing one is \
            refused. A person confirms the mapping.",
        steps: &["topo"],
    },
    Trap {
        id: "X4.64",
        lines: "517",
        mistake: "The protection of the BlueKing business is switched off, and never on again.",
        answer: Guarded,
        text: "`lock` switches it on after the rebuild. Until then an open item is shown by every step.",
        steps: &["topo"],
    },
    Trap {
        id: "X4.65",
        lines: "517",
        mistake: "`curl` without `-f` ends with 0 also on an error of the server.",
        answer: Guarded,
        text: "HTTP status and JSON body decide. Then the CMDB itself is asked for the new state.",
        steps: &["topo"],
    },
    Trap {
        id: "X4.66",
        lines: "524",
        mistake: "`--delete` reads at most 50 set templates and 200 service templates. The rest stays, without an error.",
        answer: Guarded,
        text: "It runs as often as the number of templates needs. Both lists of the CMDB must be empty afterwards.",
        steps: &["topo"],
    },
    Trap {
        id: "X4.67",
        lines: "533",
        mistake: "The `sed` finds a list on one line only. With a list over several lines it changes nothing, without an error.",
        answer: Guarded,
        text: "Exactly one list of job modules is replaced, on one line or several; else the guard refuses before \
            anything is deleted. The interpreter of the tool must read the new list.",
        steps: &["topo"],
    },
];
