//! Transfers, by a real rsync over a stand-in for ssh.

use engine::data::outcome::Outcome;
use engine::ops::Transfer;

use crate::bench::{Host, told};

/// What ssh does with its words, on this machine.
fn login(host: &Host) -> String {
    let path = host.put("ssh", "#!/bin/sh\necho \"$1\" >>\"$0.log\"\nshift\nsh -c \"$*\"\n");
    host.chmod("ssh", 0o755);
    path
}

#[test]
fn files_are_sent_once_and_what_is_overwritten_is_kept() {
    let host = Host::new();
    let login = login(&host);
    host.put("here/rc local", "new");
    host.put("there/rc local", "old");
    let op = Transfer::push(host.path("here/"), "node1", host.path("there/")).through(&login);
    let op = op.keeping();
    let before = host.snapshot(true);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    assert!(host.diff().contains("rc local\n"), "{}", host.diff());
    let after = host.snapshot(true);
    assert!(before.iter().all(|(path, text)| path.ends_with("there")
        || !path.contains("there/")
        || after[path] == *text));
    host.forget();
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
    assert_eq!(host.get("there/rc local"), "new");
    let kept = std::fs::read_dir(host.path("there")).unwrap();
    let kept: Vec<_> = kept.map(|entry| entry.unwrap().path()).collect();
    let kept = kept.iter().find(|path| path.to_string_lossy().contains(".xtask-bak-")).unwrap();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "old");
    assert!(host.get("ssh.log").lines().all(|line| line == "node1"));
}

#[test]
fn files_are_fetched() {
    let host = Host::new();
    let login = login(&host);
    host.put("far/f", "1");
    let op = Transfer::pull("node1", host.path("far/f"), host.path("near")).through(&login);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(host.get("near"), "1");
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
    let missing = Transfer::pull("node1", host.path("none"), host.path("x")).through(&login);
    assert!(told(host.ensure(&missing)).contains("No such file"));
}

#[test]
fn one_host_has_one_name() {
    let host = Host::new();
    for wrong in ["webservice0/1", "", "a b", "-e", "a:b"] {
        let error = told(host.plan(&Transfer::push("/a", wrong, "/b")));
        assert!(error.contains("is not the name of one host"), "{error}");
    }
    assert!(told(host.plan(&Transfer::push("a", "n", "/b"))).contains("is not an absolute path"));
}
