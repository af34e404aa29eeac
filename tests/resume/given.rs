//! The inventory of a resumed run: from standard input, of several files, and what imports say.

use std::path::Path;

use crate::support::{Outcome, Xtask, scratch, write};

const ONE: &str = "[hosts.firstbox]\nsession = \"local\"\n";
const TWO: &str = "[vars]\nzone = \"z1\"\n";

/// A backup of an empty directory, which is refused; then there is something in it.
fn refused(dir: &Path, inventory: &[&str], stdin: &str) {
    std::fs::create_dir(dir.join("settings")).expect("a directory");
    let settings = dir.join("settings").display().to_string();
    let words = [inventory, &["backup-settings", "--yes", "--settings-dir", &settings]].concat();
    let outcome = Xtask::new(dir, &words).dir(dir).fed(stdin);
    assert_eq!(outcome.code, 6, "{}", outcome.stderr);
    write(&dir.join("settings/webservice0"), "one\n");
}

fn ends(dir: &Path, code: i32, words: &[&str], stdin: &str) -> Outcome {
    let outcome = Xtask::new(dir, words).dir(dir).fed(stdin);
    assert_eq!(outcome.code, code, "{words:?}\n{}{}", outcome.stdout, outcome.stderr);
    outcome
}

#[test]
fn an_inventory_from_standard_input_is_given_again() {
    let dir = scratch();
    refused(dir.path(), &["-i", "-"], ONE);
    let none = ends(dir.path(), 2, &["resume"], "");
    assert!(none.stderr.contains("the inventory from standard input is empty"), "{}", none.stderr);
    let other = ends(dir.path(), 6, &["resume"], &(ONE.to_owned() + TWO));
    assert!(other.stderr.contains("+zone = \"z1\""), "{}", other.stderr);
    ends(dir.path(), 0, &["resume"], ONE);
}

#[test]
fn a_file_takes_the_place_of_standard_input() {
    let dir = scratch();
    refused(dir.path(), &["-i", "-"], ONE);
    write(&dir.path().join("one.toml"), ONE);
    ends(dir.path(), 0, &["resume", "backup-settings", "-i", "one.toml"], "");
}

#[test]
fn several_inventories_that_are_as_before_are_no_change() {
    let dir = scratch();
    write(&dir.path().join("one.toml"), ONE);
    write(&dir.path().join("two.toml"), TWO);
    refused(dir.path(), &["-i", "one.toml", "-i", "two.toml"], "");
    let done = ends(dir.path(), 0, &["resume"], "");
    assert!(!done.stderr.contains("zone"), "{}", done.stderr);
}

#[test]
fn a_change_of_an_imported_file_is_shown() {
    let dir = scratch();
    let named = |port| write(&dir.path().join("inventory"), &format!("web1 ansible_port={port}\n"));
    write(&dir.path().join("hosts.toml"), &format!("[import]\nansible = \"inventory\"\n{ONE}"));
    named(22);
    refused(dir.path(), &[], "");
    named(2222);
    let shown = ends(dir.path(), 6, &["resume"], "");
    assert!(shown.stderr.contains("\"port\":2222"), "{}", shown.stderr);
    named(22);
    ends(dir.path(), 0, &["resume"], "");
}
