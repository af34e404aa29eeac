//! Hosts without curl.

use std::path::Path;

use engine::data::outcome::Outcome;
use engine::ops::Download;
use engine::ops::reader::hash;

use super::{bytes, names};
use crate::aid::told;
use crate::bench::Host;
use crate::nginx::{Nginx, noise};

const TOOLS: &str = "sh awk cat chmod chown cp cut date df env grep head id ln ls md5sum mkdir mktemp mv readlink rm \
                     setsid sha256sum sleep sort stat sync wc";

/// A host with these tools only.
fn with(wget: &str) -> (Host, tempfile::TempDir) {
    let tools = tempfile::tempdir().unwrap();
    for tool in TOOLS.split_whitespace() {
        let Ok(program) = which::which(tool) else { continue };
        std::os::unix::fs::symlink(program, tools.path().join(tool)).unwrap();
    }
    if !wget.is_empty() {
        let program = which::which(wget).expect("tests/run --prepare installs it");
        std::os::unix::fs::symlink(program, tools.path().join("wget")).unwrap();
    }
    let path = format!("PATH={}", Path::new(tools.path()).display());
    (Host::behind(&["env", &path]), tools)
}

#[test]
fn wget_serves_where_there_is_no_curl() {
    let nginx = Nginx::start();
    let new = noise(1, 2_000_000);
    nginx.put("f", &new);
    for wget in ["wget", "busybox"] {
        let (host, _tools) = with(wget);
        let new_at = |place: &str| Download::new(nginx.url(place, "f"), host.path("f"));
        host.lives(&new_at("plain").sha256(hash(&new)));
        host.undo().unwrap();
        let missing = Download::new(nginx.url("plain", "none"), host.path("f")).unverified("so");
        for op in [missing, new_at("broken").unverified("so")] {
            let error = told(host.ensure(&op));
            assert!(error.contains("wget failed (exit ") && error.contains("exit 26"), "{error}");
        }
        // Cut in the middle: it begins at the start.
        let cut = new_at("plain").unverified("so").proxy(nginx.cut_after(1_000_000));
        let error = told(host.ensure(&cut));
        assert!(error.contains("wget failed (exit "), "{wget}: {error}");
        assert_eq!(names(&host), Vec::<String>::new());
        drop(nginx.answers(5));
        assert_eq!(host.ensure(&new_at("plain").unverified("so")).unwrap(), Outcome::Changed);
        assert_eq!(nginx.answers(1), [(200, 2_000_000)]);
        assert_eq!(bytes(&host, "f"), new);
        let error = told(host.ensure(&new_at("moved").sha256(hash(b"x")).headers(["a: b"])));
        assert!(error.contains("a secret header needs curl"), "{error}");
    }
    let (host, _tools) = with("busybox");
    let open = Download::new("https://127.0.0.1:1/f", host.path("f")).unverified("so");
    let error = told(host.ensure(&open));
    assert!(error.contains("this wget checks no certificate"), "{error}");
}

#[test]
fn without_any_tool_the_error_says_so() {
    let (host, _tools) = with("");
    let op = Download::new("http://127.0.0.1:1/f", host.path("f")).sha256(hash(b""));
    let error = told(host.ensure(&op));
    assert!(error.contains("there is no curl and no wget here"), "{error}");
    assert!(error.contains("exit 25"), "{error}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let host = Host::new();
    let op = Download::new("http://127.0.0.1:1/f", host.path("f")).sha256(hash(b""));
    let error = told(host.ensure(&op));
    assert!(error.contains("curl: (7)") && error.contains("the transfer ended early"), "{error}");
    assert_eq!(names(&host), Vec::<String>::new());
}
