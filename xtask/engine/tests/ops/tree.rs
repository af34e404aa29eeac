//! Trees copied once.

use engine::data::outcome::Outcome;
use engine::ops::TreeCopy;

use crate::aid::told;
use crate::bench::{Host, hosts};

fn seed(host: &Host) {
    host.put("src/a b", "1");
    host.put("src/deep/er/c", "2");
    host.put("src/deep/empty", "");
    host.chmod("src/deep/er/c", 0o600);
    std::os::unix::fs::symlink("no where", host.path("src/link")).unwrap();
}

#[test]
fn a_tree_is_copied_whole_kept_planned_and_taken_back() {
    for host in hosts() {
        seed(&host);
        // The rest of an interrupted run.
        host.put("copy.partial/a b", "half");
        let op = TreeCopy::once(host.path("src/"), host.path("copy"));
        std::fs::remove_dir_all(host.path("copy.partial")).unwrap();
        host.lives(&op);
        host.undo().unwrap();
        host.put("copy.partial/rest", "half");
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        let all = host.snapshot(false);
        assert_eq!(all[&host.path("copy/deep/er/c")], all[&host.path("src/deep/er/c")]);
        assert_eq!(all.keys().filter(|path| path.contains("/copy")).count(), 7, "{all:?}");
        assert!(host.diff().contains(": 4 files, "), "{}", host.diff());
    }
}

#[test]
fn another_thing_at_the_target_is_left_alone_and_the_next_name_taken() {
    for host in hosts() {
        seed(&host);
        host.put("copy/mine", "x");
        let op = TreeCopy::once(host.path("src"), host.path("copy"));
        let error = told(host.ensure(&op));
        assert!(error.contains("copy is there and differs from"), "{error}");
        assert!(error.contains("hint: compare them: diff -rq "), "{error}");
        host.lives(&op.clone().or_else(host.path("copy-2")));
        assert_eq!(host.get("copy-2/a b"), "1");
        assert_eq!(host.get("copy/mine"), "x");
        assert!(!std::path::Path::new(&host.path("copy/src")).exists());
        host.put("copy-2/edited", "x");
        assert!(told(host.undo()).contains("has changed since it was copied"));
        assert_eq!(host.get("copy-2/edited"), "x");
    }
}

#[test]
fn a_link_to_a_directory_is_copied_as_what_is_in_it() {
    for host in hosts() {
        host.put("real/a", "1");
        std::os::unix::fs::symlink("real", host.path("src")).unwrap();
        let op = TreeCopy::once(host.path("src"), host.path("copy"));
        host.lives(&op);
        host.put("real/a", "2");
        assert_eq!(host.get("copy/a"), "1");
        // A link to the source is equal to it, and no copy.
        std::os::unix::fs::symlink("real", host.path("link")).unwrap();
        let error = told(host.ensure(&TreeCopy::once(host.path("real"), host.path("link"))));
        assert!(error.contains("link is there and differs from"), "{error}");
    }
}

#[test]
fn what_cannot_be_copied_is_told() {
    let host = Host::new();
    std::fs::create_dir(host.path("empty")).unwrap();
    let empty = TreeCopy::once(host.path("empty"), host.path("copy"));
    assert!(told(host.ensure(&empty)).contains("holds no file"));
    let missing = TreeCopy::once(host.path("none"), host.path("copy"));
    assert!(told(host.ensure(&missing)).contains("there is no directory"));
    let inside = TreeCopy::once(host.path("empty"), host.path("empty/copy"));
    assert!(told(host.ensure(&inside)).contains("is inside of"));
}
