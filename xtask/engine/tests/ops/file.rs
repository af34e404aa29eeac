//! Files with a given content.

use engine::data::outcome::Outcome;
use engine::ops::{Edit, FileContent, Mode, Op as _};

use crate::aid::{Meanwhile, told};
use crate::bench::{Host, hosts, is_root};

#[test]
fn a_new_file_is_written_kept_planned_and_taken_back_in_every_shell() {
    for host in hosts() {
        let op = FileContent::new(host.path("new file"), "a\nb\0c\n").mode("750");
        host.lives(&op);
        assert_eq!(host.get("new file"), "a\nb\0c\n");
        assert!(host.snapshot(false)[&host.path("new file")].starts_with("100750"));
    }
}

#[test]
fn mode_and_owner_of_a_file_that_is_there_stay() {
    for host in hosts() {
        let path = host.put("it's", "old\n");
        host.chmod("it's", 0o4711);
        if is_root() {
            std::os::unix::fs::chown(&path, Some(12), Some(34)).unwrap();
            host.chmod("it's", 0o4711);
        }
        host.lives(&FileContent::new(&path, "new\n").mode("600").owner("0:0"));
        let owner = if is_root() { "12:34" } else { "" };
        assert!(host.snapshot(false)[&path].starts_with(&format!("104711 {owner}")));
    }
}

#[test]
fn the_plan_shows_a_diff_and_a_later_probe_sees_the_planned_text() {
    let host = Host::new();
    let path = host.put("a.conf", "x\n");
    assert_eq!(host.plan(&FileContent::new(&path, "y\n")).unwrap(), Outcome::Needed);
    let bare = path.trim_start_matches('/');
    assert_eq!(host.diff(), format!("--- a/{bare}\n+++ b/{bare}\n@@ -1 +1 @@\n-x\n+y\n"));
    let more = Edit::new(&path, "add z", |text| {
        Ok(if text.ends_with("z\n") { text.to_owned() } else { format!("{text}z\n") })
    });
    assert_eq!(host.plan(&more).unwrap(), Outcome::Needed);
    assert_eq!(host.diff(), format!("--- a/{bare}\n+++ b/{bare}\n@@ -1 +1,2 @@\n y\n+z\n"));
    assert_eq!(host.plan(&more).unwrap(), Outcome::Kept);
    assert_eq!(host.get("a.conf"), "x\n");
}

#[test]
fn a_file_that_changed_since_it_was_read_is_left_alone() {
    for host in hosts() {
        for (name, before) in [("there", Some("old")), ("new", None)] {
            let path = host.path(name);
            if let Some(text) = before {
                host.put(name, text);
            }
            let op = FileContent::new(&path, "mine");
            let other = || std::fs::write(&path, "theirs").unwrap();
            let error = told(host.ensure(&Meanwhile(&op, &other)));
            assert!(error.starts_with(&format!("cannot write {path}: exit 20\n")), "{error}");
            assert!(error.contains("is no longer the file that was read"), "{error}");
            assert_eq!(host.get(name), "theirs");
        }
        assert_eq!(host.snapshot(false).len(), 3, "a temporary file was left");
    }
}

#[test]
fn undo_leaves_a_file_alone_that_somebody_changed_afterwards() {
    let host = Host::new();
    let path = host.put("f", "old");
    host.ensure(&FileContent::new(&path, "new")).unwrap();
    host.put("f", "edited");
    assert!(told(host.undo()).contains("is no longer the file that was written"));
    assert_eq!(host.get("f"), "edited");
    let path = host.path("g");
    host.ensure(&FileContent::new(&path, "new")).unwrap();
    host.put("g", "edited");
    assert!(told(host.undo()).contains("is no longer"));
    assert_eq!(host.get("g"), "edited");
}

