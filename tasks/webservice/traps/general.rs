//! The common mistakes of the documents that this one has too. It lacks: prompts
//! (XX.3), downloads (XX.6), commands over empty lists (XX.11), numbers of sections (XX.14).

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "XX.1",
        lines: "26, 37-52, 147",
        mistake: "Secrets in commands and files are visible in the list of processes, in histories and logs.",
        answer: Guarded,
        text: "They go over standard input into files of mode 600 or 640. Diffs, output and the record hide \
            them.",
        steps: &[
            "backup-node-files",
            "sync-access-keys",
            "sync-console-keys",
            "restore-node-files",
            "keepalived-vip",
        ],
    },
    Trap {
        id: "XX.2",
        lines: "119",
        mistake: "`ssh HOST` stands in the middle of a block. When pasted, the next lines run on the local \
            machine.",
        answer: Guarded,
        text: "Each operation names its host.",
        steps: &["backup-vm-image"],
    },
    Trap {
        id: "XX.4",
        lines: "57-101, 169-175",
        mistake: "A shell accepts placeholders such as `{{ zone_id }}` and `IP0/1`.",
        answer: Guarded,
        text: "Arguments are typed. A text with a remaining placeholder is never written.",
        steps: &[],
    },
    Trap {
        id: "XX.5",
        lines: "30-61",
        mistake: "Full-width marks surround the values in the text, and are easily copied with them.",
        answer: Guarded,
        text: "Only plain characters are accepted; the error points at the character.",
        steps: &[],
    },
    Trap {
        id: "XX.7",
        lines: "113-124, 143-153",
        mistake: "A failed line does not stop the next one. After a failed `cd` the commands touch the marker and \
            the image of another directory.",
        answer: Guarded,
        text: "Every exit code is checked, and paths are absolute. The first failure ends the step.",
        steps: &[],
    },
    Trap {
        id: "XX.8",
        lines: "116, 172-175, 181",
        mistake: "Some exit codes mislead: `supervisorctl status` 3, ssh 255 at a shutdown, \
            `ssh-keygen -R` 255 without a file.",
        answer: Guarded,
        text: "Each of these commands has its own table of codes, or another source is checked.",
        steps: &["stop-services", "shutdown-vm", "purge-known-hosts", "check-services"],
    },
    Trap {
        id: "XX.9",
        lines: "139, 174-175, 181",
        mistake: "exec_nodes.sh fails only for exit code 1 of a node. The codes 2, 3 and ssh's 255 pass as success.",
        answer: Guarded,
        text: "It is not used. Every host has its own session, exit code and line in the report.",
        steps: &["nginx-conf", "purge-known-hosts", "check-services"],
    },
    Trap {
        id: "XX.10",
        lines: "105-109, 130-164",
        mistake: "Nothing has a time limit: a hanging script uses up the whole maintenance window.",
        answer: Guarded,
        text: "Every command and every wait has a limit: --timeout, --wait-timeout.",
        steps: &[],
    },
    Trap {
        id: "XX.12",
        lines: "17",
        mistake: "`$(date ...)` is evaluated at each call: after midnight the backup has another name.",
        answer: Guarded,
        text: "A run has one time, that of its start. --stamp names the backup of another day.",
        steps: &["backup-settings"],
    },
    Trap {
        id: "XX.13",
        lines: "14-186",
        mistake: "Two people, or two runs, can work at the same time: nothing prevents it.",
        answer: Guarded,
        text: "A runbook and each host allow one run at a time. A second run ends with exit 7 and the name of \
            the first.",
        steps: &[],
    },
    Trap {
        id: "XX.15",
        lines: "119, 136, 149-153",
        mistake: "ssh and installers read the rest of a pasted script from their standard input.",
        answer: Guarded,
        text: "The standard input of a command is empty.",
        steps: &[],
    },
    Trap {
        id: "XX.16",
        lines: "116-131",
        mistake: "The old VM and the new one have the same name and address. A command for one can reach the \
            other.",
        answer: Guarded,
        text: "A host is identified by its machine id and host key. Another machine under the same name is \
            refused, unless a step has rebuilt it.",
        steps: &["relaunch-vm", "rollback-vm"],
    },
];
