//! Downloads that do not come to their end at once.

use std::time::Duration;

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::reader::hash;
use engine::ops::{Download, Op as _};

use super::{bytes, names};
use crate::aid::told;
use crate::bench::{Host, hosts};
use crate::nginx::{Nginx, noise};

const SIZE: usize = 3_000_000;

/// A download of `wanted` that was cut after a million bytes: they are in the part.
fn cut(host: &Host, nginx: &Nginx, place: &str, wanted: &[u8]) -> Download {
    let path = host.put("f", "old");
    let op = Download::new(nginx.url(place, "f"), path).sha256(hash(wanted));
    let error = told(host.ensure(&op.clone().proxy(nginx.cut_after(1_000_000))));
    assert!(error.contains("the transfer ended early"), "{error}");
    assert!(error.contains("exit 26"), "{error}");
    assert_eq!(host.get("f"), "old");
    drop(nginx.answers(1));
    op
}

fn part(host: &Host) -> u64 {
    std::fs::metadata(host.path(".f.xtask-part")).map_or(0, |part| part.len())
}

#[test]
fn a_connection_cut_in_the_middle_is_continued_where_it_was() {
    let nginx = Nginx::start();
    let new = noise(1, SIZE);
    nginx.put("f", &new);
    for host in hosts() {
        let op = cut(&host, &nginx, "plain", &new);
        assert_eq!(names(&host), [".f.xtask-part", ".f.xtask-part.note", "f"]);
        let there = part(&host);
        assert!((900_000..1_000_000).contains(&there), "{there}");
        // A dry run leaves it.
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        host.forget();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(nginx.answers(1), [(206, SIZE as u64 - there)]);
        assert_eq!(bytes(&host, "f"), new);
        assert_eq!(names(&host), ["f", "f.xtask-bak"]);
        host.undo().unwrap();
        assert_eq!((host.get("f"), names(&host)), ("old".into(), vec!["f".into()]));
    }
}

#[test]
fn an_undo_removes_the_part_of_a_run_that_was_cut() {
    let nginx = Nginx::start();
    nginx.put("f", &noise(1, SIZE));
    for host in hosts() {
        cut(&host, &nginx, "plain", &noise(1, SIZE));
        host.undo().unwrap();
        assert_eq!((host.get("f"), names(&host)), ("old".into(), vec!["f".into()]));
    }
}

/// The time limit ends the shell and curl with it, as the end of the runner does.
#[test]
fn a_transfer_that_was_killed_is_continued() {
    let nginx = Nginx::start();
    let new = noise(2, 8_000_000);
    nginx.put("f", &new);
    for host in hosts() {
        let op = Download::new(nginx.url("slow", "f"), host.path("f")).sha256(hash(&new));
        let killed = host.ensure(&op.clone().within(Duration::from_millis(700))).unwrap_err();
        assert_eq!(Fault::kind_of(&killed), Kind::TimedOut, "{killed:#}");
        let there = part(&host);
        assert!((1..8_000_000).contains(&there), "{there}");
        drop(nginx.answers(1));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(nginx.answers(1), [(206, 8_000_000 - there)]);
        assert_eq!(bytes(&host, "f"), new);
    }
}

#[test]
fn a_file_that_was_replaced_on_the_server_is_fetched_from_the_beginning() {
    let nginx = Nginx::start();
    let (old, new) = (noise(1, SIZE), noise(2, SIZE + 1));
    for host in hosts() {
        nginx.put("f", &old);
        cut(&host, &nginx, "plain", &old);
        nginx.put("f", &new);
        let path = host.path("f");
        let op = Download::new(nginx.url("plain", "f"), path).sha256(hash(&new));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(bytes(&host, "f"), new);
        // The server saw that it is another file. Its first answer was refused before the body.
        let answers = nginx.answers(2);
        assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
        assert_eq!(answers.last(), Some(&(200, SIZE as u64 + 1)));
    }
}

#[test]
fn a_server_that_ignores_the_condition_is_found_out_by_its_etag() {
    let nginx = Nginx::start();
    let (old, new) = (noise(1, SIZE), noise(2, SIZE + 1));
    nginx.put("f", &old);
    let host = Host::new();
    cut(&host, &nginx, "careless", &old);
    nginx.put("f", &new);
    let op = Download::new(nginx.url("careless", "f"), host.path("f")).sha256(hash(&new));
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(bytes(&host, "f"), new);
    assert!(nginx.answers(4).iter().any(|(status, _)| *status == 206), "no range was served");
}

