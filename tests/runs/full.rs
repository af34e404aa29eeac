//! A full disk under the record: nothing is changed without a record.

use super::{PAAS, ends, records};
use crate::support::rehearsal::{Bench, compare};
use crate::support::{Xtask, root};

/// Runs the step with room for `kib` KiB in each file that it writes: the journal is the longest.
fn with_room(bench: &Bench, kib: u32) -> (i32, String) {
    // A write beyond the limit fails like one on a full disk.
    let script = format!("ulimit -f {}; exec \"$@\"", 2 * kib);
    let program = env!("CARGO_BIN_EXE_xtask");
    let mut sh = Xtask::program("dash");
    sh.args(["-c", &script, "sh", program, "--rehearse"]).args(PAAS.split(' '));
    sh.env("XDG_STATE_HOME", bench.state.path()).env("XTASK_PERSIST", "0").current_dir(root());
    let said = sh.output().expect("dash starts");
    (said.status.code().unwrap_or(-1), String::from_utf8_lossy(&said.stderr).into_owned())
}

/// Fault T14: the signal of a file limit killed the program without a word.
#[test]
fn a_disk_that_fills_up_stops_the_run_before_the_next_change() {
    let whole = Bench::unpacked();
    whole.ends(0, PAAS);
    for kib in [1, 16, 50, 116] {
        let bench = Bench::unpacked();
        bench.prepare("paas[1-3],bk-control");
        let (code, said) = with_room(&bench, kib);
        assert!(said.contains("File too large"), "{kib}: exit {code}: {said}");
        let intents = bench.intents();
        if kib < 4 {
            assert_eq!((code, intents.len()), (2, 0), "{said}");
            assert!(said.contains("XDG_STATE_HOME=DIR"), "{said}");
        } else {
            assert_eq!(code, 5, "{kib}: {said}");
            assert!(said.contains("cannot write the run record"), "{said}");
        }
        for host in ["paas1", "paas2", "paas3", "bk-control"] {
            let changed = |what: &str| {
                let of = |line: &&serde_json::Value| {
                    line["host"] == host
                        && line["what"].as_str().is_some_and(|it| it.starts_with(what))
                };
                intents.iter().filter(of).count()
            };
            let stopped = bench.calls(host, "systemctl", "'stop'") > 0;
            assert_eq!(stopped, changed("disable") > 0, "{kib} {host}");
            let gone =
                !bench.path(host, "/usr/lib/systemd/system").join("bk-paas-esb.service").is_file();
            assert!(!gone || host == "bk-control" || changed("remove bk-paas") > 0, "{kib} {host}");
            let installed = bench.calls(host, "bkcli", "'install'");
            assert!(installed == 0 || changed("install") > 0, "{kib} {host}");
        }
        ends(bench.state.path(), 0, "verify");
        assert_eq!(records(bench.state.path()).len(), 1 + usize::from(kib >= 4));
        bench.ends(0, PAAS);
        compare(&whole.result(), &bench.result());
    }
}
