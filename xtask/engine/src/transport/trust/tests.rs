//! The rule, part by part. Files of another user need root; without it those rows are left out.

use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

use super::*;

/// A user who is nobody to us.
const OTHER: u32 = 4242;

struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(tree.at("d/e")).unwrap();
        for file in ["d/e/f", "d/g"] {
            fs::write(tree.at(file), file).unwrap();
            tree.mode(file, 0o644);
        }
        ["d", "d/e"].into_iter().for_each(|dir| tree.mode(dir, 0o755));
        tree
    }

    fn top(&self) -> &Utf8Path {
        self.0.path().try_into().unwrap()
    }

    fn at(&self, path: &str) -> Utf8PathBuf {
        self.top().join(path)
    }

    fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn owner(&self, path: &str, user: Option<u32>, group: Option<u32>) {
        chown(self.at(path), user, group).unwrap();
    }

    /// Why `path` is refused, with `.` for the tree; empty when it is believed.
    fn verdict(&self, path: &str) -> String {
        let error = read_text(&self.at(path)).err();
        error.map_or(String::new(), |error| format!("{error}").replace(self.top().as_str(), "."))
    }
}

/// Faults T1, T9, T14: others may not have written the file, a link to it, or a directory above it.
#[test]
fn what_others_could_have_written_is_refused_with_its_part() {
    let table: &[(&str, u32, &str)] = &[
        ("d/e/f", 0o600, ""),
        ("d/e/f", 0o644, ""),
        ("d/e/f", 0o646, "./d/e/f can be written by everybody (mode 646)"),
        ("d/e/f", 0o777, "./d/e/f can be written by everybody (mode 777)"),
        ("d/e", 0o757, "./d/e can be written by everybody (mode 757)"),
        ("d", 0o777, "./d can be written by everybody (mode 777)"),
        ("d", 0o1777, ""),
        ("d", 0o700, ""),
    ];
    for (part, mode, why) in table {
        let tree = Tree::new();
        tree.mode(part, *mode);
        assert_eq!(tree.verdict("d/e/f"), *why, "{part} {mode:o}");
        assert_eq!(tree.verdict("d/e/../e/./f"), *why, "{part} {mode:o}");
    }
}

#[test]
fn links_are_followed_and_their_ends_judged() {
    let tree = Tree::new();
    symlink("e/f", tree.at("d/link")).unwrap();
    symlink(tree.at("d"), tree.at("way")).unwrap();
    symlink("../loop", tree.at("d/loop")).unwrap();
    symlink("d/loop", tree.at("loop")).unwrap();
    assert_eq!(tree.verdict("way/link"), "");
    assert_eq!(tree.verdict("loop"), "too many links");
    tree.mode("d/e", 0o777);
    assert_eq!(tree.verdict("way/link"), "./d/e can be written by everybody (mode 777)");
    assert!(is_missing(&open(&tree.at("d/nothing")).unwrap_err()));
    look(&tree.at("d/nothing/below")).unwrap();
    assert_eq!(tree.verdict("d"), "./d is not a regular file");
}

#[test]
fn consent_ends_where_everybody_may_write_and_at_the_next_directory() {
    let tree = Tree::new();
    ["d", "d/e"].into_iter().for_each(|dir| tree.mode(dir, 0o777));
    let consent = Consent::of(&[tree.at("d/e/hosts.toml")]);
    assert_eq!(consent.read(&tree.at("d/e/f")).unwrap(), "d/e/f");
    consent.read(&tree.at("d/g")).unwrap_err();
    Consent::default().read(&tree.at("d/e/f")).unwrap_err();
    tree.mode("d/e/f", 0o666);
    consent.read(&tree.at("d/e/f")).unwrap_err();
}

#[test]
fn a_pipe_is_refused_and_nobody_waits_for_it() {
    let tree = Tree::new();
    let pipe = tree.at("pipe");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, pipe.as_str(), rustix::fs::FileType::Fifo, mode, 0)
        .unwrap();
    assert_eq!(tree.verdict("pipe"), "./pipe is not a regular file");
}

/// Faults T1, T9, T14: a part of another user, as root.
#[test]
fn a_part_of_another_user_is_refused() {
    if me() != 0 {
        eprintln!("left out: only root can make files of another user");
        return;
    }
    for part in ["d/e/f", "d/e", "d"] {
        let tree = Tree::new();
        tree.owner(part, Some(OTHER), None);
        let why = format!("./{part} belongs to {OTHER}, not to you or root");
        assert_eq!(tree.verdict("d/e/f"), why);
    }
    let tree = Tree::new();
    symlink("e/f", tree.at("d/link")).unwrap();
    std::os::unix::fs::lchown(tree.at("d/link"), Some(OTHER), None).unwrap();
    let why = format!("./d/link belongs to {OTHER}, not to you or root");
    assert_eq!(tree.verdict("d/link"), why);
    tree.mode("d/e/f", 0o664);
    tree.owner("d/e/f", None, Some(OTHER));
    assert_eq!(
        tree.verdict("d/e/f"),
        format!("./d/e/f can be written by the group {OTHER} (mode 664)")
    );
}

#[test]
fn a_private_group_is_of_one_user_and_has_his_name() {
    let users = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n\
                 bob:x:1001:1001::/home/bob:/bin/sh\ncy:x:1002:100::/home/cy:/bin/sh\n";
    let groups = "root:x:0:\nann:x:1000:\nbob:x:1001:ann\nusers:x:100:\nstaff:x:50:\n";
    let table = [(1000, 1000, true), (0, 0, true), (1001, 1001, false), (1002, 100, false)];
    for (owner, group, private) in table.into_iter().chain([(0, 50, false), (1000, 7, false)]) {
        assert_eq!(is_own_group(users, groups, owner, group), private, "{owner} {group}");
    }
    assert!(!is_own_group(&format!("{users}dan:x:9:1000::/:/bin/sh\n"), groups, 1000, 1000));
}

#[test]
fn a_private_directory_is_ours_and_closed() {
    let tree = Tree::new();
    let dir = tree.at("private");
    private_dir(&dir).unwrap();
    private_dir(&dir).unwrap();
    tree.mode("private", 0o750);
    private_dir(&dir).unwrap_err();
    tree.mode("private", 0o700);
    symlink(&dir, tree.at("link")).unwrap();
    private_dir(&tree.at("link")).unwrap_err();
}
