//! The traps of the packages and the deploy scripts, sections 3, 4, 5.3 and 6.

use crate::common::traps::Answer::{Guarded, Surfaced};
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.1",
        lines: "3, 16",
        mistake: "The document upgrades to 6.2.0, and its package is 6.2.2.",
        answer: Guarded,
        text: "The release is read from the package: 6.2 and whatever follows. Another one is refused.",
        steps: &["fetch-package", "unpack-package"],
    },
    Trap {
        id: "X4.3",
        lines: "17, 25",
        mistake: "The document gives an MD5, and no command compares it. The archive is named without its directory.",
        answer: Guarded,
        text: "The download and the unpacking compare it; a missing or wrong one is refused. All paths are absolute.",
        steps: &["fetch-package", "unpack-package"],
    },
    Trap {
        id: "X4.4",
        lines: "24-25",
        mistake: "/data/tmp can hold an older unpacking. tar mixes both.",
        answer: Guarded,
        text: "The directory is made fresh and appears as a whole. One that holds something is refused, with its release.",
        steps: &["unpack-package"],
    },
    Trap {
        id: "X4.12",
        lines: "90",
        mistake: "A second copy in the same minute goes into the first one. A copy after the upgrade is one of the new scripts.",
        answer: Guarded,
        text: "Each state has one copy with a manifest. Once the scripts of 6.2 are in place, the copy of 6.1 stays the \
            backup.",
        steps: &["backup-install-dir"],
    },
    Trap {
        id: "X4.13",
        lines: "91, 99",
        mistake: "With src.bak or src present, `mv` moves into it, or fails half-way.",
        answer: Guarded,
        text: "A directory moves as a whole, never into an existing one. The release of both decides.",
        steps: &["backup-src-dir", "replace-src"],
    },
    Trap {
        id: "X4.14",
        lines: "91, 105, 107, 365",
        mistake: "Three later steps read src.bak. A wrong one gives them the new version, and no certificates.",
        answer: Guarded,
        text: "src.bak must be 6.1, with certificates, backup and the version of job. A manifest shows a later change.",
        steps: &["backup-src-dir", "replace-src", "restore-cert"],
    },
    Trap {
        id: "X4.15",
        lines: "101",
        mistake: "With one slash less, or an empty source, `rsync --delete` empties /data/install.",
        answer: Guarded,
        text: "Both paths get their slash. The source must be part of a whole package. The backup is proved before.",
        steps: &["replace-install"],
    },
    Trap {
        id: "X4.16",
        lines: "101",
        mistake: "Local files in /data/install, outside of the excluded ones, are deleted without a word.",
        answer: Surfaced,
        text: "Each deletion is listed, and a person agrees. Each deleted or replaced file is in the backup.",
        steps: &["replace-install"],
    },
    Trap {
        id: "X4.17",
        lines: "103",
        mistake: "The loop has the exit code of its last archive: a failure in the middle is lost. Without an archive, tar \
            fails on `*gz`.",
        answer: Guarded,
        text: "Each archive has its own exit code and marker. Without an archive the step is refused.",
        steps: &["unpack-products"],
    },
    Trap {
        id: "X4.18",
        lines: "105, 107",
        mistake: "If the package has cert or backup already, `cp -a` mixes the two.",
        answer: Guarded,
        text: "Both are compared. Differing names are shown, a person agrees, and the directory of the package moves \
            aside.",
        steps: &["restore-cert", "restore-backup-dir"],
    },
    Trap {
        id: "X4.19",
        lines: "109-114",
        mistake: "The layout to look at is that of three other hosts, whole. Pasted, it replaces the site's own.",
        answer: Guarded,
        text: "Modules are added to the lines of the site's file; every other byte stays. The example is only printed. A step \
            whose module has no host is refused.",
        steps: &["install-config", "bkauth", "apigw", "redis-cluster", "gse", "iam-search-engine"],
    },
    Trap {
        id: "X4.20",
        lines: "109",
        mistake: "Five modules are new, and iam_search_engine has no step that installs it.",
        answer: Guarded,
        text: "All five get a place. A step of its own installs the fifth one.",
        steps: &["install-config", "iam-search-engine"],
    },
];
