//! What is known before anything is transferred.

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::reader::hash;
use engine::ops::{Absent, Download, Op as _, line};
use engine::text::edit::line::Place;

use crate::aid::told;
use crate::bench::Host;

#[test]
fn what_cannot_be_downloaded_is_refused_before_any_host_is_touched() {
    let (host, sum) = (Host::new(), hash(b""));
    let new = |url: &str| Download::new(url, host.path("f"));
    for (op, says) in [
        (new("http://m/x"), "http://m/x has no checksum, and no reason for that"),
        (new("http://m/x").unverified(" "), "has no checksum, and no reason for that"),
        (new("http://m/x").sha256("12"), "\"12\" is no sha256 checksum for http://m/x"),
        (new("http://m/x").md5(&sum), "is no md5 checksum for"),
        (new("ftp://m/x").sha256(&sum), "is no URL that a host can fetch"),
        (new("http://u:p@m/x").sha256(&sum), "the URL at m holds a secret"),
        (new("http://m/x").sha256(&sum).proxy("m:3128"), "is no URL that a host can fetch"),
        (new("http://m/x").sha256(&sum).headers(["a: b\nurl = c"]), "is not one line"),
        (new("file://m/x").sha256(&sum), "names no local file"),
    ] {
        let error = host.plan(&op).unwrap_err();
        assert_eq!(Fault::kind_of(&error), Kind::Usage, "{error:#}");
        let error = told::<()>(Err(error));
        assert!(error.contains(says) && error.contains("\nhint: "), "{error}");
        assert!(!error.contains("u:p"), "{error}");
    }
    host.put("d/x", "");
    let op = Download::new("http://m/x", host.path("d")).sha256(&sum);
    assert!(told(host.plan(&op)).contains("is no file; it was left alone"));
    let op = Download::new("http://m/x", host.path("no/x")).sha256(&sum);
    assert!(told(host.ensure(&op)).contains("there is no directory"));
}

#[test]
fn a_dry_run_knows_what_earlier_operations_leave() {
    let host = Host::new();
    let path = host.put("f", "right");
    let op = Download::new("http://m/x", &path).sha256(hash(b"right"));
    assert_eq!(host.plan(&Absent::new(&path)).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    assert!(host.diff().starts_with(&format!("{path}: new file from http://m/x\n")));
    let later = line::present(&path, "x", Place::End);
    assert_eq!(host.plan(&later).unwrap(), Outcome::Unknown);
    assert_eq!(host.diff(), "it comes from http://m/x");
    assert_eq!(op.describe(), format!("download {path}"));
}
