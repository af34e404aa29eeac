//! `bk-upgrade paas`, BK-24 to BK-30.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::support::rehearsal::{Bench, compare};
use crate::support::{Xtask, scratch, snapshot, write};

const PAAS: &str = "bk-upgrade paas";
const UNITS: &str = "/usr/lib/systemd/system";

/// After the whole step.
fn updated() -> Bench {
    Bench::unpacked_and("bk-paas", |bench| drop(bench.ends(0, PAAS)))
}

/// X4.29, X4.31, X4.35, X4.37: each operation is found needed, done, and not done again.
#[test]
fn what_the_plan_says_is_done_once() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    let plan = bench.ends(3, &format!("{PAAS} -n --exit-code"));
    snapshot::same("bk-upgrade-paas.plan", &(plan.stderr + &plan.stdout));

    let (_, run) = bench.keeps_its_word(PAAS);
    assert_eq!(run["hosts"].as_array().expect("hosts").len(), 4);
    bench.is_kept(PAAS);

    assert_eq!(bench.calls("bk-control", "bkcli", "'install'"), 1);
    assert_eq!(bench.calls("bk-control", "add_saas_environment", ""), 1);
    assert_eq!(
        bench
            .read("bk-control", "/var/lib/standins/mysql/paas_app_envvars")
            .unwrap()
            .lines()
            .count(),
        4
    );
    for host in ["paas1", "paas2", "paas3"] {
        assert_eq!(bench.read(host, &format!("{UNITS}/bk-paas-esb.service")), None);
        assert!(!bench.path(host, "/data/bkce/.envs/open_paas-esb").exists());
    }
    // XX.15: nothing of our own input reaches a command.
    assert_eq!(bench.calls("bk-control", "bkcli", "stdin:"), 0);
    assert_eq!(bench.calls("paas1", "systemctl", "stdin:"), 0);
}

/// The journal holds, before the change, how to take it back, and where that is not possible.
#[test]
fn every_intent_says_how_it_is_undone() {
    let bench = Bench::unpacked();
    bench.ends(0, &format!("{PAAS} --exclude paas[2-3]"));
    let intents = bench.intents();
    let undo = |what: &str| {
        let intent = intents.iter().find(|line| line["what"].as_str().unwrap().starts_with(what));
        intent.unwrap_or_else(|| panic!("{what}: {intents:#?}"))["undo"].clone()
    };
    let script = undo("disable")[0]["script"].as_str().expect("a script").to_owned();
    assert!(script.contains("\nSTART='bk-paas-apigw.service"), "{script}");
    // Six files with their content, then systemd reloads.
    assert_eq!(undo("remove bk-paas").as_array().unwrap().len(), 7);
    assert_eq!(undo("remove 6 virtual"), serde_json::Value::Null);
    assert_eq!(undo("install"), serde_json::Value::Null);
    let journal = bench.journals().pop().unwrap();
    assert_eq!(
        (&journal[0]["event"], &journal.last().unwrap()["exit"]),
        (&"start".into(), &0.into())
    );
}

/// X4.30, X4.34: a unit that does not stop fails its host, the others finish the stage, and no unit
/// file goes while one of them runs.
#[test]
fn a_unit_that_refuses_to_stop_holds_the_step_and_the_rerun_completes_it() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    let esb = format!("{UNITS}/bk-paas-esb.service");
    let unit = bench.read("paas2", &esb).unwrap();
    bench.write("paas2", &esb, &format!("{unit}X-Standin-Refuse=stop\n"));

    let failed = bench.ends(1, PAAS);
    let report = failed.stderr.split("error: ").nth(1).expect("a failure report");
    snapshot::same("bk-upgrade-paas.failed", &snapshot::plain(report, bench.state.path()));
    assert_eq!(failed.stdout, "paas1: changed\npaas2: failed\npaas3: changed\n");
    assert!(bench.read("paas1", &esb).is_some() && bench.calls("bk-control", "bkcli", "") == 0);
    let refused = bench.ends(6, &format!("{PAAS} remove-units"));
    assert!(refused.stderr.contains("bk-paas-esb.service is still active"), "{}", refused.stderr);
    assert!(bench.read("paas2", &esb).is_some());

    bench.write("paas2", &esb, &unit);
    bench.ends(0, PAAS);
    bench.is_kept(PAAS);
}

/// X4.36, XX.9: the output of `bkcli` decides, not its exit code 0.
#[test]
fn an_unhealthy_service_fails_the_verification() {
    let bench = updated();
    bench.write_shared("paas/status", "10.0.0.12 bk-paas.service failed\n");
    let failed = bench.ends(1, &format!("{PAAS} check --wait-timeout 1"));
    assert!(
        failed.stderr.contains("timed out after 1 s waiting for: paas is healthy"),
        "{}",
        failed.stderr
    );
    assert!(failed.stderr.contains("10.0.0.12: bk-paas.service\tfailed"), "{}", failed.stderr);
}

