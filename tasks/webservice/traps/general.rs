//! The mistakes that the documents have in common, as far as this one has them. Not in it: prompts
//! (XX.3), downloads (XX.6), commands over empty lists (XX.11), numbers of sections (XX.14).

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "XX.1",
        lines: "26, 37-52, 147",
        mistake: "Secrets in commands and files: visible in the list of processes, in histories and \
            logs.",
        answer: Guarded,
        text: "They go over standard input into files of mode 600 or 640, and are hidden in diffs, \
            output and the record.",
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
        mistake: "`ssh HOST` in the middle of a block: pasted, what follows runs on the machine that one \
            came from.",
        answer: Guarded,
        text: "Each operation carries its host.",
        steps: &["backup-vm-image"],
    },
    Trap {
        id: "XX.4",
        lines: "57-101, 169-175",
        mistake: "Placeholders that a shell accepts: `{{ zone_id }}`, `IP0/1`.",
        answer: Guarded,
        text: "Arguments are typed, and a text in which a placeholder is left is not written.",
        steps: &[],
    },
    Trap {
        id: "XX.5",
        lines: "30-61",
        mistake: "Full-width marks stand in the text around the values, and are easily copied with them.",
        answer: Guarded,
        text: "Only plain characters are accepted; the error points at the character.",
        steps: &[],
    },
    Trap {
        id: "XX.7",
        lines: "113-124, 143-153",
        mistake: "A line that fails does not stop the next one: after a failed `cd` the marker and the \
            image of another directory are touched.",
        answer: Guarded,
        text: "Every exit code is judged, paths are absolute, and the first failure is the end of the \
            step.",
        steps: &[],
    },
    Trap {
        id: "XX.8",
        lines: "116, 172-175, 181",
        mistake: "Exit codes that mean something else: `supervisorctl status` 3, ssh 255 at a shutdown, \
            `ssh-keygen -R` 255 without a file.",
        answer: Guarded,
        text: "Each of these commands has its table of codes, or something else is asked.",
        steps: &["stop-services", "shutdown-vm", "purge-known-hosts", "check-services"],
    },
    Trap {
        id: "XX.9",
        lines: "139, 174-175, 181",
        mistake: "exec_nodes.sh fails only for exit code 1 of a node: 2, 3 and ssh's 255 pass as success.",
        answer: Guarded,
        text: "It is not used: every host has its own session, its own exit code, and its own line in \
            the report.",
        steps: &["nginx-conf", "purge-known-hosts", "check-services"],
    },
    Trap {
        id: "XX.10",
        lines: "105-109, 130-164",
        mistake: "Nothing has a time limit: a script that hangs keeps the whole window.",
        answer: Guarded,
        text: "Every command and every wait has one: --timeout, --wait-timeout.",
        steps: &[],
    },
    Trap {
        id: "XX.12",
        lines: "17",
        mistake: "`$(date ...)` is evaluated anew at each call: past midnight the backup has another name.",
        answer: Guarded,
        text: "A run has one time, that of its beginning; another day's backup is named with --stamp.",
        steps: &["backup-settings"],
    },
    Trap {
        id: "XX.13",
        lines: "14-186",
        mistake: "Two people, or a second run while the first one goes on: nothing keeps them apart.",
        answer: Guarded,
        text: "One run of the runbook at a time, and one on each host: the second one gets exit 7 and \
            the name of the first.",
        steps: &[],
    },
    Trap {
        id: "XX.15",
        lines: "119, 136, 149-153",
        mistake: "ssh and installers read what is left of a pasted script from their standard input.",
        answer: Guarded,
        text: "A command finds nothing on its standard input.",
        steps: &[],
    },
    Trap {
        id: "XX.16",
        lines: "116-131",
        mistake: "The old VM and the new one have the same name and address: what is meant for one of \
            them can hit the other.",
        answer: Guarded,
        text: "A host is known by its machine id and host key; one that is another machine than \
            before is refused, unless a step has built it anew.",
        steps: &["relaunch-vm", "rollback-vm"],
    },
];
