//! The platform before the upgrade: both nodes run on their old physical hosts.

use crate::support::rehearsal::Bench;

pub(crate) const ALL: &str = "firstbox,node[1-2],webservice[0-1]";

/// Rehearsal hosts as the document finds them. The fixtures are those of the moment when the old
/// image of webservice0 has been moved aside.
pub(crate) fn bench() -> Bench {
    let bench = Bench::new();
    bench.prepare(ALL);
    bench.write_shared("virsh/node1/webservice0/state", "running\n");
    for (from, to) in
        [("old-webservice0.img", "webservice0.img"), ("old-webservice0.xml", "webservice0.xml")]
    {
        let dir = bench.shared("kernels/node1");
        std::fs::rename(dir.join(from), dir.join(to)).expect("a fixture");
    }
    bench.write_shared("kernels/node1/webservice0.Done", "");
    bench
}

/// What one file of the state that the hosts share holds.
pub(crate) fn shared(bench: &Bench, path: &str) -> Option<String> {
    std::fs::read_to_string(bench.shared(path)).ok()
}
