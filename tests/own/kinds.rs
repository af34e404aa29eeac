//! What a header can declare.

use super::{INVENTORY, bench, file};
use crate::support::Xtask;
use crate::support::rehearsal::Bench;
use crate::support::secrets::Watch;

const COUNT: &str = "\
probe() { [ -e /etc/counted ]; }
change() { [ ! -e /etc/broken ]; date +%s%N >/etc/counted; }
undo() { rm -f /etc/counted; }
";

#[test]
fn a_step_goes_through_its_hosts_as_it_says() {
    let head = |mode: &str| format!("# Count\n# on: @all\n# mode: {mode}\n{COUNT}");
    let (serial, once) = (head("serial"), head("once"));
    let bench = bench(&[("web/serial.sh", &serial), ("web/once.sh", &once)]);
    bench.prepare("a[1-2]");
    let counted = |host: &str| bench.read(host, "/etc/counted");
    bench.ends(0, "web once");
    assert!(counted("a1").is_some() && counted("a2").is_none());
    bench.ends(0, "undo last");
    // A failure is the end: the second host is not reached.
    bench.write("a1", "/etc/broken", "");
    bench.ends(1, "web serial");
    assert!(counted("a1").is_none() && counted("a2").is_none());
    std::fs::remove_file(bench.path("a1", "/etc/broken")).expect("a file");
    bench.ends(0, "web serial");
    assert!(counted("a1").is_some() && counted("a1") < counted("a2"));
}

#[test]
fn a_step_that_reads_answers() {
    let text = "# Show the size of the log\n# on: @all\n# reads\nprobe() { cat /etc/size; }\n";
    let bench = bench(&[("web/size.sh", text)]);
    bench.prepare("a[1-2]");
    bench.write("a1", "/etc/size", "12 M\n3 files\n");
    bench.write("a2", "/etc/size", "7 M\n");
    let answers = "a1: 12 M\na1: 3 files\na2: 7 M\n";
    assert_eq!(bench.ends(0, "web size").stdout, format!("{answers}a1: kept\na2: kept\n"));
    let json = bench.json(0, "web size");
    assert_eq!(json["findings"]["size"]["a1"], "12 M\n3 files");
    assert!(bench.ends(0, "list").stdout.contains("Show the size of the log (reads only)"));
    std::fs::remove_file(bench.path("a2", "/etc/size")).expect("a file");
    let said = bench.ends(1, "web size");
    assert!(said.stdout.starts_with("a1: 12 M\na1: 3 files\n"), "{}", said.stdout);
    assert!(said.stderr.contains("a2: check failed: show the size of the log"), "{}", said.stderr);
}

/// Without a probe it runs once for its values, and has no way back without an undo.
#[test]
fn a_step_without_a_probe_runs_once() {
    let text = "# Build the cache\n# on: a1\n# arg: --level N (u8 1..3, default 1) depth\n# confirm: stops the reads\nchange() { echo \"$LEVEL\" >>/etc/builds; }\n";
    let bench = bench(&[("web/build.sh", text)]);
    bench.ends(0, "web build");
    bench.ends(0, "web build");
    assert_eq!(bench.read("a1", "/etc/builds").as_deref(), Some("1\n"));
    bench.ends(0, "web build --level 2");
    assert_eq!(bench.read("a1", "/etc/builds").as_deref(), Some("1\n2\n"));
    let said = bench.ends(2, "web build --level 4");
    assert!(said.stderr.contains("it is not a number from 1 to 3"), "{}", said.stderr);
    let plan = bench.ends(0, "web build --level 3 -n");
    assert!(plan.stderr.contains("(irreversible)"), "{}", plan.stderr);
}

