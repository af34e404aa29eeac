//! The control machine of BlueKing after sections 3 to 6 of its document: it has the packages of 6.2.

use super::rehearsal::Bench;

/// The steps up to there.
const STEPS: [&str; 10] = [
    "fetch-package",
    "unpack-package",
    "backup-install-dir",
    "backup-src-dir",
    "replace-src",
    "replace-install",
    "unpack-products",
    "restore-cert",
    "restore-backup-dir",
    "install-config",
];

/// The name of these hosts among the templates.
const NAME: &str = "bk-packages";

impl Bench {
    /// A bench with the packages of 6.2, and without a record of the runs that brought them.
    pub(crate) fn unpacked() -> Self {
        let bench = Self::new();
        bench.fill(NAME, Self::unpack);
        bench
    }

    /// The same on which `make` has done something, as [`Bench::made`].
    pub(crate) fn unpacked_and(name: &str, make: impl FnOnce(&Self)) -> Self {
        Self::made(name, |bench| {
            bench.fill(NAME, Self::unpack);
            make(bench);
        })
    }

    /// Sections 3 to 6 on a bench with an inventory of its own.
    pub(crate) fn unpack(&self) {
        for step in STEPS {
            self.ends(0, &format!("bk-upgrade {step}"));
        }
        let runs = self.state.path().join("xtask/runs");
        std::fs::remove_dir_all(runs).expect("the records of these runs");
    }
}
