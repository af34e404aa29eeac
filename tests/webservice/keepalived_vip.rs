//! `keepalived-vip --profile webservice`, WS-21 and WS-22, with the real `keepalived -t`.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::support::rehearsal::{Bench, compare};
use crate::support::{shellcheck, snapshot};

const STEP: &str = "keepalived-vip --profile webservice --node webservice0";
const HOSTS: &str = "firstbox,webservice[0-1]";
const PACKAGE: &str = "/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived";
const CONF: &str = "/etc/keepalived/keepalived.conf";
const HEALTH: &str = "/etc/keepalived/chk_health_webservice.sh";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.prepare(HOSTS);
    bench
}

fn edit(bench: &Bench, from: &str, to: &str) -> String {
    let path = format!("{PACKAGE}/keepalived.conf.webservice.webservice0");
    bench.edit("firstbox", &path, from, to)
}

#[test]
fn what_the_plan_says_is_done_once() {
    let bench = bench();
    let plan = bench.ends(3, &format!("{STEP} -n --exit-code"));
    snapshot::same("keepalived-vip-webservice.plan", &(plan.stderr + &plan.stdout));
    bench.keeps_its_word(STEP);
    bench.is_kept(STEP);
    bench.is_kept("webservice keepalived-vip --node webservice0");
    assert!(bench.read("webservice0", CONF).unwrap().contains("auth_pass made-up1"));
    assert_eq!(bench.calls("webservice0", "systemctl", "'start'"), 1);
    assert_eq!(bench.calls("webservice0", "systemctl", "restart"), 0);
    let mode = |path: &str| {
        bench.path("webservice0", path).metadata().unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode(HEALTH), mode(CONF)), (0o755, 0o640));
    assert!(bench.intents().iter().all(|intent| intent["undo"].is_array()));
}

/// Fault E1: whatever ends the script, the block is reached when it runs; one behind the end is moved.
#[test]
fn the_block_of_rc_local_is_reached() {
    const RC: &str = "/etc/rc.local";
    const STEP: &str = "webservice rc-local-keepalived --node webservice0";
    let bench = bench();
    let block = "echo reached >>/run/reached\n";
    bench.write("firstbox", &format!("{PACKAGE}/rc.local.keepalived.webservice"), block);
    for end in ["exit\n", "exec true\n", &format!("[ -e /none ] || exit 0\n{block}exit $?\n")] {
        bench.write("webservice0", RC, &format!("#!/bin/sh -e\ntrue\n{end}"));
        bench.ends(3, &format!("{STEP} -n --exit-code"));
        bench.ends(0, STEP);
        bench.is_kept(STEP);
        let script = format!("rm -f /run/reached; {RC}; cat /run/reached");
        let ran = bench.xtask("rehearsal shell webservice0 -- sh -s").fed(&script);
        assert_eq!(ran.stdout, "reached\n", "{end}: {}", bench.read("webservice0", RC).unwrap());
    }
    bench.write("webservice0", RC, "#!/bin/sh\nif true; then\n  exit 0\n");
    let refused = bench.ends(6, STEP).stderr;
    assert!(refused.contains("cannot be followed") && refused.contains("line 2"), "{refused}");
    bench.write("webservice0", RC, "#!/bin/sh\r\nexit 0\r\n");
    let refused = bench.ends(6, STEP).stderr;
    assert!(refused.contains("carriage return") && refused.contains(RC), "{refused}");
}

