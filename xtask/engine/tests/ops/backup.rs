//! Backups: sealed last, proved by reading every byte again.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::backup::Facts;
use engine::ops::{Backup, Demand, Doomed, TreeCopy};

use crate::aid::told;
use crate::bench::{Host, hosts};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
pub(crate) fn backup(host: &Host) -> Backup {
    Backup::directory("web1's files", "cluster-a", host.path("bak"), "web backup --node web1")
}

fn seed(host: &Host) -> Backup {
    host.put("bak/a b", "one");
    host.put("bak/deep/c", "22");
    host.put("bak/deep/empty", "");
    symlink("nowhere", host.path("bak/link")).unwrap();
    backup(host)
}

fn sealed(host: &Host) -> Backup {
    let backup = seed(host);
    assert_eq!(host.ensure(&backup.sealed()).unwrap(), Outcome::Changed);
    backup
}

pub(crate) fn prove(host: &Host, backup: &Backup, demand: &Demand) -> Result<Facts> {
    host.look(|reader| backup.prove(reader, demand))
}

/// The refusal, with its kind and the command that makes a backup.
#[track_caller]
pub(crate) fn refused(host: &Host, backup: &Backup, demand: &Demand) -> String {
    let result = prove(host, backup, demand);
    assert_eq!(result.as_ref().map_err(Fault::kind_of).err(), Some(Kind::Refused), "{result:?}");
    let text = told(result);
    assert!(text.contains("hint: make one: cargo xtask web backup --node web1"), "{text}");
    text
}

#[test]
fn a_backup_is_sealed_proved_planned_and_taken_back() {
    for host in hosts() {
        let backup = seed(&host);
        assert!(refused(&host, &backup, &Demand::default()).contains("is incomplete"));
        host.lives(&backup.sealed());
        let facts = prove(&host, &backup, &Demand::new(DAY, vec![])).unwrap();
        assert_eq!((facts.files, facts.bytes), (3, 5));
        assert_eq!(facts.words(), "3 files, 5 bytes, less than 1 hour old");
        assert_eq!(facts.manifest.len(), 64);
        // A transfer keeps old files beside new ones; they do not count.
        host.put("bak/deep.xtask-before-20260101/c", "old");
        assert_eq!(prove(&host, &backup, &Demand::default()).unwrap().manifest, facts.manifest);
    }
}

#[test]
fn what_is_lost_or_changed_is_named() {
    for host in hosts() {
        let cases: [(&str, &str, &dyn Fn()); 6] = [
            ("deep/c", "./deep/c: FAILED, it has 1 bytes, not 2", &|| {
                drop(host.put("bak/deep/c", "2"))
            }),
            ("deep/c", "./deep/c: FAILED, its content differs", &|| {
                drop(host.put("bak/deep/c", "23"))
            }),
            ("a b", "./a b: FAILED, it is missing", &|| {
                std::fs::remove_file(host.path("bak/a b")).unwrap();
            }),
            ("more", "./more: FAILED, not in the manifest", &|| drop(host.put("bak/more", "x"))),
            ("link", "./link -> nowhere: FAILED, it is missing", &|| {
                std::fs::remove_file(host.path("bak/link")).unwrap();
            }),
            ("manifest", "is cut short", &|| {
                let text = host.get("bak/.xtask-manifest");
                let cut = text.trim_end().rsplit_once('\n').unwrap().0;
                host.put("bak/.xtask-manifest", format!("{cut}\n"));
            }),
        ];
        for (what, reason, spoil) in cases {
            drop(std::fs::remove_dir_all(host.path("bak")));
            let backup = sealed(&host);
            spoil();
            let text = refused(&host, &backup, &Demand::default());
            assert!(text.contains("the backup of web1's files is incomplete"), "{what}: {text}");
            assert!(text.contains(reason), "{what}: {text}");
            // It is made again, and good then.
            assert_eq!(host.ensure(&backup.sealed()).unwrap(), Outcome::Changed, "{what}");
            prove(&host, &backup, &Demand::default()).unwrap();
        }
    }
}

/// A manifest as if it had been written at this time.
fn age(host: &Host, seconds: i64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let made = i64::try_from(now).unwrap() - seconds;
    let lines = host.get("bak/.xtask-manifest");
    let lines = lines.lines().map(|line| {
        if line.starts_with("made ") { format!("made {made}\n") } else { format!("{line}\n") }
    });
    host.put("bak/.xtask-manifest", lines.collect::<String>());
}

