//! `tasks/webservice/example.sh`: the steps one after the other, as the runbook has them, for both nodes.

use super::fresh;
use super::upgrade::is_upgraded;
use crate::support::rehearsal::Bench;
use crate::support::{Outcome, Xtask, root};

fn bench() -> Bench {
    let bench = Bench::new().with_env("ACCOUNT_DB_PASSWORD", "made-up-database-password");
    fresh::make(&bench);
    bench
}

/// The script with `cargo xtask` being this build of the program, on the hosts of the bench.
fn script(bench: &Bench) -> Outcome {
    let path = root().join("tasks/webservice/example.sh");
    Xtask::start::<&str>(&path, bench.state.path(), &[])
        .env("XTASK", format!("{} --rehearse", env!("CARGO_BIN_EXE_xtask")))
        .env("ACCOUNT_DB_PASSWORD", "made-up-database-password")
        .env("STAMP", "20260101")
        .env("NODES", "webservice0:10.16.0.12:br1 webservice1:10.16.0.13:br0")
        .env("CONSOLE", "http://console.example/")
        .env("EXPECT", "made-up.company")
        .run()
}

/// Both nodes end on the other physical host, with the new system, their own address and their own files.
/// A script that a failure has ended continues there; one that is done changes nothing.
#[test]
fn the_example_script_upgrades_both_nodes_and_goes_on_where_it_was() {
    let bench = bench();
    bench.order("firstbox", "install_nodes.sh", "code=3\n");
    let broken = script(&bench);
    assert_eq!(broken.code, 1, "{}", broken.stderr);
    assert!(broken.stderr.contains("install the platform on webservice0"), "{}", broken.stderr);
    bench.heal("firstbox", "install_nodes.sh");
    let first = script(&bench);
    assert_eq!(first.code, 0, "{}", first.stderr);
    is_upgraded(&bench);
    let before = bench.result();
    let second = script(&bench);
    assert_eq!(second.code, 0, "{}", second.stderr);
    for node in ["webservice0", "webservice1"] {
        assert!(
            second.stderr.contains(&format!("{node}: has the new system")),
            "{}",
            second.stderr
        );
    }
    assert!(!second.stdout.contains("changed"), "{}", second.stdout);
    crate::support::rehearsal::compare(&before, &bench.result());
}
