//! X0.1 to X0.16: the preparation, and the old VM.

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X0.1",
        lines: "17",
        mistake: "The copy is made of /pitric, but the directory is /pitrix. The copy fails unnoticed, or makes a \
            stray directory.",
        answer: Guarded,
        text: "The default is /pitrix. A directory without settings files is refused; the message names the \
            error.",
        steps: &["backup-settings"],
    },
    Trap {
        id: "X0.2",
        lines: "17",
        mistake: "A second `cp -arf` on the same day copies into the existing backup, which then has a directory \
            `settings`.",
        answer: Guarded,
        text: "A backup is always a new directory. An equal one is kept. A different one stays, and the new one \
            has the time in its name.",
        steps: &["backup-settings"],
    },
    Trap {
        id: "X0.3",
        lines: "23-26, 59, 88, 122-163, 169-181",
        mistake: "`webservice0/1` means one of two nodes, but looks like a path or an unknown node.",
        answer: Guarded,
        text: "A node is one typed name. `webservice0/1` is refused before any host is asked; the message lists \
            both names.",
        steps: &[],
    },
    Trap {
        id: "X0.4",
        lines: "23-26",
        mistake: "With a slash before the colon, rsync reads the source as a local path. The target becomes a \
            directory inside another one.",
        answer: Guarded,
        text: "The backup is /root/NODE-bak, one for each node. A path that rsync would misread is refused.",
        steps: &["backup-node-files"],
    },
    Trap {
        id: "X0.5",
        lines: "20",
        mistake: "Logo, local_config.yaml and rc.local are backed up, but never restored. The node starts with those \
            of the package.",
        answer: Guarded,
        text: "The services stop only after a complete backup, and a step restores it. The plans of \
            `relaunch-vm` and `keepalived-vip` show when. A person checks the page.",
        steps: &[
            "backup-node-files",
            "stop-services",
            "relaunch-vm",
            "restore-node-files",
            "keepalived-vip",
            "check-console",
        ],
    },
    Trap {
        id: "X0.6",
        lines: "57",
        mistake: "Nothing checks that the temporary address is free. No step restores the original one, as the line \
            promises.",
        answer: Guarded,
        text: "An address in a settings file, or one that answers, is refused. firstbox stores both addresses \
            until a step restores the original one.",
        steps: &["pick-temp-ip", "gen-settings", "set-floating-ip", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.7",
        lines: "38-45, 50-52",
        mistake: "The key files have look-alike names. .access_secret_key comes from the node, .secret_access_key \
            from the database; the same for the console.",
        answer: Guarded,
        text: "The program fixes the file of each value. Swapped values are refused; --overwrite corrects them.",
        steps: &["sync-access-keys", "sync-console-keys"],
    },
    Trap {
        id: "X0.8",
        lines: "44",
        mistake: "`console_secrect_key` may be the name in the file, or a typing error.",
        answer: Guarded,
        text: "Both spellings are read. If both exist and differ, nothing is written.",
        steps: &["sync-console-keys"],
    },
    Trap {
        id: "X0.9",
        lines: "35-52, 159-163",
        mistake: "A sub zone takes its keys from its own node, but the secret from the global zone's database. It has \
            other packages and no console keys.",
        answer: Guarded,
        text: "One value decides for all steps. A flag that contradicts the inventory is refused, and so is an \
            id that is not in the database.",
        steps: &["sync-access-keys", "sync-console-keys", "deploy"],
    },
    Trap {
        id: "X0.10",
        lines: "59",
        mistake: "Based on the present settings, a second run swaps the physical hosts back. Half done, both VMs \
            are on one host, which may lack memory or disk space.",
        answer: Guarded,
        text: "The swap is computed from the backup, in every run. The node's old host is refused, and so is one \
            without memory for one more VM. The plan shows a disk that may be too small.",
        steps: &["check-prereqs", "plan-placement", "gen-settings"],
    },
    Trap {
        id: "X0.11",
        lines: "115",
        mistake: "`supervisorctl stop all` succeeds even if a program ignores it, and programs restart.",
        answer: Guarded,
        text: "The step waits until supervisor reports every program as down, and fails otherwise.",
        steps: &["stop-services"],
    },
    Trap {
        id: "X0.12",
        lines: "116-123",
        mistake: "Only a list is checked between the shutdown and the move of the image. The image of a running VM \
            can be moved.",
        answer: Guarded,
        text: "The step waits for `shut off`. Nothing is moved before virsh reports it.",
        steps: &["shutdown-vm", "backup-vm-image"],
    },
    Trap {
        id: "X0.13",
        lines: "116",
        mistake: "A shutdown over ssh ends with 255. Success looks like a failure, and an unreachable node like \
            success.",
        answer: Guarded,
        text: "The exit code does not count. The state of the VM on its physical host decides.",
        steps: &["shutdown-vm", "backup-vm-image"],
    },
    Trap {
        id: "X0.14",
        lines: "59, 118-119",
        mistake: "The physical host is ambiguous: after the swap the settings name the new one. The old VM stays \
            defined and can start with its host: two VMs with one address.",
        answer: Guarded,
        text: "The old host is read from the backup. The old VM no longer starts with its host; --undefine \
            removes it. Nothing is launched while the node runs anywhere.",
        steps: &["shutdown-vm", "backup-vm-image", "relaunch-vm", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.15",
        lines: "123-124",
        mistake: "A second move replaces the good old image by the new one. A rollback is then impossible.",
        answer: Guarded,
        text: "Nothing is ever moved over an existing file. A launch over an old image is refused. A rollback \
            destroys nothing without an old image.",
        steps: &["backup-vm-image", "relaunch-vm", "rollback-vm"],
    },
    Trap {
        id: "X0.16",
        lines: "121-124",
        mistake: "The marker is removed first, after an unchecked `cd`. An interruption leaves an image without \
            marker, which the launch may overwrite.",
        answer: Guarded,
        text: "The files are moved first, by absolute paths. The marker is removed last.",
        steps: &["backup-vm-image"],
    },
];