#[test]
fn an_old_backup_one_of_the_future_and_that_of_another_are_refused() {
    let host = Host::new();
    let backup = sealed(&host);
    let demand = Demand::new(DAY, vec![]);
    age(&host, 23 * 3600);
    assert_eq!(prove(&host, &backup, &demand).unwrap().words(), "3 files, 5 bytes, 23 hours old");
    age(&host, 25 * 3600);
    let text = refused(&host, &backup, &demand);
    assert!(
        text.contains("is too old") && text.contains("25 hours old; at most 24 hours"),
        "{text}"
    );
    prove(&host, &backup, &Demand::default()).unwrap();
    // Clocks of two hosts differ a little; a manifest of tomorrow has no known age.
    age(&host, -200);
    prove(&host, &backup, &demand).unwrap();
    age(&host, -3600);
    let text = refused(&host, &backup, &demand);
    assert!(text.contains("is of no known age") && text.contains("in the future"), "{text}");
    age(&host, 0);
    let place = || (host.path("bak"), "web backup --node web1");
    for (thing, cluster, reason) in [
        ("web1's files", "cluster-b", "is of another cluster\nat: host:"),
        ("web2's files", "cluster-a", "is of something else\nat: host:"),
    ] {
        let other = Backup::directory(thing, cluster, place().0, place().1);
        let text = refused(&host, &other, &demand);
        assert!(text.contains(reason), "{text}");
        let text = told(host.ensure(&other.sealed()));
        assert!(text.contains("move that one away first"), "{text}");
    }
}

#[test]
fn a_backup_in_what_goes_away_is_none() {
    let host = Host::behind(&["unshare", "-m"]);
    if host.raw("mount --bind / /proc/self/none 2>/dev/null; true", b"").starts_with("no end") {
        eprintln!("SKIPPED: no mount namespace here");
        return;
    }
    let demand = |doomed: Doomed| Demand::new(DAY, vec![doomed]);
    let gone = |name: &str| demand(Doomed::path_on("host", host.path(name)));
    let backup = sealed(&host);
    // Elsewhere on the same filesystem, beside it with a longer name, and a path that does not exist.
    host.put("data/x/f", "");
    ["ba", "mnt"].iter().for_each(|name| std::fs::create_dir(host.path(name)).unwrap());
    for fine in ["data", "ba", "none", "no/way"] {
        prove(&host, &backup, &gone(fine)).unwrap_or_else(|error| panic!("{fine}: {error:#}"));
    }
    let inside = |backup: &Backup, demand: &Demand, what: &str| {
        let text = refused(&host, backup, demand);
        assert!(text.contains("is in what goes away"), "{what}: {text}");
    };
    inside(&backup, &gone("bak"), "the same");
    inside(&backup, &gone(""), "below");
    inside(&backup, &gone("bak/deep"), "a part of it");
    inside(&backup, &demand(Doomed::filesystem_of("host", host.path("data"))), "one filesystem");
    inside(&backup, &demand(Doomed::Host("host".into())), "the whole host");
    prove(&host, &backup, &demand(Doomed::Host("other".into()))).unwrap();
    prove(&host, &backup, &demand(Doomed::path_on("other", host.path("bak")))).unwrap();
    // By a symbolic link, on either side.
    symlink(host.path("bak"), host.path("data/link")).unwrap();
    let linked = Backup::directory(
        "web1's files",
        "cluster-a",
        host.path("data/link"),
        "web backup --node web1",
    );
    inside(&linked, &gone("bak"), "a link to it");
    prove(&host, &linked, &gone("data/x")).unwrap();
    symlink(host.dir.path(), host.path("data/up")).unwrap();
    inside(&backup, &gone("data/up"), "a link above it");
    // By a bind mount, on either side: `rm -r` of `data` reaches it.
    let mount = |from: &str, to: &str| {
        let said = host.raw(&format!("mount --bind {} {}", host.path(from), host.path(to)), b"");
        assert_eq!(said, "0 ");
    };
    mount("bak", "mnt");
    let bound =
        Backup::directory("web1's files", "cluster-a", host.path("mnt"), "web backup --node web1");
    inside(&bound, &gone("bak"), "a bind mount of it");
    mount("bak", "data/x");
    inside(&backup, &gone("data"), "mounted below it");
    assert_eq!(host.raw(&format!("umount {}", host.path("data/x")), b""), "0 ");
    prove(&host, &backup, &gone("data")).unwrap();
    // Another filesystem is outside, whatever its path.
    let tmpfs = format!(
        "mount -t tmpfs none {0} && cp -a {1}/. {0}/",
        host.path("data/x"),
        host.path("bak")
    );
    assert_eq!(host.raw(&tmpfs, b""), "0 ");
    let other = Backup::directory(
        "web1's files",
        "cluster-a",
        host.path("data/x"),
        "web backup --node web1",
    );
    prove(&host, &other, &demand(Doomed::filesystem_of("host", host.path("bak")))).unwrap();
    inside(&other, &gone("data"), "its mount is below");
}

