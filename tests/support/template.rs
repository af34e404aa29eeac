//! Hosts that several tests begin with are made once, and copied.

use std::fs::{self, File};
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};

use super::rehearsal::Bench;
use super::{Xtask, fleet};

impl Bench {
    /// A bench as `make` leaves a new one. All tests that give this name get a copy of the same, records too.
    pub(crate) fn made(name: &str, make: impl FnOnce(&Self)) -> Self {
        let bench = Self::new();
        bench.fill(name, make);
        bench
    }

    /// The same for a bench on which nothing has been done.
    pub(super) fn fill(&self, name: &str, make: impl FnOnce(&Self)) {
        let to = self.state.path().join("xtask");
        let from = template(name, make);
        let copied = Xtask::program("cp").args(["-a", "--"]).arg(&from).arg(to).status();
        assert!(copied.expect("cp starts").success(), "{} is not copied", from.display());
    }
}

/// The hosts that the first test prepares, while the others wait; they may be other processes.
fn template(name: &str, make: impl FnOnce(&Bench)) -> PathBuf {
    let dir = fleet().dir.join("templates");
    fs::create_dir_all(&dir).expect("a directory");
    let lock = File::create(dir.join(format!("{name}.lock"))).expect("a lock file");
    flock(&lock, FlockOperation::LockExclusive).expect("a lock");
    let whole = dir.join(name);
    if !whole.exists() {
        let bench = Bench::of(tempfile::tempdir_in(&dir).expect("a directory"));
        make(&bench);
        fs::rename(bench.state.path().join("xtask"), &whole).expect("hosts that nobody has open");
    }
    whole
}

/// Two tests that give one name to different hosts would both get those of the first one.
#[test]
fn no_two_templates_have_one_name() {
    let mut names: Vec<String> = Vec::new();
    for file in crate::tidy::files() {
        let calls = file.text.split("Bench::made(\"").skip(1);
        let more = file.text.split("Bench::unpacked_and(\"").skip(1);
        names.extend(
            calls
                .chain(more)
                .filter_map(|rest| rest.split_once('"'))
                .map(|(name, _)| name.to_owned()),
        );
    }
    names.retain(|name| !name.contains('\\') && !name.contains(')'));
    let count = names.len();
    assert!(count > 5, "{names:?}");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "{names:?}");
}
