//! Transfers, by a real rsync over a stand-in for ssh.

use engine::data::outcome::Outcome;
use engine::ops::Transfer;

use crate::aid::told;
use crate::bench::{Host, hosts};

/// A stand-in for ssh: runs its words on this machine.
pub(crate) fn login(host: &Host) -> String {
    let path = host.put("ssh", "#!/bin/sh\nshift\nexec sh -c \"$*\"\n");
    host.chmod("ssh", 0o755);
    path
}

/// Both sides of one transfer, either way round.
fn both(host: &Host, login: &str) -> [Transfer; 2] {
    let (here, there) = (host.path("here"), host.path("there"));
    [
        Transfer::push(&here, "node1", &there, "1").through(login),
        Transfer::pull("node1", &here, &there, "1").through(login),
    ]
}

fn exists(host: &Host, name: &str) -> bool {
    std::path::Path::new(&host.path(name)).exists()
}

#[test]
fn a_directory_is_brought_whole_kept_planned_and_taken_back() {
    for host in hosts() {
        let login = login(&host);
        for op in both(&host, &login) {
            host.put("here/rc local", "new");
            host.put("here/deep/more", "1");
            host.put("there/rc local", "old");
            host.put("there/own", "stays");
            std::os::unix::fs::symlink("own", host.path("there/link")).unwrap();
            host.lives(&op);
            assert_eq!(host.get("there/rc local"), "new");
            assert_eq!(host.get("there/own"), "stays");
            assert_eq!(host.get("there.xtask-before-1/rc local"), "old");
            assert!(!exists(&host, "there.xtask-before-1/deep"));
            for tree in ["there", "there.xtask-before-1"] {
                std::fs::remove_dir_all(host.path(tree)).unwrap();
            }
            std::fs::remove_file(host.path("there.xtask-before-1.mark")).unwrap();
        }
    }
}

#[test]
fn a_directory_that_was_not_there_goes_again() {
    for host in hosts() {
        let login = login(&host);
        for op in both(&host, &login) {
            host.put("here/f", "1");
            host.lives(&op);
            host.undo().unwrap();
            assert!(!exists(&host, "there"));
        }
    }
}

/// Interrupted between the two moves: the next run finishes it, and undo still works.
#[test]
fn a_transfer_that_was_cut_short_is_finished_and_taken_back() {
    for host in hosts() {
        let login = login(&host);
        let [op, _] = both(&host, &login);
        host.put("here/f", "new");
        host.put("there/f", "old");
        host.put("there/own", "stays");
        // A `mv` that does the first of the two moves only.
        let broken = host.put(
            "broken",
            "#!/bin/sh\nshift\ncat >\"$0.in\"\nsed 's/^  mv -T \"$new\" \"$dir\"$/  exit 9/' \"$0.in\" | sh -s\n",
        );
        host.chmod("broken", 0o755);
        let rsync = host.put(
            "split",
            format!("#!/bin/sh\ncase \"$*\" in *' sh -s') exec {broken} \"$@\" ;; esac\nexec {login} \"$@\"\n"),
        );
        host.chmod("split", 0o755);
        host.ensure(&op.clone().through(rsync)).unwrap_err();
        assert!(!exists(&host, "there") && exists(&host, "there.xtask-before-1"));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!((host.get("there/f"), host.get("there/own")), ("new".into(), "stays".into()));
        host.undo().unwrap();
        assert_eq!((host.get("there/f"), host.get("there/own")), ("old".into(), "stays".into()));
        assert!(!exists(&host, "there.xtask-before-1"));
    }
}

#[test]
fn what_is_no_directory_is_left_alone() {
    let host = Host::new();
    let login = login(&host);
    let [op, _] = both(&host, &login);
    host.put("here/f", "1");
    host.put("else/f", "2");
    std::os::unix::fs::symlink(host.path("else"), host.path("there")).unwrap();
    assert!(told(host.ensure(&op)).contains("there is not a directory; it was left alone"));
    assert_eq!(host.get("else/f"), "2");
    let missing = Transfer::pull("node1", &host.path("none"), &host.path("x"), "1").through(&login);
    assert!(told(host.ensure(&missing)).contains("No such file"));
}

#[test]
fn one_host_has_one_name() {
    let host = Host::new();
    for wrong in ["webservice0/1", "", "a b", "-e", "a:b"] {
        let error = told(host.plan(&Transfer::push("/a", wrong, "/b", "1")));
        assert!(error.contains("is not the name of one host"), "{error}");
    }
    for wrong in ["a", "/a'b"] {
        let error = told(host.plan(&Transfer::push(wrong, "n", "/b", "1")));
        assert!(error.contains("is not an absolute path"), "{error}");
    }
}