#[test]
fn what_cannot_be_read_is_no_backup() {
    let host = Host::behind(&["setpriv", "--reuid=65534", "--clear-groups"]);
    host.chmod("", 0o777);
    let backup = seed(&host);
    host.chmod("bak", 0o777);
    assert_eq!(host.ensure(&backup.sealed()).unwrap(), Outcome::Changed);
    prove(&host, &backup, &Demand::default()).unwrap();
    for (path, mode) in [("bak/deep/c", 0o000), ("bak/deep", 0o000)] {
        host.chmod(path, mode);
        let text = refused(&host, &backup, &Demand::default());
        assert!(text.contains("Permission denied"), "{path}: {text}");
        host.chmod(path, 0o755);
    }
    host.chmod("bak/deep", 0o000);
    std::fs::remove_file(host.path("bak/.xtask-manifest")).unwrap();
    assert!(told(host.ensure(&backup.sealed())).contains("Permission denied"));
    assert!(!Path::new(&host.path("bak/.xtask-manifest")).exists());
    host.chmod("bak/deep", 0o755);
}

/// A full disk and a kill leave no manifest, and so no backup.
#[test]
fn a_backup_that_was_not_finished_is_none() {
    // A limit on file size stands for a full disk.
    let full = Host::behind(&["sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"]);
    let backup = seed(&full);
    assert!(full.ensure(&backup.sealed()).is_err());
    assert!(!Path::new(&full.path("bak/.xtask-manifest")).exists());
    assert!(refused(&full, &backup, &Demand::default()).contains("is incomplete"));
    for host in hosts() {
        let backup = sealed(&host);
        let whole = host.get("bak/.xtask-manifest");
        std::fs::remove_file(host.path("bak/.xtask-manifest")).unwrap();
        for half in ["", &whole[..whole.len() / 2], whole.as_str()] {
            host.put("bak/.xtask-manifest.new", half);
            assert!(refused(&host, &backup, &Demand::default()).contains("is incomplete"));
            assert_eq!(host.ensure(&backup.sealed()).unwrap(), Outcome::Changed);
            prove(&host, &backup, &Demand::default()).unwrap();
            assert!(!Path::new(&host.path("bak/.xtask-manifest.new")).exists());
            host.undo().unwrap();
        }
    }
    // A run that dies between two files.
    let host = Host::new();
    let backup = seed(&host);
    let action = backup.sealed();
    let script = host.emit(&action)[0].script().unwrap().replace("sync\n", "kill -9 $$\n");
    host.raw(&format!("sh -c {}", engine::text::quote::quote(&script).unwrap()), b"");
    assert!(refused(&host, &backup, &Demand::default()).contains("is incomplete"));
}

#[test]
fn files_have_their_manifest_beside_them_and_names_that_cannot_be_listed_are_refused() {
    for host in hosts() {
        host.put("img/old.img", "disk");
        host.put("img/other.img", "x");
        let files = Backup::directory("v", "c", host.path("img"), "web backup --node web1")
            .only(["old.img"]);
        host.lives(&files.sealed());
        assert_eq!(prove(&host, &files, &Demand::default()).unwrap().bytes, 4);
        host.put("img/other.img", "y");
        prove(&host, &files, &Demand::default()).unwrap();
        // A link stands for its file, wherever that is.
        std::fs::rename(host.path("img/old.img"), host.path("real.img")).unwrap();
        symlink(host.path("real.img"), host.path("img/old.img")).unwrap();
        prove(&host, &files, &Demand::default()).unwrap();
        let gone = Demand::new(DAY, vec![Doomed::path_on("host", host.path("real.img"))]);
        assert!(refused(&host, &files, &gone).contains("is in what goes away"));

        host.put("src/a", "1");
        let copy = TreeCopy::once(host.path("src"), host.path("copy"));
        host.ensure(&copy).unwrap();
        let beside = Backup::directory("s", "c", host.path("copy"), "m").beside();
        host.lives(&beside.sealed());
        assert_eq!(host.ensure(&copy).unwrap(), Outcome::Kept);

        host.put("odd/new\nline", "1");
        let odd = Backup::directory("o", "c", host.path("odd"), "m");
        assert!(told(host.ensure(&odd.sealed())).contains("cannot hold the name"));
        std::fs::create_dir_all(host.path("none/below")).unwrap();
        let none = Backup::directory("n", "c", host.path("none"), "m");
        assert!(told(host.ensure(&none.sealed())).contains("there is no file to back up"));
    }
}