/// A file of the same size and time has the same ETag. So the halves are joined, and the checksum finds it.
#[test]
fn a_server_that_takes_another_file_for_the_same_is_found_out() {
    let nginx = Nginx::start();
    let (old, new) = (noise(1, SIZE), noise(2, SIZE));
    for host in hosts() {
        nginx.put("f", &old);
        let time = std::fs::metadata(nginx.file("f")).unwrap().modified().unwrap();
        cut(&host, &nginx, "plain", &old);
        nginx.put("f", &new);
        let file = std::fs::File::options().write(true).open(nginx.file("f")).unwrap();
        file.set_modified(time).unwrap();
        let op = Download::new(nginx.url("plain", "f"), host.path("f")).sha256(hash(&new));
        let error = told(host.ensure(&op));
        assert!(error.contains("has another checksum") && error.contains("exit 27"), "{error}");
        assert_eq!((host.get("f"), names(&host)), ("old".into(), vec!["f".into()]));
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(bytes(&host, "f"), new);
        drop(nginx.answers(2));
    }
}

#[test]
fn a_server_without_ranges_is_asked_for_the_whole_file_again() {
    let nginx = Nginx::start();
    let new = noise(1, SIZE);
    nginx.put("f", &new);
    for host in hosts() {
        let op = cut(&host, &nginx, "noranges", &new);
        assert!(part(&host) > 0);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(bytes(&host, "f"), new);
        assert_eq!(nginx.answers(2).last(), Some(&(200, SIZE as u64)));
    }
}

/// Without ETag and time nothing tells whether it is the same file; without a checksum nothing would show two halves.
#[test]
fn what_could_be_two_files_leaves_no_part() {
    let nginx = Nginx::start();
    let new = noise(1, SIZE);
    nginx.put("f", &new);
    for host in hosts() {
        let op = cut(&host, &nginx, "chunked", &new);
        assert_eq!(names(&host), ["f"]);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        let op = Download::new(nginx.url("plain", "f"), host.path("g")).unverified("so");
        let cut = op.clone().proxy(nginx.cut_after(1_000_000));
        assert!(told(host.ensure(&cut)).contains("the transfer ended early"));
        assert_eq!(names(&host), ["f", "f.xtask-bak"]);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(bytes(&host, "g"), new);
    }
}

#[test]
fn a_server_that_fails_for_a_while_costs_no_part() {
    let nginx = Nginx::start();
    let new = noise(1, SIZE);
    nginx.put("f", &new);
    let host = Host::new();
    let op = cut(&host, &nginx, "plain", &new);
    let there = part(&host);
    std::fs::rename(nginx.file("f"), nginx.file("g")).unwrap();
    let error = told(host.ensure(&op));
    assert!(error.contains("the server answers 404"), "{error}");
    assert!(error.contains(&format!("{there} bytes stay in ")), "{error}");
    assert_eq!(part(&host), there);
    std::fs::rename(nginx.file("g"), nginx.file("f")).unwrap();
    drop(nginx.answers(1));
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(nginx.answers(1), [(206, SIZE as u64 - there)]);
}

/// In a directory that is open to all, somebody can put a part there first: it is not continued.
#[test]
fn a_part_that_is_not_ours_is_not_continued() {
    let nginx = Nginx::start();
    let new = noise(1, SIZE);
    nginx.put("f", &new);
    for host in hosts() {
        let op = cut(&host, &nginx, "plain", &new);
        let other = host.put("other", "theirs");
        std::fs::remove_file(host.path(".f.xtask-part")).unwrap();
        std::os::unix::fs::symlink(&other, host.path(".f.xtask-part")).unwrap();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(nginx.answers(1), [(200, SIZE as u64)]);
        assert_eq!(host.get("other"), "theirs");
        assert!(std::fs::symlink_metadata(host.path("f")).unwrap().is_file());
        assert_eq!(op.describe(), format!("download {}", host.path("f")));
    }
}