/// X0.26, X0.27: the block stands once, before every way out; the `exit 0` inside an `if` stays,
/// and a block that came with a restored rc.local, without our marks, is found by its content.
#[test]
fn the_block_of_rc_local_stands_there_once() {
    let bench = bench();
    let old = bench.read("webservice0", "/etc/rc.local").unwrap();
    let block =
        bench.read("firstbox", &format!("{PACKAGE}/rc.local.keepalived.webservice")).unwrap();
    let restored = old.replace("\nexit 0\n", &format!("\n{block}exit 0\n"));
    bench.write("webservice0", "/etc/rc.local", &restored);
    bench.write("webservice0", "/etc/keepalived/rc.local.keepalived.webservice", &block);
    bench.ends(0, STEP);
    bench.is_kept(STEP);
    let new = bench.read("webservice0", "/etc/rc.local").unwrap();
    assert_eq!(new.matches("service keepalived restart").count(), 1, "{new}");
    assert!(
        new.contains("exit 0 # nothing to tune on this node") && new.ends_with("exit 0\n"),
        "{new}"
    );
    assert!(bench.read("webservice0", "/etc/keepalived/rc.local.keepalived.webservice").is_none());
    let ran = bench.ends(0, "rehearsal shell webservice0 -- bash -n /etc/rc.local");
    assert_eq!(ran.stderr, "");
}

/// X0.27: a block that is no shell never gets into rc.local.
#[test]
fn a_broken_block_never_gets_into_rc_local() {
    let bench = bench();
    let old = bench.read("webservice0", "/etc/rc.local").unwrap();
    let block = format!("{PACKAGE}/rc.local.keepalived.webservice");
    bench.write("firstbox", &block, "if true; then\n");
    let failed = bench.ends(1, "webservice rc-local-keepalived --node webservice0").stderr;
    assert!(failed.contains("unexpected end of file"), "{failed}");
    assert_eq!(bench.read("webservice0", "/etc/rc.local").unwrap(), old);
}

/// X0.25: a configuration that `keepalived -t` refuses never gets to its place, and nothing restarts.
#[test]
fn a_broken_configuration_never_replaces_the_file() {
    let bench = bench();
    bench.ends(0, STEP);
    let good = bench.read("webservice0", CONF);
    let whole = edit(&bench, "interface eth0", "interface nope9");
    let failed = bench.ends(1, STEP);
    snapshot::same(
        "keepalived-vip-webservice.failed",
        &snapshot::plain(&failed.stderr, bench.state.path()),
    );
    assert_eq!(bench.read("webservice0", CONF), good);
    assert_eq!(bench.calls("webservice0", "systemctl", "restart"), 0);
    bench.write("firstbox", &format!("{PACKAGE}/keepalived.conf.webservice.webservice0"), &whole);
    bench.is_kept(STEP);
}

/// X0.25: keepalived restarts when its configuration changed, and only then.
#[test]
fn a_changed_configuration_restarts_keepalived_once() {
    let bench = bench();
    bench.ends(0, STEP);
    bench.ages();
    edit(&bench, "priority 100", "priority 110");
    let plan = bench.ends(0, &format!("{STEP} -n"));
    assert!(plan.stderr.contains("keepalived.service: restart"), "{}", plan.stderr);
    bench.ends(0, STEP);
    assert_eq!(bench.calls("webservice0", "systemctl", "restart"), 1);
    bench.is_kept(STEP);
}

/// X0.30, X0.18: whether there is a floating IP is read from one place, which depends on the version.
#[test]
fn the_floating_ip_is_one_decision() {
    let bench = bench();
    let both = bench.ends(6, &format!("{STEP} --skip"));
    assert!(
        both.stderr.contains("--skip, but the floating IP is set to 10.16.0.20"),
        "{}",
        both.stderr
    );
    bench.write(
        "firstbox",
        "/pitrix/conf/variables/variables.yaml",
        "installer_version: \"4.10.0\"\n",
    );
    let none = bench.ends(6, STEP);
    assert!(none.stderr.contains("no floating IP is set"), "{}", none.stderr);
    let block = bench.ends(6, "webservice rc-local-keepalived --node webservice0");
    assert!(block.stderr.contains("no floating IP is set"), "{}", block.stderr);
    let skipped = bench.ends(0, &format!("{STEP} --skip"));
    assert!(skipped.stderr.contains("no floating IP, nothing to do"), "{}", skipped.stderr);
    assert!(bench.read("webservice0", CONF).is_none());
}

