//! Edits of text files.

use engine::data::outcome::Outcome;
use engine::ops::{Edit, FileContent};

use crate::bench::{Host, told};

fn add(path: &str) -> Edit {
    Edit::new(path, format!("add x to {path}"), |text| {
        Ok(if text.contains('x') { text.to_owned() } else { format!("{text}x\n") })
    })
}

#[test]
fn an_edit_is_written_kept_planned_and_taken_back() {
    let host = Host::new();
    let path = host.put("f", "a\r\n");
    host.lives(&add(&path));
    assert_eq!(host.get("f"), "a\r\nx\n");
}

#[test]
fn a_missing_file_is_an_error_or_made() {
    let host = Host::new();
    let path = host.path("f");
    let error = told(host.ensure(&add(&path)));
    assert!(error.starts_with(&format!("{path} is not there\nwanted: add x to {path}")), "{error}");
    host.lives(&add(&path).or_create("640"));
    assert_eq!(host.get("f"), "x\n");
    let gone = Edit::new(host.path("g"), "remove y", |text| Ok(text.replace('y', "")));
    assert_eq!(host.ensure(&gone).unwrap(), Outcome::Kept);
}

#[test]
fn a_missing_file_may_come_with_an_earlier_operation_of_a_dry_run() {
    let host = Host::new();
    host.plan(&FileContent::new(host.path("other"), "")).unwrap();
    assert_eq!(host.plan(&add(&host.path("f"))).unwrap(), Outcome::Unknown);
    assert!(host.diff().contains("is not there yet"), "{}", host.diff());
}

#[test]
fn a_file_that_is_no_text_is_an_error() {
    let host = Host::new();
    let path = host.put("f", b"ab\xff");
    assert!(told(host.ensure(&add(&path))).contains("is not UTF-8 text (byte 2)"));
}