/// X4.36: nothing said is not "all is well".
#[test]
fn a_tool_that_says_nothing_is_not_believed() {
    let bench = updated();
    bench.write("bk-control", "/data/install/bkcli", "#!/bin/sh\n");
    let tool = bench.path("bk-control", "/data/install/bkcli");
    std::fs::set_permissions(tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    let failed = bench.ends(1, &format!("{PAAS} check --wait-timeout 1"));
    for verb in ["status", "check"] {
        let said = format!("bkcli {verb} paas printed nothing");
        assert!(failed.stderr.contains(&said), "{}", failed.stderr);
    }
}

/// X4.37: an unreadable database or directory is neither loaded nor called done.
#[test]
fn a_database_that_cannot_be_asked_or_a_wrong_directory_fails_the_probe() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench.order("bk-control", "mysql", "code=1\nmessage=ERROR 1045 (28000): Access denied\n");
    for line in [format!("{PAAS} saas-env"), format!("{PAAS} saas-env -n")] {
        let failed = bench.ends(1, &line);
        assert!(failed.stderr.contains("ERROR 1045"), "{}", failed.stderr);
    }
    assert_eq!(bench.calls("bk-control", "add_saas_environment", ""), 0);
    let failed = bench.ends(6, &format!("{PAAS} saas-env --install-dir /nowhere"));
    assert!(
        failed.stderr.contains("no /nowhere/install.config on bk-control"),
        "{}",
        failed.stderr
    );
    bench.write("bk-control", "/data/other/install.config", "10.0.0.11 paas\n");
    let failed = bench.ends(1, &format!("{PAAS} saas-env --install-dir /data/other"));
    assert!(failed.stderr.contains("no tools.sh in /data/other"), "{}", failed.stderr);
}

/// X4.36: a service that warms up is waited for.
#[test]
fn a_service_that_warms_up_is_waited_for() {
    let bench = updated();
    bench.write_shared("paas/warmup", "3\n");
    let done = bench.ends(0, &format!("{PAAS} check"));
    // Its hosts are asked for old services.
    assert_eq!(done.stdout, "bk-control: kept\npaas1: kept\npaas2: kept\npaas3: kept\n");
}

/// A host that is not there fails alone; exit 4 tells it from a failure.
#[test]
fn an_unreachable_host_does_not_keep_the_others_from_their_turn() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    let heal = bench.cut_off("paas2");
    let failed = bench.ends(4, &format!("{PAAS} stop"));
    assert_eq!(failed.stdout, "paas1: changed\npaas2: unreachable\npaas3: changed\n");
    assert!(failed.stderr.contains("--only paas2"), "{}", failed.stderr);
    heal();
    let healed = bench.ends(0, &format!("{PAAS} stop --only paas2"));
    assert_eq!(healed.stdout, "paas2: changed\n");
    bench.is_kept(&format!("{PAAS} stop"));
}

/// A killed run is finished by the next one, and ends where an undisturbed one ends.
#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = Bench::unpacked();
    whole.ends(0, PAAS);
    for (intents, after) in [(1, 0), (5, 30), (8, 60), (10, 0)] {
        let bench = Bench::unpacked();
        bench.kill(PAAS, intents, Duration::from_millis(after));
        bench.ends(0, PAAS);
        compare(&whole.result(), &bench.result());
    }
}

/// Ctrl-C at the first operation: it is finished, nothing else begins, and `resume` ends where an
/// undisturbed run ends.
#[test]
fn a_run_that_was_stopped_is_finished_by_resume() {
    let (whole, bench) = (Bench::unpacked(), Bench::unpacked());
    whole.ends(0, PAAS);
    bench.prepare("paas[1-3],bk-control");
    bench.order("paas1", "systemctl", "code=0\nhang=1\nonly=stop\n");
    let child = bench.xtask(PAAS).spawn();
    bench.wait_for_intents(1);
    crate::ending::signal("-INT", child.id().into());
    let stopped = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stopped.stderr);
    assert_eq!(stopped.status.code(), Some(130), "{said}");
    assert!(said.contains("cargo xtask resume") && !said.contains("== remove-units"), "{said}");
    let lines = bench.journals().concat();
    for intent in bench.intents() {
        let result =
            lines.iter().find(|line| line["event"] == "result" && line["op"] == intent["op"]);
        assert_eq!(result.expect("a result")["outcome"], "changed");
    }
    bench.heal("paas1", "systemctl");
    let resumed = Xtask::new(bench.state.path(), &["resume"]).run();
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    compare(&whole.result(), &bench.result());
}

