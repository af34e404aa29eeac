//! The control groups of a lab: where its hosts are found even when their supervisors are gone.

use std::fs;
use std::path::{Path, PathBuf};

use crate::processes::{self, Signal};

/// The directories of a group, one in each hierarchy that is mounted.
fn directories(group: &str) -> Vec<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let is_group = |line: &&str| matches!(line.split(' ').nth(2), Some("cgroup" | "cgroup2"));
    let places = mounts.lines().filter(is_group).filter_map(|line| line.split(' ').nth(1));
    places.map(|place| Path::new(place).join(group)).filter(|dir| dir.is_dir()).collect()
}

fn inside(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let directories = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    directories.map(|entry| entry.path()).collect()
}

fn members(dir: &Path) -> Vec<i32> {
    let text = fs::read_to_string(dir.join("cgroup.procs")).unwrap_or_default();
    let own = text.lines().filter_map(|line| line.parse().ok()).filter(|pid| *pid > 0);
    own.chain(inside(dir).iter().flat_map(|dir| members(dir))).collect()
}

/// The processes of a group and the groups in it.
pub fn pids(group: &str) -> Vec<i32> {
    directories(group).iter().flat_map(|dir| members(dir)).collect()
}

/// Kills every process of a group and the groups in it; true when there was none.
pub fn end(group: &str) -> bool {
    let pids = pids(group);
    processes::signal(&pids, Signal::KILL);
    pids.is_empty()
}

/// Removes a group and the groups in it; true when none is left.
pub fn remove(group: &str) -> bool {
    directories(group).iter().filter(|dir| !remove_tree(dir)).count() == 0
}

fn remove_tree(dir: &Path) -> bool {
    for below in inside(dir) {
        remove_tree(&below);
    }
    fs::remove_dir(dir).is_ok() || !dir.exists()
}
