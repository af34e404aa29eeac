//! Time that passes without waiting: systemd and file times count in seconds, and a change has to be a later one.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use super::rehearsal::Bench;

const AGE: Duration = Duration::from_secs(10);

impl Bench {
    /// Makes everything on the hosts ten seconds older: files, and when units were started.
    pub(crate) fn ages(&self) {
        self.roots().iter().for_each(|root| age(root));
    }
}

fn age(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
        if kind.is_dir() {
            age(&path);
        } else if kind.is_file() {
            let then = entry.metadata().and_then(|meta| meta.modified()).expect("a time") - AGE;
            if [".since", ".changed"].iter().any(|end| path.to_string_lossy().ends_with(end)) {
                let since = fs::read_to_string(&path).expect("a time");
                let since: u128 = since.trim().parse().expect("microseconds");
                super::write(&path, &format!("{}\n", since.saturating_sub(AGE.as_micros())));
            }
            File::open(&path).and_then(|file| file.set_modified(then)).expect("a file of ours");
        }
    }
}
