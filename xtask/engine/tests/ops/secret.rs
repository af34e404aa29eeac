//! Files with secrets: what is recorded of them, and what is left on the host.

use engine::data::outcome::Outcome;
use engine::ops::reader::hash;
use engine::ops::{Absent, Edit, FileContent, Op};

use crate::aid::told;
use crate::bench::{Host, hosts};

const OLD: &str = "x 1\nauth_pass oldword\n";
const NEW: &str = "x 2\nauth_pass newword\n";

/// Fault T4: everything but the password is in the diff; no hash in the record confirms a guess of it. The salt that would
/// is on the host only, for its owner only.
#[test]
fn no_recorded_hash_confirms_a_guess_of_a_secret() {
    for host in hosts() {
        let path = host.put("k.conf", OLD);
        let edit = |text: &str| Ok(text.replace("oldword", "newword").replace("x 1", "x 2"));
        let ops: [Box<dyn Op>; 3] = [
            Box::new(FileContent::new(&path, NEW).masking(["auth_pass"])),
            Box::new(FileContent::new(&path, NEW).secret()),
            Box::new(Edit::new(&path, "edit", edit).masking(["auth_pass"])),
        ];
        for op in ops {
            host.put("k.conf", OLD);
            assert_eq!(host.ensure(&*op).unwrap(), Outcome::Changed);
            let mut recorded = host.recorded();
            for action in host.observer.ran.lock().unwrap().drain(..) {
                recorded += &action.script().unwrap();
            }
            let salt = std::fs::read_to_string(host.salts.path().join("salt")).unwrap();
            assert!(salt.len() > 32 && !recorded.contains(salt.trim_end()), "{salt}");
            for text in [OLD, NEW] {
                assert!(!recorded.contains(&hash(text.as_bytes())), "{recorded}");
                assert!(recorded.contains(&hash(format!("{salt}{text}").as_bytes())), "{recorded}");
                assert!(!recorded.contains(text), "{recorded}");
            }
            host.undo().unwrap();
            assert_eq!(host.get("k.conf"), OLD);
        }
        use std::os::unix::fs::PermissionsExt as _;
        let salt = std::fs::metadata(host.salts.path().join("salt")).unwrap();
        assert_eq!(salt.permissions().mode() & 0o777, 0o600);
    }
}

/// Fault T4: a plain `FileContent` becomes a secret one when a known secret is in the file, before or after. `Absent`
/// moves it aside.
#[test]
fn a_file_with_a_known_secret_is_a_secret_file() {
    for secret in ["oldword", "newword"] {
        let host = Host::new().hiding(secret);
        let path = host.put("k.conf", OLD);
        host.ensure(&FileContent::new(&path, NEW)).unwrap();
        let recorded = host.recorded();
        assert!(!recorded.contains("word"), "{recorded}");
        assert_eq!(host.get("k.conf.xtask-bak"), OLD);
        host.undo().unwrap();
        assert_eq!(host.snapshot(false).len(), 2, "undo left something");
    }
    let host = Host::new().hiding("oldword");
    let path = host.put("k.conf", OLD);
    host.ensure(&Absent::new(&path)).unwrap();
    assert!(!host.recorded().contains("word"), "{}", host.recorded());
    assert_eq!(host.get("k.conf.xtask-removed"), OLD);
    host.undo().unwrap();
    assert_eq!(host.get("k.conf"), OLD);
}

/// Fault T4: without the salt nothing is overwritten, and the error names it.
#[test]
fn without_the_salt_a_secret_file_is_left_alone() {
    for host in hosts() {
        let path = host.put("k.conf", OLD);
        host.ensure(&FileContent::new(&path, NEW).secret()).unwrap();
        std::fs::remove_file(host.salts.path().join("salt")).unwrap();
        let refused = told(host.undo());
        assert!(refused.contains("salt is gone: nothing can tell whether"), "{refused}");
        assert_eq!(host.get("k.conf"), NEW);
    }
}

/// Fault T14: what a killed change, or a killed undo, has left beside the file goes with the undo.
#[test]
fn an_undo_removes_what_a_killed_run_left_beside_the_file() {
    for host in hosts() {
        let path = host.put("k.conf", OLD);
        host.ensure(&FileContent::new(&path, NEW).secret()).unwrap();
        // Killed after the old content was in its place.
        host.put("k.conf", OLD);
        host.put(".k.conf.xtask-aB3dE6", NEW);
        host.undo().unwrap();
        assert_eq!(host.snapshot(false).len(), 2, "{:?}", host.snapshot(false).keys());
        assert_eq!(host.get("k.conf"), OLD);
    }
}
