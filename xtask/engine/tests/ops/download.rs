//! Downloads from a real nginx.

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::Download;
use engine::ops::reader::hash;

use crate::aid::{Meanwhile, told};
use crate::bench::{Host, hosts};
use crate::nginx::{Nginx, noise};

mod cut;
mod full;
mod large;
mod refused;
mod secret;
mod tools;

/// The names below the directory of the host.
fn names(host: &Host) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(host.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn bytes(host: &Host, name: &str) -> Vec<u8> {
    std::fs::read(host.path(name)).unwrap()
}

#[test]
fn a_file_is_downloaded_kept_planned_and_taken_back_in_every_shell() {
    let nginx = Nginx::start();
    let new = noise(1, 100_000);
    nginx.put("k3s", &new);
    for host in hosts() {
        for name in ["k3s", "-n it's \"q\" $HOME `x` \\ * {a,b}\n[a-z]?"] {
            let op = Download::new(nginx.url("plain", "k3s"), host.path(name))
                .sha256(hash(&new))
                .mode("0755");
            host.lives(&op);
            assert_eq!(bytes(&host, name), new);
            assert!(host.snapshot(false)[&host.path(name)].starts_with("100755"));
            std::fs::remove_file(host.path(name)).unwrap();
            assert_eq!(names(&host), Vec::<String>::new());
        }
    }
}

#[test]
fn the_old_file_stays_aside_until_undo() {
    let nginx = Nginx::start();
    nginx.put("f", b"new\n");
    for host in hosts() {
        let path = host.put("f", "old\n");
        host.chmod("f", 0o640);
        host.put("f.xtask-bak", "something older");
        let op = Download::new(nginx.url("plain", "f"), &path).sha256(hash(b"new\n"));
        host.lives(&op);
        assert_eq!(names(&host), ["f", "f.xtask-bak", "f.xtask-bak-1"]);
        assert_eq!(
            (host.get("f"), host.get("f.xtask-bak-1")),
            ("new\n".to_owned(), "old\n".to_owned())
        );
        assert!(host.snapshot(false)[&path].starts_with("100640"));
        // Somebody has changed it since: undo leaves it alone.
        host.put("f", "by hand\n");
        let refused = host.undo().unwrap_err();
        assert_eq!(Fault::kind_of(&refused), Kind::Refused);
        assert!(told::<()>(Err(refused)).contains("is no longer the file that was downloaded"));
        assert_eq!(host.get("f"), "by hand\n");
    }
}

#[test]
fn a_right_file_with_another_mode_is_not_downloaded_again() {
    let nginx = Nginx::start();
    for host in hosts() {
        let path = host.put("tool", "right");
        let op = Download::new(nginx.url("plain", "none"), &path).sha256(hash(b"right"));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        host.lives(&op.mode("755"));
        assert_eq!(host.diff(), format!("{path}: mode 644 -> 755\n"));
        assert_eq!(names(&host), ["tool"]);
    }
}

#[test]
fn each_kind_of_checksum_is_compared() {
    let (nginx, host) = (Nginx::start(), Host::new());
    nginx.put("f", b"text\n");
    let url = nginx.url("plain", "f");
    let new = |name: &str| Download::new(&url, host.path(name));
    let sums = [
        new("a").md5("E1CBB0C3879AF8347246F12C559A86B5"),
        new("b").sha512(
            "3b1c9be6fcbbee72d8c1ec8e7b3d2ad1e0f1c77a0a5c1c1d6a8b6f0b3d4d8c1e\
             0000000000000000000000000000000000000000000000000000000000000000",
        ),
    ];
    assert_eq!(host.ensure(&sums[0]).unwrap(), Outcome::Changed);
    assert_eq!(host.ensure(&sums[0]).unwrap(), Outcome::Kept);
    let error = told(host.ensure(&sums[1]));
    assert!(error.contains("expected sha512 3b1c9be6"), "{error}");
    let found = error.lines().find_map(|line| line.trim().strip_prefix("found    sha512 "));
    assert_eq!(host.ensure(&new("b").sha512(found.unwrap())).unwrap(), Outcome::Changed);
    assert_eq!(names(&host), ["a", "b"]);
}

#[test]
fn a_wrong_checksum_replaces_nothing_and_leaves_nothing() {
    let nginx = Nginx::start();
    nginx.put("f", b"forged\n");
    for host in hosts() {
        let path = host.put("f", "old\n");
        for (place, more) in [("plain", ""), ("captive", "it is an HTML page: perhaps a proxy")] {
            let op = Download::new(nginx.url(place, "f"), &path).sha256(hash(b"vendor\n"));
            let error = told(host.ensure(&op));
            assert!(error.starts_with(&format!("cannot download {path}: exit 27\n")), "{error}");
            assert!(error.contains(&format!("expected sha256 {}", hash(b"vendor\n"))), "{error}");
            let forged = format!("found    sha256 {}", hash(b"forged\n"));
            assert!(error.contains(&forged) || place == "captive", "{error}");
            assert!(error.contains(more), "{error}");
            assert_eq!((host.get("f"), names(&host)), ("old\n".into(), vec!["f".into()]));
        }
    }
}

#[test]
fn an_error_page_is_no_file() {
    let nginx = Nginx::start();
    for host in hosts() {
        let path = host.path("f");
        for (place, code) in [("plain", 404), ("denied", 403), ("broken", 500)] {
            let url = nginx.url(place, "none");
            for op in [
                Download::new(&url, &path).sha256(hash(b"x")),
                Download::new(&url, &path).unverified("a test"),
            ] {
                let error = told(host.ensure(&op));
                let says = format!("{url}: the server answers {code}");
                assert!(error.contains(&says) && error.contains("exit 26"), "{error}");
                assert_eq!(names(&host), Vec::<String>::new());
            }
        }
    }
}

#[test]
fn a_redirect_is_followed() {
    let nginx = Nginx::start();
    nginx.put("f", b"moved\n");
    for host in hosts() {
        let op = Download::new(nginx.url("moved", "f"), host.path("f")).sha256(hash(b"moved\n"));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        let codes: Vec<u16> = nginx.answers(2).into_iter().map(|answer| answer.0).collect();
        assert_eq!(codes, [302, 200]);
    }
}

#[test]
fn without_a_checksum_the_plan_says_so_and_the_host_remembers() {
    let nginx = Nginx::start();
    nginx.put("docker-ce.repo", b"[docker-ce-stable]\n");
    for host in hosts() {
        let path = host.put("docker-ce.repo", "[by hand]\n");
        let url = nginx.url("plain", "docker-ce.repo");
        let op = Download::new(&url, &path).unverified("the packages are signed").checked_by([
            "grep",
            "-q",
            "^.docker-ce-stable.$",
        ]);
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        let wanted =
            format!("{path}: replaced by {url}\n{path}: not verified: the packages are signed\n");
        assert_eq!(host.diff(), wanted);
        host.forget();
        host.lives(&op);
        assert_eq!(host.get("docker-ce.repo"), "[docker-ce-stable]\n");
        // A later download of another file: the way back leads over both.
        nginx.put("docker-ce.repo", b"[docker-ce-stable]\nnew\n");
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        let other = Download::new(nginx.url("moved", "docker-ce.repo"), &path).unverified("so");
        host.lives(&other);
        assert_eq!(host.get("docker-ce.repo"), "[docker-ce-stable]\nnew\n");
        host.undo().unwrap();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        // What somebody has put there is not what was downloaded.
        host.put("docker-ce.repo", "[docker-ce-stable]\nmine\n");
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        host.forget();
        nginx.put("docker-ce.repo", b"[docker-ce-stable]\n");
    }
}

#[test]
fn a_file_that_does_not_pass_its_check_or_is_a_page_replaces_nothing() {
    let nginx = Nginx::start();
    nginx.put("f", b"other\n");
    for host in hosts() {
        let path = host.put("f", "old\n");
        let checked = Download::new(nginx.url("plain", "f"), &path)
            .unverified("so")
            .checked_by(["grep", "-q", "stable"]);
        let error = told(host.ensure(&checked));
        assert!(error.contains("the new file does not pass `grep -q stable`"), "{error}");
        let page = Download::new(nginx.url("captive", "f"), &path).unverified("so");
        let error = told(host.ensure(&page));
        assert!(error.contains("is an HTML page, perhaps that of a proxy or a login"), "{error}");
        assert_eq!((host.get("f"), names(&host)), ("old\n".into(), vec!["f".into()]));
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let nginx = Nginx::start();
    nginx.put("f", b"new");
    for host in hosts() {
        let path = host.put("f", "old");
        let op = Download::new(nginx.url("plain", "f"), &path).sha256(hash(b"new"));
        let other = || drop(host.put("f", "theirs"));
        let error = told(host.ensure(&Meanwhile(&op, &other)));
        assert!(error.contains("exit 20") && error.contains("no longer the file"), "{error}");
        assert_eq!(host.get("f"), "theirs");
        // The bytes are there already: nothing is transferred again.
        nginx.answers(1);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(nginx.answers(0), []);
    }
}

#[test]
fn a_link_stays_and_a_local_file_is_a_source() {
    for host in hosts() {
        let source = host.put("source/b c", "local\n");
        let link = host.path("link");
        host.put("deep/real", "old");
        std::os::unix::fs::symlink("deep/real", &link).unwrap();
        // A URL has no blanks; a local path keeps its plain characters.
        let plain = host.path("source/b");
        std::fs::rename(source, &plain).unwrap();
        let op = Download::new(format!("file://{plain}"), &link).sha256(hash(b"local\n"));
        host.lives(&op);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(host.get("deep/real.xtask-bak"), "old");
        let none = Download::new(format!("file://{plain}x"), host.path("y")).unverified("so");
        assert!(told(host.ensure(&none)).contains("there is no file"), "a missing source");
    }
}

#[test]
fn many_hosts_download_at_once() {
    let nginx = Nginx::start();
    let new = noise(3, 300_000);
    nginx.put("f", &new);
    let hosts: Vec<Host> = (0..8).map(|_| Host::new()).collect();
    std::thread::scope(|scope| {
        for host in &hosts {
            let op = Download::new(nginx.url("plain", "f"), host.path("f")).sha256(hash(&new));
            scope.spawn(move || assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed));
        }
    });
    assert!(hosts.iter().all(|host| bytes(host, "f") == new));
}
