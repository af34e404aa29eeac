//! X0.1 to X0.16: the preparation, and the old VM.

use crate::common::traps::Answer::Guarded;
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X0.1",
        lines: "17",
        mistake: "The copy is made of /pitric, everywhere else it is /pitrix. It fails and nobody \
            sees it, or a stray directory is made.",
        answer: Guarded,
        text: "The default is /pitrix. A directory without settings files is refused, and the \
            message names the slip.",
        steps: &["backup-settings"],
    },
    Trap {
        id: "X0.2",
        lines: "17",
        mistake: "A second `cp -arf` on the same day copies into the backup that is there: it then \
            holds a directory `settings`.",
        answer: Guarded,
        text: "A backup is a new directory or none. One that is equal is kept, one that differs \
            stays, and the new one gets the time into its name.",
        steps: &["backup-settings"],
    },
    Trap {
        id: "X0.3",
        lines: "23-26, 59, 88, 122-163, 169-181",
        mistake: "`webservice0/1` means the one or the other, but reads as a path, or as a node that \
            nobody knows.",
        answer: Guarded,
        text: "A node is one name, typed. `webservice0/1` is refused with both names that it can \
            mean, before any host is asked.",
        steps: &[],
    },
    Trap {
        id: "X0.4",
        lines: "23-26",
        mistake: "With a slash before the colon rsync takes the source for a local path, and the \
            target becomes a directory within another one.",
        answer: Guarded,
        text: "The backup is /root/NODE-bak, one for each node. What rsync would misread is refused.",
        steps: &["backup-node-files"],
    },
    Trap {
        id: "X0.5",
        lines: "20",
        mistake: "Logo, local_config.yaml and rc.local are backed up and never restored: the node \
            comes up with those of the package.",
        answer: Guarded,
        text: "The services are stopped only when the backup is whole, and a step brings it back. The \
            plans of `relaunch-vm` and `keepalived-vip` say when, the page is looked at by a person.",
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
        mistake: "Nothing checks that the temporary address is nobody's, and no step gives the \
            original one back, as the line promises.",
        answer: Guarded,
        text: "An address that a settings file names, or that answers, is refused. firstbox remembers \
            both addresses until a step has given the original one back.",
        steps: &["pick-temp-ip", "gen-settings", "set-floating-ip", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.7",
        lines: "38-45, 50-52",
        mistake: "The key files have look-alike names: .access_secret_key is from the node, \
            .secret_access_key from the database; the same for the console.",
        answer: Guarded,
        text: "Which value goes into which file is fixed in the program. Values that are swapped \
            already are refused, and put right with --overwrite.",
        steps: &["sync-access-keys", "sync-console-keys"],
    },
    Trap {
        id: "X0.8",
        lines: "44",
        mistake: "`console_secrect_key`: the name in the file, or a slip of the pen?",
        answer: Guarded,
        text: "Both spellings are looked for. When both are there and differ, nothing is written.",
        steps: &["sync-console-keys"],
    },
    Trap {
        id: "X0.9",
        lines: "35-52, 159-163",
        mistake: "A sub zone takes its keys from its own node but the secret from the global zone's \
            database, has no console keys, and other packages.",
        answer: Guarded,
        text: "One value decides for all steps; a flag that says something else than the inventory is \
            refused, and so is an id that the database does not know.",
        steps: &["sync-access-keys", "sync-console-keys", "deploy"],
    },
    Trap {
        id: "X0.10",
        lines: "59",
        mistake: "Worked out from the present settings a second run swaps the physical hosts back; \
            half done, both VMs are on one host, which may lack the memory, or the disk.",
        answer: Guarded,
        text: "The swap is worked out from the backup, as often as one likes. The own old host is \
            refused, and so is one without memory for one VM more; a disk that may be too small is told.",
        steps: &["check-prereqs", "plan-placement", "gen-settings"],
    },
    Trap {
        id: "X0.11",
        lines: "115",
        mistake: "`supervisorctl stop all` succeeds also when a program ignores it, and programs come \
            back.",
        answer: Guarded,
        text: "Waits until supervisor says of every program that it is down, and fails when one is not.",
        steps: &["stop-services"],
    },
    Trap {
        id: "X0.12",
        lines: "116-123",
        mistake: "Between the shutdown and moving the image there is only a look at a list: the image \
            of a VM that still runs can be moved.",
        answer: Guarded,
        text: "Waits for `shut off`, and moves nothing before virsh says it.",
        steps: &["shutdown-vm", "backup-vm-image"],
    },
    Trap {
        id: "X0.13",
        lines: "116",
        mistake: "A shutdown over ssh ends with 255. So success looks like a failure, and a node that \
            nobody reached like success.",
        answer: Guarded,
        text: "The exit code is not asked; the state of the VM on its physical host is.",
        steps: &["shutdown-vm", "backup-vm-image"],
    },
    Trap {
        id: "X0.14",
        lines: "59, 118-119",
        mistake: "Which physical host? After the swap the settings name the new one, the old VM stays \
            defined on the old one and can start again with its host: two VMs of one address.",
        answer: Guarded,
        text: "The old host is read from the backup. The old VM does not start with its host any more \
            (--undefine forgets it), and nothing is launched while the node runs anywhere.",
        steps: &["shutdown-vm", "backup-vm-image", "relaunch-vm", "restore-mgmt-ip"],
    },
    Trap {
        id: "X0.15",
        lines: "123-124",
        mistake: "Moved a second time, the image of the new VM replaces the good old one: the only \
            way back is gone.",
        answer: Guarded,
        text: "Nothing is ever moved over something. An old image in the way of a launch is refused, \
            and the way back destroys nothing while there is no old image.",
        steps: &["backup-vm-image", "relaunch-vm", "rollback-vm"],
    },
    Trap {
        id: "X0.16",
        lines: "121-124",
        mistake: "The marker is removed first, after a `cd` that nobody checks. Cut short, an image \
            without marker is left, which the launch may overwrite.",
        answer: Guarded,
        text: "The files are moved first, by absolute paths; the marker goes last.",
        steps: &["backup-vm-image"],
    },
];
