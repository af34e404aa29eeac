//! Steps of one's own on hosts: unreachable, killed, resumed, over ssh.

use super::{ANNOUNCE, bench, file};
use crate::support::killed::{Mortal as _, in_the_middle};
use crate::support::rehearsal::compare;
use crate::support::{fleet, records, scratch};

#[test]
fn an_unreachable_host_is_exit_4_and_retry_finishes() {
    let bench = bench(&[("web/announce.sh", ANNOUNCE)]);
    bench.prepare("a[1-2]");
    let there_again = bench.cut_off("a2");
    bench.ends(4, "web announce --until 1");
    assert!(bench.read("a1", "/etc/motd.d/maintenance").is_some());
    there_again();
    let retried = bench.ends(0, "retry last");
    assert!(!retried.stdout.contains("a1"), "{}", retried.stdout);
    assert!(bench.read("a2", "/etc/motd.d/maintenance").is_some());
}

#[test]
fn a_killed_run_is_finished_by_the_step_and_by_resume() {
    let bench = super::Bench::mortal().with_inventory(super::INVENTORY);
    file(bench.state.path(), "web/announce.sh", ANNOUNCE);
    let line = "web announce --until 1";
    bench.prepare("a[1-2]");
    let fresh = (bench.save(), bench.result());
    bench.ends(0, line);
    let whole = bench.result();
    let place = in_the_middle(&records::journal(bench.state.path(), &bench.last()));
    for finish in [line, "resume"] {
        fresh.0.bring_back();
        bench.dies(place, "web-announce", line);
        bench.tells_the_truth_of_a_killed_run();
        bench.ends(0, finish);
        compare(&whole, &bench.result());
    }
    bench.ends(0, "undo last");
    compare(&fresh.1, &bench.result());
}

#[test]
fn a_file_that_has_changed_is_shown_before_its_run_is_resumed() {
    let failing = ANNOUNCE.replace("rm -f", "rm -f --").replace("mkdir -p", "false; mkdir -p");
    let bench = bench(&[("web/announce.sh", &failing)]);
    bench.ends(1, "web announce --until 1");
    file(bench.state.path(), "web/announce.sh", ANNOUNCE);
    let resumed = bench.ends(0, "resume");
    for line in ["-  false; mkdir -p /etc/motd.d", "+  mkdir -p /etc/motd.d", "own/web/announce"] {
        assert!(resumed.stderr.contains(line), "{line}: {}", resumed.stderr);
    }
    // Both versions are in the record.
    let kept = bench.state.path().join("xtask/runs").join(bench.last()).join("own");
    assert_eq!(std::fs::read_dir(kept).expect("texts").count(), 2);
}

/// A personal step on hosts of a real sshd.
#[test]
fn it_works_over_ssh() {
    let (state, there) = (scratch(), scratch());
    let mark = there.path().join("it's a mark");
    let text = "# Leave a mark\n# on: h[001-002]\n# arg: DIR (path) where\nprobe() { [ -e \"$DIR/$SSH_NAME\" ]; }\nSSH_NAME=$(echo \"$SSH_CONNECTION\" | tr -c 0-9 _)\nchange() { mkdir -p \"$DIR\"; : >\"$DIR/$SSH_NAME\"; }\nundo() { rm -f \"$DIR/$SSH_NAME\"; }\n";
    file(&state.path().join("config/xtask"), "site/mark.sh", text);
    let mark = mark.to_str().expect("a plain path");
    let run = |words: &[&str]| {
        let done = fleet().xtask(state.path(), words).run();
        assert_eq!(done.code, 0, "{words:?}: {}", done.stderr);
        done
    };
    assert_eq!(run(&["site", "mark", mark]).stdout, "h001: changed\nh002: changed\n");
    assert!(std::fs::read_dir(mark).expect("marks").count() >= 1);
    run(&["site", "mark", mark, "-n"]);
}
