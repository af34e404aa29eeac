//! X0.17 to X0.31: the new VM, and what holds for the whole platform.

use crate::common::traps::Answer::{Guarded, Surfaced};
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X0.17",
        lines: "136-153, 168-176",
        mistake: "The old host keys are removed at the very end, but the scripts log in to the new VM \
            long before.",
        answer: Guarded,
        text: "The keys go right after the launch, for both addresses, and the new one is trusted on \
            request. The install refuses while firstbox cannot log in.",
        steps: &["relaunch-vm", "purge-known-hosts", "install-node", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.18",
        lines: "30-33, 104-109",
        mistake: "`installer_version >= 4.3.0`: compared as text 4.10.0 is less than 4.3.0. Three places \
            must take the same branch.",
        answer: Guarded,
        text: "One value of the inventory, compared by number, decides everywhere. A script of its \
            branch that is not there is refused.",
        steps: &[
            "check-prereqs",
            "set-floating-ip",
            "gen-node-list",
            "build-pkgs",
            "keepalived-vip",
        ],
    },
    Trap {
        id: "X0.19",
        lines: "58",
        mistake: "gen_mac.py makes another address at every call: a second run takes the settings of a \
            VM that runs away from it.",
        answer: Guarded,
        text: "An address that is there and nobody else's stays; --anew asks for another one.",
        steps: &["gen-mac", "gen-settings"],
    },
    Trap {
        id: "X0.20",
        lines: "8",
        mistake: "One node after the other, the holder of the floating IP last: nothing enforces it, \
            and `0/1` read as both stops the whole service.",
        answer: Guarded,
        text: "A node is stopped, or launched, only while another one serves, and in its turn. Two \
            holders are refused.",
        steps: &["upgrade", "plan-order", "stop-services", "relaunch-vm"],
    },
    Trap {
        id: "X0.21",
        lines: "61",
        mistake: "The numbers of the example are copied: a node with more processors or memory than \
            that shrinks.",
        answer: Guarded,
        text: "What no flag says comes from the node's present file; the diff shows every difference.",
        steps: &["gen-settings"],
    },
    Trap {
        id: "X0.22",
        lines: "9",
        mistake: "The base image and the repository are to be prepared, without a path and without a \
            check. What is missing is found out after the old VM is down.",
        answer: Guarded,
        text: "Both are looked for before anything is touched.",
        steps: &["check-prereqs"],
    },
    Trap {
        id: "X0.23",
        lines: "104-109, 160-163",
        mistake: "List, packages and update act on the whole platform, with the temporary address in \
            them: other nodes would learn it.",
        answer: Surfaced,
        text: "While a node has a temporary address these steps say so, and not to update other nodes. \
            Packages are installed on the one node alone.",
        steps: &["gen-node-list", "build-pkgs", "deploy", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.24",
        lines: "139, 181",
        mistake: "nginx restarts without `nginx -t`, through a wrapper that hides the exit code.",
        answer: Guarded,
        text: "The file is tested before it takes its place. nginx restarts only when it is older, and \
            is asked on the node itself.",
        steps: &["nginx-conf", "check-services"],
    },
    Trap {
        id: "X0.25",
        lines: "149",
        mistake: "keepalived restarts before anybody has looked at its configuration and its health \
            check: the address can move, or be on both nodes.",
        answer: Guarded,
        text: "`keepalived -t` passes first, the health check is executable, a person has agreed; then \
            exactly one node holds the address.",
        steps: &["keepalived-vip"],
    },
    Trap {
        id: "X0.26",
        lines: "146, 151",
        mistake: "Run again, the block is in rc.local twice.",
        answer: Guarded,
        text: "It stands there once, however often the step runs.",
        steps: &["keepalived-vip", "rc-local-keepalived"],
    },
    Trap {
        id: "X0.27",
        lines: "150-153",
        mistake: "The sed removes every line that begins with `exit 0`, also one of an `if`. After the \
            block's file is gone a second run fails half-way. A restored rc.local may hold the block.",
        answer: Guarded,
        text: "The block is found by its content and stands before the last `exit 0`; other lines stay. \
            It is read from the package, not from the node.",
        steps: &["keepalived-vip", "rc-local-keepalived", "restore-node-files"],
    },
    Trap {
        id: "X0.28",
        lines: "174-175",
        mistake: "Several `ssh-keygen -R` at once on one file undo each other, and leave temporary \
            files.",
        answer: Guarded,
        text: "One process removes all names, under a lock of the file.",
        steps: &["purge-known-hosts"],
    },
    Trap {
        id: "X0.29",
        lines: "172-175",
        mistake: "`ssh-keygen -R` fails without a file and succeeds for a name that it does not know. \
            `IP0/1` must be the temporary and the original address.",
        answer: Guarded,
        text: "`ssh-keygen -F` is asked, which also finds hashed lines, for the name and both addresses.",
        steps: &["purge-known-hosts"],
    },
    Trap {
        id: "X0.30",
        lines: "29, 142",
        mistake: "\"Skip it if it is not needed\" stands at two places: skipped at one only, there is an \
            address without keepalived, or keepalived without an address.",
        answer: Guarded,
        text: "There is a floating IP when the variables have one. --skip against that is refused, and \
            so is a step that needs one when there is none.",
        steps: &["set-floating-ip", "build-pkgs", "keepalived-vip", "rc-local-keepalived"],
    },
    Trap {
        id: "X0.31",
        lines: "33",
        mistake: "The zone is a part of a file's name: with a slip in it nobody reads the file.",
        answer: Guarded,
        text: "A zone that no node of the settings is in is refused.",
        steps: &["set-floating-ip"],
    },
];