/// X0.18: 4.10.0 is later than 4.3.0; before 4.3.0 the floating IP has a file per zone.
#[test]
fn versions_are_compared_by_number() {
    for (version, file) in [("4.2.9", true), ("4.3.0", false), ("4.10.0", false)] {
        let bench = Bench::new();
        let inventory = bench.state.path().join("hosts.toml");
        let sample = std::fs::read_to_string(crate::support::root().join("hosts.toml")).unwrap();
        let vars = format!("installer_version = \"{version}\"\nzone_id = \"zone-a\"");
        crate::support::write(&inventory, &sample.replace("installer_version = \"4.10.0\"", &vars));
        let said =
            bench.ends(if file { 6 } else { 0 }, &format!("-i {} {STEP} -n", inventory.display()));
        assert_eq!(
            said.stderr.contains("no floating IP is set"),
            file,
            "{version}: {}",
            said.stderr
        );
    }
}

/// X0.3: `webservice0/1` is no node; nor is a node that nobody named.
#[test]
fn a_node_that_is_none_is_a_usage_error_before_any_host() {
    let bench = Bench::new();
    bench.ends(2, "keepalived-vip --profile webservice --node webservice0/1");
    let which = bench.ends(2, "keepalived-vip --profile webservice");
    assert!(which.stderr.contains("no node: give --node"), "{}", which.stderr);
    let other = bench.ends(2, "keepalived-vip --profile webservice --node webservice7");
    assert!(other.stderr.contains("webservice7"), "{}", other.stderr);
    assert!(bench.snapshot().is_empty());
}

#[test]
fn a_daemon_that_does_not_start_fails_the_step_and_the_rerun_completes_it() {
    let bench = bench();
    bench.order(
        "webservice0",
        "systemctl",
        "code=1\nmessage=Job for keepalived.service failed\nonly=start\n",
    );
    let failed = bench.ends(1, STEP);
    assert!(
        failed.stderr.contains("cannot enable and start keepalived.service"),
        "{}",
        failed.stderr
    );
    bench.heal("webservice0", "systemctl");
    bench.ends(0, STEP);
    bench.is_kept(STEP);
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = bench();
    whole.ends(0, STEP);
    for intents in [1, 2, 3, 4] {
        let bench = bench();
        bench.kill(STEP, intents, Duration::from_millis(10));
        bench.ends(0, STEP);
        compare(&whole.result(), &bench.result());
    }
}

/// A value with a secret is not in the script: it is fed from a file that the operator names.
#[test]
fn the_script_of_emit_does_on_a_twin_what_the_step_does() {
    let (real, twin) = (bench(), bench());
    real.ends(0, STEP);
    let script = twin.ends(0, &format!("{STEP} --emit webservice0")).stdout;
    shellcheck(&script);
    assert!(!script.contains("made-up1"));
    let conf = twin
        .read("firstbox", &format!("{PACKAGE}/keepalived.conf.webservice.webservice0"))
        .unwrap();
    twin.write("webservice0", "/root/secret", &conf);
    let ran = twin
        .xtask("rehearsal shell webservice0 -- env SECRET_FILE=/root/secret sh -s")
        .fed(&script);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    compare(&real.result(), &twin.result());
}

/// The password of the package stays on firstbox and on the node.
#[test]
fn the_password_is_in_no_output_and_no_record() {
    let bench = bench();
    for line in [format!("{STEP} -n"), format!("{STEP} -v --diff"), format!("{STEP} -v")] {
        let said = bench.ends(0, &line);
        assert!(
            !said.stdout.contains("made-up1") && !said.stderr.contains("made-up1"),
            "{}",
            said.stderr
        );
    }
    bench.assert_only_in("made-up1", &["keepalived.conf"]);
}
