//! Directories, absent paths, moved paths.

use engine::data::outcome::Outcome;
use engine::ops::{Absent, Directory, FileContent, Moved};

use crate::aid::{Meanwhile, told};
use crate::bench::{Host, hosts};

#[test]
fn directories_are_made_with_those_above_and_taken_back_while_empty() {
    for host in hosts() {
        let path = host.path("a/b/c d");
        host.lives(&Directory::present(&path).mode("0750"));
        assert!(host.snapshot(false)[&path].starts_with("40750"));
        assert!(host.snapshot(false)[&host.path("a/b")].starts_with("40755"));
        host.put("a/b/c d/file", "x");
        assert!(told(host.undo()).contains("exit 1"));
        assert_eq!(host.get("a/b/c d/file"), "x");
    }
}

/// New parents with other content stay; the directory itself goes.
#[test]
fn a_directory_goes_back_while_those_above_serve_others() {
    for host in hosts() {
        let path = host.path("a/b/c");
        assert_eq!(host.ensure(&Directory::present(&path)).unwrap(), Outcome::Changed);
        host.put("a/mark", "x");
        host.undo().unwrap();
        let left: Vec<String> = host.snapshot(false).into_keys().collect();
        assert_eq!(left[1..], [host.path("a"), host.path("a/mark")]);
    }
}

#[test]
fn a_directory_that_stays_is_no_point_of_no_return() {
    let host = Host::new();
    host.ensure(&Directory::present(host.path("d")).stays()).unwrap();
    host.undo().unwrap();
    assert!(host.snapshot(false).contains_key(&host.path("d")));
}

#[test]
fn mode_of_a_directory_that_is_there_changes_and_comes_back() {
    for host in hosts() {
        host.put("d/x", "");
        host.chmod("d", 0o700);
        host.lives(&Directory::present(host.path("d")).mode("2755"));
        assert_eq!(host.diff(), format!("{}: mode 700 -> 2755\n", host.path("d")));
        assert_eq!(host.ensure(&Directory::present(host.path("d"))).unwrap(), Outcome::Kept);
        let file = told(host.ensure(&Directory::present(host.path("d/x"))));
        assert!(file.contains("is not a directory"), "{file}");
        host.ensure(&Directory::present(host.path("d")).mode("711")).unwrap();
        std::fs::remove_dir_all(host.path("d")).unwrap();
        let gone = told(host.undo());
        assert!(gone.contains(&format!("stderr: {} is gone\n", host.path("d"))), "{gone}");
    }
}

#[test]
fn a_file_in_a_planned_directory_is_planned_too() {
    let host = Host::new();
    let directory = Directory::present(host.path("d"));
    assert_eq!(host.plan(&directory).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&directory).unwrap(), Outcome::Kept);
    assert_eq!(host.plan(&FileContent::new(host.path("d/f"), "x")).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&Absent::new(host.path("d")).tree()).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&FileContent::new(host.path("d/f"), "x")).unwrap(), Outcome::Needed);
}

#[test]
fn files_links_and_trees_go_and_come_back() {
    for host in hosts() {
        host.put("f", b"a\xff\0b");
        host.chmod("f", 0o640);
        host.lives(&Absent::new(host.path("f")));
        std::os::unix::fs::symlink("no where", host.path("l")).unwrap();
        host.lives(&Absent::new(host.path("l")));
        host.put("big", vec![b'x'; 2_000_000]);
        host.lives(&Absent::new(host.path("big")));
        host.put("key", "s3cret");
        host.lives(&Absent::new(host.path("key")).secret());
        host.put("t/deep/er", "x");
        host.put("t.xtask-removed/old", "y");
        host.lives(&Absent::new(host.path("t")).tree());
        assert_eq!(host.get("t.xtask-removed-1/deep/er"), "x");
        assert_eq!(host.get("t.xtask-removed/old"), "y");
    }
}

#[test]
fn a_file_that_changed_since_it_was_read_does_not_go() {
    for host in hosts() {
        let path = host.put("f", "old");
        let op = Absent::new(&path);
        let error =
            told(host.ensure(&Meanwhile(&op, &|| std::fs::write(&path, "theirs").unwrap())));
        assert!(error.contains("is no longer the file that was read"), "{error}");
        assert_eq!(host.get("f"), "theirs");
    }
}

#[test]
fn what_must_not_go_is_refused() {
    let host = Host::new();
    host.put("d/x", "");
    let error = told(host.ensure(&Absent::new(host.path("d"))));
    assert!(error.contains("is a directory, not a file"), "{error}");
    for wrong in ["/", "x/y", "/tmp/../etc", "//", "/.."] {
        let error = told(host.ensure(&Absent::new(wrong).tree()));
        assert!(error.contains("is not an absolute path of one"), "{wrong}: {error}");
    }
    let error = told(host.plan(&Absent::new("/usr").tree()));
    assert!(error.contains("/usr is too close to the root"), "{error}");
}

#[test]
fn a_path_moves_aside_once() {
    for host in hosts() {
        let (from, to) = (host.put("a/x", "1"), host.path("b"));
        let (from, op) = (from.trim_end_matches("/x"), Moved::aside(host.path("a"), &to));
        host.lives(&op);
        assert_eq!(host.get("b/x"), "1");
        host.put("a/y", "2");
        let error = told(host.ensure(&op));
        assert!(
            error.starts_with(&format!("{to} is there already\nwould become: {from}")),
            "{error}"
        );
        let error = told(host.undo());
        assert!(error.contains("nothing was moved"), "{error}");
        let nothing = Moved::aside(host.path("m"), host.path("n"));
        assert!(told(host.ensure(&nothing)).starts_with("neither"));
    }
}

#[test]
fn later_probes_see_a_planned_move() {
    let host = Host::new();
    host.put("a", "1");
    let op = Moved::aside(host.path("a"), host.path("b"));
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Kept);
    assert_eq!(host.plan(&FileContent::new(host.path("b"), "1")).unwrap(), Outcome::Unknown);
    assert_eq!(host.plan(&FileContent::new(host.path("a"), "1")).unwrap(), Outcome::Needed);
}
