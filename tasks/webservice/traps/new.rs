//! X0.17 to X0.31: the new VM, and what holds for the whole platform.

use crate::common::traps::Answer::{Guarded, Surfaced};
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X0.17",
        lines: "136-153, 168-176",
        mistake: "The old host keys are removed at the end. The scripts log in to the new VM long before.",
        answer: Guarded,
        text: "The keys of both addresses are removed right after the launch. The new one is trusted on request. \
            The installation is refused while firstbox cannot log in.",
        steps: &["relaunch-vm", "purge-known-hosts", "install-node", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.18",
        lines: "30-33, 104-109",
        mistake: "`installer_version >= 4.3.0`: compared as text, 4.10.0 is less than 4.3.0. Three places must \
            take the same branch.",
        answer: Guarded,
        text: "One value of the inventory, compared by number, decides everywhere. A missing script of its \
            branch is refused.",
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
        mistake: "gen_mac.py makes another address at every call. After a second run the settings no longer match \
            the running VM.",
        answer: Guarded,
        text: "A unique address stays; --anew generates another one.",
        steps: &["gen-mac", "gen-settings"],
    },
    Trap {
        id: "X0.20",
        lines: "8",
        mistake: "Nothing enforces the order: one node at a time, the holder of the floating IP last. Read as both, \
            `0/1` stops the whole service.",
        answer: Guarded,
        text: "A node is stopped or launched only in its turn, while another one serves. Two holders are \
            refused.",
        steps: &["upgrade", "plan-order", "stop-services", "relaunch-vm"],
    },
    Trap {
        id: "X0.21",
        lines: "61",
        mistake: "The numbers of the example are copied. A node with more processors or memory shrinks.",
        answer: Guarded,
        text: "Missing values come from the node's present file. The diff shows every difference.",
        steps: &["gen-settings"],
    },
    Trap {
        id: "X0.22",
        lines: "9",
        mistake: "The document names no path and no check for the base image and the repository. Missing ones \
            are noticed after the old VM is down.",
        answer: Guarded,
        text: "Both are checked before anything is touched.",
        steps: &["check-prereqs"],
    },
    Trap {
        id: "X0.23",
        lines: "104-109, 160-163",
        mistake: "List, packages and update concern the whole platform. With a temporary address in them, other \
            nodes would get it.",
        answer: Surfaced,
        text: "While a node has a temporary address, these steps warn against updates of other nodes. Packages \
            are installed on that node only.",
        steps: &["gen-node-list", "build-pkgs", "deploy", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.24",
        lines: "139, 181",
        mistake: "nginx restarts without `nginx -t`, through a wrapper that hides the exit code.",
        answer: Guarded,
        text: "The file is tested before its installation. nginx restarts only if it is older, and is checked on \
            the node itself.",
        steps: &["nginx-conf", "check-services"],
    },
    Trap {
        id: "X0.25",
        lines: "149",
        mistake: "keepalived restarts without a test of its configuration and health check. The address can move, or \
            be on both nodes.",
        answer: Guarded,
        text: "Before the restart `keepalived -t` passes, the health check is executable, and a person agrees. \
            Afterwards exactly one node holds the address.",
        steps: &["keepalived-vip"],
    },
    Trap {
        id: "X0.26",
        lines: "146, 151",
        mistake: "After a second run the block is in rc.local twice.",
        answer: Guarded,
        text: "The block is there once, also after repeated runs.",
        steps: &["keepalived-vip", "rc-local-keepalived"],
    },
    Trap {
        id: "X0.27",
        lines: "150-153",
        mistake: "The sed removes every line that starts with `exit 0`, also inside an `if`. A second run fails \
            half-way without the file of the block. A restored rc.local may already have the block.",
        answer: Guarded,
        text: "The block is found by its content, and is placed before the first statement that ends the script or \
            may end it. Other lines stay. It is read from the package, not from the node.",
        steps: &["keepalived-vip", "rc-local-keepalived", "restore-node-files"],
    },
    Trap {
        id: "X0.28",
        lines: "174-175",
        mistake: "Parallel `ssh-keygen -R` on one file undo each other, and leave temporary files.",
        answer: Guarded,
        text: "One process removes all names, under a lock of the file.",
        steps: &["purge-known-hosts"],
    },
    Trap {
        id: "X0.29",
        lines: "172-175",
        mistake: "`ssh-keygen -R` fails without a file, and succeeds for an unknown name. `IP0/1` must be the \
            temporary and the original address.",
        answer: Guarded,
        text: "`ssh-keygen -F` checks the name and both addresses; it also finds hashed lines.",
        steps: &["purge-known-hosts"],
    },
    Trap {
        id: "X0.30",
        lines: "29, 142",
        mistake: "\"Skip it if it is not needed\" occurs at two places. If only one is skipped, the address lacks \
            keepalived, or keepalived lacks an address.",
        answer: Guarded,
        text: "The variables decide whether there is a floating IP. A contradicting --skip is refused, and so is \
            a step that needs a missing one.",
        steps: &["set-floating-ip", "build-pkgs", "keepalived-vip", "rc-local-keepalived"],
    },
    Trap {
        id: "X0.31",
        lines: "33",
        mistake: "The zone is part of a file name. With a typing error in it, no script reads the file.",
        answer: Guarded,
        text: "A zone without a node in the settings is refused.",
        steps: &["set-floating-ip"],
    },
];