#[test]
fn files_come_with_it_and_go_with_its_undo() {
    let text = "# Configure the service\n# on: @all\n# files: app.conf -> /etc/app.conf 640\n# needs: sh\nprobe() { [ \"$(cat /etc/loaded 2>/dev/null)\" = \"$(cat /etc/app.conf 2>/dev/null)\" ]; }\nchange() { cp /etc/app.conf /etc/loaded; }\nundo() { rm -f /etc/loaded; }\n";
    let bench = bench(&[("web/conf.sh", text), ("web/app.conf", "port = 1\n")]);
    bench.prepare("a[1-2]");
    let before = bench.result();
    let plan = bench.ends(0, "web conf -n --diff");
    assert!(plan.stderr.contains("write /etc/app.conf\n") && plan.stderr.contains("+port = 1"));
    bench.ends(0, "web conf");
    assert_eq!(bench.read("a1", "/etc/app.conf").as_deref(), Some("port = 1\n"));
    bench.is_kept("web conf");
    let first = bench.runs().into_iter().find(|run| run.ends_with("web-conf")).expect("a run");
    bench.ends(0, &format!("undo {first}"));
    crate::support::rehearsal::compare(&before, &bench.result());
    std::fs::remove_file(bench.state.path().join("steps/web/app.conf")).expect("a file");
    let gone = bench.ends(2, "web conf");
    assert!(gone.stderr.contains("steps/web/app.conf"), "{}", gone.stderr);
}

#[test]
fn a_missing_tool_refuses_the_step_before_any_change() {
    let text = "# Sync\n# on: @all\n# needs: sh no-such-tool\nprobe() { false; }\nchange() { : >/etc/changed; }\n";
    let bench = bench(&[("web/sync.sh", text)]);
    let said = bench.ends(6, "web sync");
    for part in ["a tool of this step is not installed", "missing: no-such-tool", "`# needs:` in"] {
        assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
    }
    assert_eq!(bench.read("a1", "/etc/changed"), None);
}

#[test]
fn hosts_as_values_are_those_of_the_inventory() {
    let text = "# Peer\n# on: a1\n# arg: --peer HOST (host) the other\n# arg: --all (hostset, optional) more\n# arg: --force (switch) also then\nprobe() { false; }\nchange() { echo \"$PEER/$FORCE\" $ALL >/etc/peers; }\nverify() { exit 3; }\n";
    let bench = bench(&[("web/peer.sh", text)]);
    for (line, wrong) in [("--peer nosuch", "nosuch"), ("--peer a1 --all @nosuch", "nosuch")] {
        let said = bench.ends(2, &format!("web peer {line}"));
        assert!(said.stderr.contains(wrong) && said.stderr.contains("from"), "{}", said.stderr);
    }
    // `verify` fails: the change has not succeeded.
    bench.ends(1, "web peer --peer a2 --all a[1-2] --force");
    assert_eq!(bench.read("a1", "/etc/peers").as_deref(), Some("a2/1 a1 a2\n"));
    bench.ends(1, "web peer --peer a2");
    assert_eq!(bench.read("a1", "/etc/peers").as_deref(), Some("a2/\n"));
}

/// On standard input of `change` only.
#[test]
fn a_secret_is_nowhere_but_where_the_step_puts_it() {
    let secret = "x7-made-up-secret-q9";
    let text = "# Log in\n# on: @all\n# secret: token\nprobe() { [ -e /etc/own.secret ]; }\nchange() { IFS= read -r token; sleep 0.1; echo \"got $token\"; printf %s \"$token\" >/etc/own.secret; }\nundo() { rm -f /etc/own.secret; }\n";
    let bench = Bench::new().with_inventory(INVENTORY);
    file(bench.state.path(), "web/login.sh", text);
    let missing = bench.ends(2, "web login");
    assert!(missing.stderr.contains("the environment has no TOKEN"), "{}", missing.stderr);
    // A plan and a script do without it.
    bench.ends(0, "web login -n");
    let emitted = bench.ends(0, "web login --emit a1");
    assert!(emitted.stdout.contains("SECRET_FILE"), "{}", emitted.stdout);
    let watch = Watch::start(vec![secret.to_owned()]);
    let run = bench.xtask("web login -v").env("TOKEN", secret).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains(secret));
    let (_, hits) = watch.ends();
    // The program itself has it in its environment, as the person gave it.
    let others: Vec<_> = hits.iter().filter(|line| !line.contains("web login")).collect();
    assert!(others.is_empty(), "{others:?}");
    bench.assert_only_in(secret, &["own.secret"]);
    assert_eq!(Xtask::new(bench.state.path(), &["runs", "show"]).run().code, 0);
    // An own step is in no document, wherever its report is made.
    let account = bench.xtask("runs report --output json").run();
    assert!(account.stdout.contains("\n  \"document\": null,\n"), "{}", account.stdout);
}
