//! The traps of the environment files, of nginx, and of the beginning and the end.

use crate::common::traps::Answer::{Guarded, Surfaced};
use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[
    Trap {
        id: "X4.2",
        lines: "12, 352",
        mistake: "The document expects 90 minutes. Dumps of large databases, `upgrade job` and the pages that people \
            work on come on top.",
        answer: Surfaced,
        text: "A window that is too short, or has too little left, is refused. The time of the document is shown as \
            what it is.",
        steps: &["preflight"],
    },
    Trap {
        id: "X4.21",
        lines: "120-159",
        mistake: "Every key is appended with `>>`. A second run appends all of them again, and the last line wins over \
            a later correction.",
        answer: Guarded,
        text: "A key is set once: its last line is changed, a missing one is added. The generator's keys are added \
            only where the file lacks them.",
        steps: &["env-dbadmin", "env-gse", "env-job", "env-agent-v1", "env-monitor-log"],
    },
    Trap {
        id: "X4.22",
        lines: "125",
        mistake: "`awk -F =` prints one line for each definition, and cuts a password with `=`. The second line \
            becomes a command when the file is sourced.",
        answer: Guarded,
        text: "The last definition counts, and its value is everything behind the first `=`.",
        steps: &["env-gse", "env-dbadmin"],
    },
    Trap {
        id: "X4.23",
        lines: "123-143",
        mistake: "The values expand in the shell of the operator. In a new shell without utils.fc they are empty, and \
            empty keys are dropped without an error.",
        answer: Guarded,
        text: "Each value is read from the files of the control machine. A missing or empty one is refused before a \
            file is changed.",
        steps: &["env-gse", "env-job", "env-job-domain", "nginx"],
    },
    Trap {
        id: "X4.24",
        lines: "125-138",
        mistake: "Values are written without quotes: `&`, `$`, `#` or a blank in a password break the file.",
        answer: Guarded,
        text: "Every value is quoted for the shell.",
        steps: &["env-gse", "env-job", "env-job-domain"],
    },
    Trap {
        id: "X4.26",
        lines: "142-144",
        mistake: "The `sed` changes nothing when the file has no such key, also changes comments, and `&` in the \
            address becomes the old text.",
        answer: Guarded,
        text: "The key is set in the file, or added.",
        steps: &["env-job-domain"],
    },
    Trap {
        id: "X4.27",
        lines: "155-156, 164",
        mistake: "Only keys that bin/default names reach the merged files. The rsync of section 6 replaces \
            bin/default, so keys named there by hand are lost again.",
        answer: Guarded,
        text: "sync-common refuses while a key of this upgrade is not named, and says which step names it. \
            Afterwards the merged files are compared.",
        steps: &["env-monitor-log", "sync-common"],
    },
    Trap {
        id: "X4.28",
        lines: "157",
        mistake: "This `printf` has no line break before its key. The key is glued to a last line without an end.",
        answer: Guarded,
        text: "A key is always a line of its own.",
        steps: &["env-monitor-log"],
    },
    Trap {
        id: "X4.38",
        lines: "205",
        mistake: "With a list of files, `rsync --delete` deletes nothing: templates that the package does not have \
            stay. The text speaks of paas.conf only.",
        answer: Guarded,
        text: "Such a template is named. `--prune` removes it after a question that lists all of them.",
        steps: &["nginx"],
    },
    Trap {
        id: "X4.39",
        lines: "206",
        mistake: "consul-template is reloaded without a test. A bad template ends it, or takes nginx down at its next \
            restart.",
        answer: Guarded,
        text: "It reads the templates only when one has changed. Then it must still run, and `nginx -t` must pass; \
            undo brings the old templates back.",
        steps: &["nginx"],
    },
    Trap {
        id: "X4.40",
        lines: "209-211",
        mistake: "With empty variables the command becomes `/bin/release_job_frontend.sh -p -B /backup -s / -i`.",
        answer: Guarded,
        text: "Each of the five values is needed, a path is absolute, and the address is one of a page. Afterwards every \
            file of the pages must be that of the package.",
        steps: &["nginx"],
    },
    Trap {
        id: "X4.68",
        lines: "417, 522, 539",
        mistake: "Two sections have the number 7.14, one heading has a mark too many, one list counts 1, 2, 1.",
        answer: Guarded,
        text: "Steps have ids and names of their own. This one is the last: its proof compares every version.",
        steps: &["refresh-version"],
    },
    Trap {
        id: "X4.72",
        lines: "146-150",
        mistake: "BK_GSE_AGENT_VERSION=v1 has to go when the agents are upgraded, and nobody says when.",
        answer: Guarded,
        text: "It is an open item: each run and `runs list` show it until `env-agent-v1 --version v2` has run.",
        steps: &["env-agent-v1"],
    },
];