#[test]
fn a_full_disk_leaves_the_old_file_and_no_other() {
    for host in hosts() {
        let path = host.put("f", "old");
        let op = FileContent::new(&path, vec![b'x'; 3_000_000]);
        let script = op_script(&host, &op);
        // A limit on file size stands for a full disk: the write comes to an end half-way.
        let limited = format!("ulimit -f 1000; trap '' XFSZ; {script}");
        let error = host.raw(&limited, &vec![b'x'; 3_000_000]);
        assert!(error.contains("21 "), "{error}");
        assert_eq!(host.get("f"), "old");
        assert_eq!(host.snapshot(false).len(), 2, "a temporary file was left");
    }
}

/// The very text that the engine would send.
fn op_script(host: &Host, op: &FileContent) -> String {
    let actions = host.emit(op);
    actions[0].script().unwrap()
}

#[test]
fn the_file_behind_a_symbolic_link_is_written_and_the_link_stays() {
    for host in hosts() {
        let real = host.put("deep/real", "old");
        let link = host.path("link");
        std::os::unix::fs::symlink("deep/real", &link).unwrap();
        host.lives(&FileContent::new(&link, "new"));
        assert_eq!(std::fs::read_to_string(real).unwrap(), "new");
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}

#[test]
fn a_secret_is_nowhere_but_in_the_file_and_comes_back_from_the_host() {
    for host in hosts() {
        let path = host.put("k.conf", "auth_pass oldword\nx 1\n");
        host.put("k.conf.xtask-bak", "something older");
        let op = FileContent::new(&path, "auth_pass newword\nx 2\n").masking(["auth_pass"]);
        host.lives(&op);
        assert_eq!(host.get("k.conf.xtask-bak"), "something older");
        assert_eq!(host.get("k.conf.xtask-bak-1"), "auth_pass oldword\nx 1\n");
        assert!(host.snapshot(false)[&host.path("k.conf.xtask-bak-1")].starts_with("100600"));
        assert!(host.observer.diffs.lock().unwrap()[0].contains("-auth_pass ****\n-x 1\n"));
        host.undo().unwrap();
        for action in host.observer.ran.lock().unwrap().iter() {
            let text = format!("{} {action:?}", action.script().unwrap());
            assert!(!text.contains("newword") && !text.contains("oldword"), "{text}");
        }
        for diff in host.observer.diffs.lock().unwrap().iter() {
            assert!(!diff.contains("newword") && !diff.contains("oldword"), "{diff}");
        }
    }
}

#[test]
fn permissions_go_before_a_secret_comes_and_come_back() {
    for host in hosts() {
        let path = host.put("k.conf", "old\n");
        host.chmod("k.conf", 0o4666);
        let op = Mode::at_most(&path, 0o640);
        host.lives(&op);
        assert_eq!(host.diff(), format!("{path}: mode 4666 -> 4640\n"));
        host.chmod("k.conf", 0o600);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        let missing = Mode::at_most(host.path("none"), 0o640);
        assert_eq!(host.ensure(&missing).unwrap(), Outcome::Kept);
    }
}

#[test]
fn a_secret_file_tells_only_how_many_lines_change() {
    let host = Host::new();
    let path = host.path("key");
    host.lives(&FileContent::new(&path, "s3cret\n").mode("600").secret());
    assert_eq!(host.diff(), format!("{path}: secret content, +1 -0 lines\n"));
}

#[test]
fn what_cannot_be_a_file_is_told_with_its_path() {
    let host = Host::new();
    host.put("d/x", "");
    let dir = told(host.ensure(&FileContent::new(host.path("d"), "")));
    assert_eq!(dir, format!("{} is a directory, not a file", host.path("d")));
    let missing = told(host.ensure(&FileContent::new(host.path("no/x"), "")));
    assert!(missing.contains("exit 22") && missing.contains("there is no directory"), "{missing}");
    for wrong in ["x", "/", "/a/../b"] {
        assert!(FileContent::new(wrong, "").describe().contains(wrong));
        assert!(
            told(host.plan(&FileContent::new(wrong, "")))
                .contains("is not an absolute path of one")
        );
    }
}
