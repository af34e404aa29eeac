//! The platform before the upgrade: both nodes run on their old physical hosts.

use crate::support::rehearsal::Bench;
use crate::support::{root, write};

pub(crate) const ALL: &str = "firstbox,node[1-2],webservice[0-1]";

/// Rehearsal hosts as the document finds them.
pub(crate) fn bench() -> Bench {
    let bench = Bench::new();
    make(&bench);
    bench
}

/// The same for hosts of a test's own.
pub(crate) fn make(bench: &Bench) {
    bench.prepare(ALL);
}

/// The old VM of webservice0 is off and its image aside, as before a launch.
pub(crate) fn moved_aside(bench: &Bench) {
    bench.prepare(ALL);
    bench.ends(0, "webservice backup-node-files --node webservice0");
    bench.write_shared("virsh/node1/webservice0/state", "shut off\n");
    let dir = bench.shared("kernels/node1");
    for name in ["webservice0.img", "webservice0.xml"] {
        std::fs::rename(dir.join(name), dir.join(format!("old-{name}"))).expect("a fixture");
    }
    std::fs::remove_file(dir.join("webservice0.Done")).expect("a fixture");
    bench.ends(0, SEAL);
}

/// Moves the old image aside when it is not, and seals it.
pub(crate) const SEAL: &str = "webservice backup-vm-image --node webservice0 --physical-host node1";

/// The backups of webservice0, whose old VM goes off in between.
pub(crate) fn backed_up(bench: &Bench) {
    bench.ends(0, "webservice backup-node-files --node webservice0");
    bench.write_shared("virsh/node1/webservice0/state", "shut off\n");
    bench.ends(0, SEAL);
}

/// The content of one file of the state that the hosts share.
pub(crate) fn shared(bench: &Bench, path: &str) -> Option<String> {
    std::fs::read_to_string(bench.shared(path)).ok()
}

/// Flags for an inventory with other variables than the sample.
pub(crate) fn inventory(bench: &Bench, vars: &str) -> String {
    let file = bench.state.path().join("hosts.toml");
    let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
    let sample = sample.replace("installer_version = \"4.10.0\"", vars);
    write(
        &file,
        &sample.replace(
            "\nzone_kind = \"global\"",
            if vars.contains("zone_kind") { "\n" } else { "\nzone_kind = \"global\"" },
        ),
    );
    format!("-i {}", file.display())
}
