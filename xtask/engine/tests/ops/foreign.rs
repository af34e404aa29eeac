//! Undo leaves things alone that changed after the operation.

use std::os::unix::fs::symlink;

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::{
    Absent, Directory, Edit, FileContent, Moved, Op, Script, Transfer, TreeCopy, block, key, line,
    template,
};
use engine::text::edit::block::Block;
use engine::text::edit::line::Place;
use engine::text::snippet::Snippet;

use crate::bench::{Host, hosts};
use crate::transfer::login;

const RUN: Snippet =
    Snippet::new("test/run", "# Run.\nchange() {\n  :\n}\nundo() {\n  echo never >&2\n}\n");

/// `op` changes the host, then somebody `spoils` that: undo refuses and touches nothing.
fn is_left_alone(host: &Host, op: &dyn Op, spoil: impl Fn()) {
    let what = op.describe();
    assert_eq!(host.ensure(op).unwrap(), Outcome::Changed, "{what}");
    spoil();
    let before = host.snapshot(true);
    let refused = host.undo().expect_err(&what);
    assert_eq!(Fault::kind_of(&refused), Kind::Refused, "{what}: {refused:#}");
    assert!(refused.to_string().contains("changed since that run"), "{what}: {refused:#}");
    assert_eq!(host.snapshot(true), before, "{what}");
}

#[test]
fn content_of_files_that_changed_since() {
    for host in hosts() {
        let path = host.put("f", "[a]\nk = 1\n");
        let by_hand = || drop(host.put("f", "by hand\n"));
        let block = Block::new("b", "x\n");
        let vars = [("x", "1")];
        let all: [Box<dyn Op>; 8] = [
            Box::new(FileContent::new(&path, "new\n")),
            Box::new(FileContent::new(&path, "new\n").secret()),
            Box::new(Edit::new(&path, "say b", |text| Ok(text.replace("[a]", "[b]")))),
            Box::new(line::present(&path, "one more", Place::End)),
            Box::new(block::present(&path, block)),
            Box::new(key::ini(&path, Some("a"), "k", "2")),
            Box::new(key::env(&path, "K", "2")),
            Box::new(template::file(&path, "t", "{{ x }}\n", &vars).unwrap()),
        ];
        for op in all {
            host.put("f", "[a]\nk = 1\n");
            is_left_alone(&host, &*op, by_hand);
        }
    }
}

#[test]
fn paths_that_changed_since() {
    for host in hosts() {
        let new = host.path("new");
        is_left_alone(&host, &FileContent::new(&new, "1"), || drop(host.put("new", "2")));

        let gone = host.put("gone", "1");
        is_left_alone(&host, &Absent::new(&gone), || drop(host.put("gone", "2")));

        let link = host.path("link");
        symlink("one", &link).unwrap();
        is_left_alone(&host, &Absent::new(&link), || symlink("two", &link).unwrap());

        host.put("tree/x", "1");
        let tree = Absent::new(host.path("tree")).tree();
        is_left_alone(&host, &tree, || drop(host.put("tree/x", "2")));

        let from = host.put("from", "1");
        let moved = Moved::aside(&from, host.path("to"));
        is_left_alone(&host, &moved, || drop(host.put("from", "2")));

        host.put("source/x", "1");
        let copy = TreeCopy::once(host.path("source"), host.path("copy"));
        is_left_alone(&host, &copy, || drop(host.put("copy/x", "2")));

        host.put("dir/x", "");
        host.chmod("dir", 0o700);
        let mode = Directory::present(host.path("dir")).mode("755");
        is_left_alone(&host, &mode, || host.chmod("dir", 0o711));
    }
}

#[test]
fn a_marker_of_another_run_of_the_script() {
    for host in hosts() {
        let op = Script::new("run", RUN, []).markers_in(host.path("m"));
        is_left_alone(&host, &op, || drop(host.put("m/run", "other inputs\n")));
    }
}

/// On both sides, the new content and the old one.
#[test]
fn a_directory_that_was_brought_and_changed_since() {
    for host in hosts() {
        host.put("a/x", "new");
        let login = login(&host);
        for (to, spoiled) in [("b", "b/x"), ("c", "c.xtask-before-1/x"), ("d", "d/more")] {
            host.put(&format!("{to}/x"), "old");
            let (from, to) = (host.path("a"), host.path(to));
            let op = Transfer::push(&from, "node1", &to, "1").through(&login);
            is_left_alone(&host, &op, || drop(host.put(spoiled, "by hand")));
        }
        host.put("e/x", "old");
        let op = Transfer::pull("node1", &host.path("a"), &host.path("e"), "1").through(&login);
        is_left_alone(&host, &op, || drop(host.put("e/x", "by hand")));
    }
}
