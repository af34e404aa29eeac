//! Large files: their checksum is remembered.

use engine::data::outcome::Outcome;
use engine::ops::Download;
use engine::ops::reader::hash;

use super::{bytes, names};
use crate::bench::Host;
use crate::nginx::{Nginx, noise};

/// From this size on, the snippet remembers.
const LARGE: usize = 16 * 1024 * 1024;

/// A host whose `sha256sum` counts its calls.
fn counting() -> (Host, tempfile::TempDir) {
    let tools = tempfile::tempdir().unwrap();
    let tool = tools.path().join("sha256sum");
    let text = "#!/bin/sh\necho >>\"$0.calls\"\nPATH=/usr/bin:/bin\nexec sha256sum \"$@\"\n";
    std::fs::write(&tool, text).unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("PATH={}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    (Host::behind(&["env", &path]), tools)
}

fn calls(tools: &tempfile::TempDir) -> usize {
    let path = tools.path().join("sha256sum.calls");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    drop(std::fs::remove_file(path));
    text.len()
}

#[test]
fn a_large_file_is_read_again_only_when_something_about_it_has_changed() {
    let nginx = Nginx::start();
    let (host, tools) = counting();
    let new = noise(1, LARGE);
    nginx.put("f", &new);
    let path = host.path("f");
    let op = Download::new(nginx.url("plain", "f"), &path).sha256(hash(&new));
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    // The part before it is moved, and the file after it.
    assert_eq!(calls(&tools), 2);
    assert_eq!(names(&host), [".f.xtask-sum", "f"]);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
    assert_eq!(calls(&tools), 0);

    // The same size, and the time of before: only the time of the change of the inode tells.
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut other = new.clone();
    other[LARGE / 2] ^= 1;
    std::fs::write(&path, &other).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    host.forget();
    assert_eq!(calls(&tools), 1);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(bytes(&host, "f"), new);
    host.undo().unwrap();
    assert_eq!(bytes(&host, "f"), other);

    // A copy has another inode. A note that others could write does not count.
    let theirs = std::fs::read_to_string(host.path(".f.xtask-sum")).unwrap();
    assert!(theirs.starts_with(&format!("sha256 {}\n", hash(&new))), "{theirs}");
    calls(&tools);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    assert_eq!(calls(&tools), 1);
}

#[test]
fn a_large_file_goes_with_what_is_remembered_of_it() {
    let nginx = Nginx::start();
    let host = Host::new();
    let new = noise(2, LARGE);
    nginx.put("f", &new);
    let op = Download::new(nginx.url("plain", "f"), host.path("f")).sha256(hash(&new));
    host.lives(&op);
    host.undo().unwrap();
    assert_eq!(names(&host), Vec::<String>::new());
}
