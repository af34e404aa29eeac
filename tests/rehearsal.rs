//! `rehearsal list`, `reset` and `shell`.

use crate::support::rehearsal::Bench;
use crate::support::{Outcome, Xtask};

/// `cargo xtask rehearsal LINE` beside the bench's hosts.
fn rehearsal(bench: &Bench, line: &str) -> Outcome {
    let words: Vec<&str> = std::iter::once("rehearsal").chain(line.split_whitespace()).collect();
    Xtask::new(bench.state.path(), &words).run()
}

fn out(bench: &Bench, line: &str) -> String {
    let outcome = rehearsal(bench, line);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{line}");
    outcome.stdout
}

#[test]
fn the_list_tells_what_was_changed_from_what_stand_ins_noted() {
    let bench = Bench::new();
    let none = "no rehearsal hosts yet; make some: cargo xtask --rehearse bk-upgrade paas stop\n";
    assert_eq!(out(&bench, "list"), none);
    bench.ends(0, "bk-upgrade paas stop -n --only paas1");
    assert_eq!(out(&bench, "list -w paas1"), "paas1: 0 changed paths, and 9 of stand-ins\n");
    out(&bench, "shell paas1 -- touch /opt/new");
    let long = out(&bench, "list -v -x paas[2-3],bk-control");
    let (first, rest) = long.split_once('\n').expect("lines");
    assert_eq!(first, "paas1: 1 changed path, and 9 of stand-ins");
    assert!(rest.starts_with("  added    /opt/new\n  added    /var/lib/standins/log\n"), "{rest}");
    let json = out(&bench, "list --output jsonl -w paas1");
    let row = r#"{"hosts":[{"changed":1,"name":"paas1","of_standins":9}],"schema":1}"#;
    assert_eq!(json, format!("{row}\n"));
}

#[test]
fn a_reset_forgets_the_hosts_of_a_set_and_no_other() {
    let bench = Bench::new();
    bench.prepare("@paas,bk-control");
    bench.write_shared("left", "behind");
    let would = "paas1: would be deleted\npaas2: would be deleted\n";
    assert_eq!(out(&bench, "reset paas[1-2] -n"), would);
    assert_eq!(out(&bench, "reset @paas -x paas2"), "paas1: deleted\npaas3: deleted\n");
    assert_eq!(out(&bench, "reset -w paas2"), "paas2: deleted\n");
    for wrong in ["reset paas1", "reset pas1", "reset -w bk-control paas1"] {
        assert_eq!(rehearsal(&bench, wrong).code, 2, "{wrong}");
    }
    assert!(bench.shared("left").exists());
    assert_eq!(out(&bench, "reset"), "bk-control: deleted\n");
    assert!(!bench.shared("left").exists());
}

#[test]
fn a_shell_passes_streams_and_code_and_is_on_one_host() {
    let bench = Bench::new();
    assert_eq!(out(&bench, "shell 10.0.0.11 -- hostname"), "paas1\n");
    assert_eq!(rehearsal(&bench, "shell paas1 -- bash no-such-script").code, 127);
    let words = ["rehearsal", "shell", "paas1", "--", "sh"];
    let fed = Xtask::new(bench.state.path(), &words).fed("hostname; exit 3\n");
    assert_eq!((fed.code, fed.stdout.as_str()), (3, "paas1\n"), "{}", fed.stderr);
    let several = rehearsal(&bench, "shell @paas");
    let words = "error: a shell needs exactly one host; @paas are several\n";
    assert_eq!((several.code, several.stderr.as_str()), (2, words));
    assert!(rehearsal(&bench, "shell pas1").stderr.ends_with("hint: did you mean `paas1`?\n"));
}

/// A new host of the same name has no `before`, and nobody has done anything by hand for it.
#[test]
fn what_was_recorded_of_a_host_goes_with_its_reset() {
    let bench = Bench::new();
    bench.prepare("production,transition");
    let (record, snapshot) = ("os-upgrade record-version", "os-upgrade create-snapshot");
    bench.ends(0, &format!("{record} --hosts production,transition"));
    bench.ends(0, snapshot);
    bench.is_kept(snapshot);
    assert!(bench.ends(0, record).stdout.contains("is the same as `before`"));
    bench.ends(0, "rehearsal reset production");
    assert!(bench.ends(0, record).stdout.contains("kept as `before`"));
    assert_eq!(bench.ends(0, snapshot).stdout, "production: changed\n");
    let other = bench.ends(0, &format!("{record} --hosts transition"));
    assert!(other.stdout.contains("is the same as `before`"), "{}", other.stdout);
}

/// Fault S8: a host that cannot be opened says why, and not where the kernel may have said it.
#[test]
fn a_host_that_cannot_be_opened_names_the_cause() {
    let bench = Bench::new().with_inventory("[hosts.h1]\n");
    bench.ends(0, "pcmd -w h1 true");
    let find = "d=$(find \"$1\" -name mounts) && sed -i 's|lowerdir=|lowerdir=/nowhere:|g' \"$d\"";
    let broken = Xtask::program("sh").args(["-c", find, "sh"]).arg(bench.state.path()).status();
    assert!(broken.expect("sh starts").success());
    let outcome = bench.run("pcmd -w h1 true");
    assert_eq!(outcome.code, 4, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("    stderr  mount: "), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("dmesg"), "{}", outcome.stderr);
}