/// The script of `--emit`, run on a twin of the host, has the result of the step.
#[test]
fn the_script_of_emit_does_on_a_twin_what_the_step_does() {
    let (real, twin) = (Bench::unpacked(), Bench::unpacked());
    for bench in [&real, &twin] {
        bench.prepare("paas1,bk-control");
    }
    // The script of the control machine has to find the work of the hosts.
    for host in ["paas1", "bk-control"] {
        let script = twin.ends(0, &format!("{PAAS} --emit {host}")).stdout;
        crate::support::shellcheck(&script);
        let ran = twin.xtask(&format!("rehearsal shell {host} -- sh -s")).fed(&script);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
    real.ends(0, &format!("{PAAS} --exclude paas[2-3]"));
    compare(&real.result(), &twin.result());
}

/// Fault R5: `paas --module X` installed `paas`.
#[test]
fn a_module_of_another_name_is_not_installed_by_paas() {
    let bench = Bench::new();
    let wrong = bench.ends(2, &format!("{PAAS} --module bkauth"));
    assert!(wrong.stderr.contains("unexpected argument '--module'"), "{}", wrong.stderr);
    assert!(bench.snapshot().is_empty());
}

/// `--max-fail 0` with one host at a time: the second host fails, the third is not touched.
#[test]
fn a_used_up_failure_budget_stops_before_the_next_host() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench.order("paas2", "systemctl", "code=1\nmessage=Access denied\nonly=stop\n");
    let stopped = bench.ends(5, &format!("{PAAS} stop --max-fail 0 --fanout 1"));
    assert_eq!(stopped.stdout, "paas1: changed\npaas2: failed\npaas3: not reached\n");
    assert!(stopped.stderr.contains("--only 'paas[2-3]'"), "{}", stopped.stderr);
    assert_eq!(bench.calls("paas3", "systemctl", "'stop'"), 0);
    // One failed host of three is within the budget: the step continues with the others.
    let gone_on = bench.ends(1, &format!("{PAAS} stop --max-fail 1 --batch 1"));
    assert_eq!(gone_on.stdout, "paas1: kept\npaas2: failed\npaas3: changed\n");
    bench.heal("paas2", "systemctl");
    bench.ends(0, &format!("{PAAS} stop --batch 50%"));
}

/// XX.10, XX.13: a command that hangs ends at its limit; meanwhile nobody else gets the host.
#[test]
fn a_hanging_command_ends_at_its_limit_and_a_second_runner_is_told_who_has_the_host() {
    let bench = Bench::unpacked();
    bench.prepare("paas1,bk-control");
    bench.order("paas1", "systemctl", "hang=60\nonly=stop\n");
    let child = bench.xtask(&format!("{PAAS} stop --only paas1 --timeout 4")).spawn();
    bench.wait_for_intents(1);
    let second = bench.ends(7, &format!("{PAAS} stop --only paas1"));
    let said = format!("\n  process  {}\n", child.id());
    assert!(second.stderr.starts_with("error: locked by "), "{}", second.stderr);
    assert!(second.stderr.contains(&said), "{}", second.stderr);
    let shell = bench.ends(7, "rehearsal shell paas1");
    assert!(shell.stderr.contains("is in use by process"), "{}", shell.stderr);
    let first = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&first.stderr);
    assert_eq!(first.status.code(), Some(124), "{said}");
    assert!(said.contains("the command was stopped after 4 s"), "{said}");
}

/// On hosts that are not throw-away ones: no terminal and no `--yes` is a refusal, before any host.
#[test]
fn real_hosts_are_not_touched_without_yes() {
    let dir = scratch();
    let file = dir.path().join("hosts.toml");
    let host = "[hosts.x1]\nsession = \"exec\"\nexec = [\"/nonexistent/never-run\"]\n";
    write(&file, &format!("{host}[groups]\ncontrol = \"x1\"\npaas = \"x1\"\n"));
    let args = ["-i", file.to_str().unwrap(), "bk-upgrade", "paas"];
    let refused = Xtask::new(dir.path(), &args).run();
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    assert!(refused.stderr.contains("needs --yes without a terminal"), "{}", refused.stderr);
}

/// `--json` and `jsonl`: every line is a document, and all of them name hosts and operations.
#[test]
fn machine_readable_results_hold_hosts_and_operations() {
    let bench = Bench::unpacked();
    let lines = bench.ends(0, &format!("{PAAS} stop --output jsonl"));
    let lines: Vec<serde_json::Value> =
        lines.stdout.lines().map(|line| serde_json::from_str(line).expect("a document")).collect();
    assert!(lines.iter().all(|line| line["schema"] == 1), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line["event"] == "operation").count(), 3);
    let end = lines.last().unwrap();
    assert_eq!((&end["event"], &end["exit"]), (&"end".into(), &0.into()));
    assert_eq!(end["hosts"][2]["host"], "paas3");
}
