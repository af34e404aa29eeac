//! `keepalived-vip --profile uecm`, UE-33, with the real `keepalived -t`.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::support::rehearsal::{Bench, compare};
use crate::support::{shellcheck, snapshot};

const STEP: &str = "keepalived-vip --profile uecm --vip 172.18.5.224";
const CONF: &str = "/etc/keepalived/keepalived.conf";
const SECRET: &str = "Zq7kW2x";

fn bench() -> Bench {
    let bench = Bench::new().with_env("VRRP_PASSWORD", SECRET);
    bench.prepare("phy[1-3]");
    bench
}

/// X3.41: the plan says that the old VMs keep the address until their keepalived is stopped.
#[test]
fn what_the_plan_says_is_done_once() {
    let bench = bench();
    let plan = bench.ends(3, &format!("{STEP} -n --exit-code"));
    assert!(plan.stderr.contains("stop it next, one VM at a time\n"), "{}", plan.stderr);
    snapshot::same("keepalived-vip-uecm.plan", &(plan.stderr + &plan.stdout));
    bench.keeps_its_word(STEP);
    bench.is_kept(STEP);
    bench.is_kept("uecm keepalived-vip --vip 172.18.5.224");
    for (host, priority) in [("phy1", 100), ("phy2", 90), ("phy3", 80)] {
        let conf = bench.read(host, CONF).unwrap();
        assert!(conf.contains(&format!("priority {priority}\n")), "{conf}");
        assert!(conf.contains("virtual_router_id 224\n") && conf.contains("nopreempt"), "{conf}");
        assert_eq!(bench.path(host, CONF).metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(bench.calls(host, "systemctl", "'start'"), 1);
    }
    assert!(bench.intents().iter().all(|intent| intent["undo"].is_array()));
}

/// XX.1: the secret is in the files of the hosts and nowhere else.
#[test]
fn the_password_is_in_no_output_no_record_and_no_argument() {
    let bench = bench();
    let changed = format!("{STEP} --advert-int 2 -v --diff");
    for line in
        [format!("{STEP} -n"), format!("{STEP} -v --diff"), changed, format!("{STEP} --json")]
    {
        let said = bench.ends(0, &line);
        assert!(!said.stdout.contains(SECRET) && !said.stderr.contains(SECRET), "{}", said.stderr);
    }
    let script = bench.ends(0, &format!("{STEP} --emit phy1 --advert-int 3")).stdout;
    assert!(!script.contains(SECRET), "{script}");
    bench.assert_only_in(
        SECRET,
        &["keepalived.conf", "keepalived.conf.xtask-bak", "keepalived.conf.xtask-bak-1"],
    );
}

/// XX.1: a configuration that everybody could read is closed before the password comes into it.
#[test]
fn a_configuration_that_everybody_could_read_is_closed_first() {
    let bench = bench();
    bench.write("phy1", CONF, "# of the distribution\n");
    let mode =
        |bench: &Bench| bench.path("phy1", CONF).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&bench), 0o644);
    bench.ends(0, STEP);
    assert_eq!(mode(&bench), 0o640);
    assert!(bench.read("phy1", CONF).unwrap().contains(SECRET));
    let run = crate::undo::last(&bench);
    bench.is_kept(STEP);
    bench.ends(0, &format!("undo {run} --yes"));
    assert_eq!(bench.read("phy1", CONF).unwrap(), "# of the distribution\n");
    assert_eq!(mode(&bench), 0o644);
}

/// X3.42, X3.44, X3.45: configuration that keepalived accepts and should not, or reads in another sense.
#[test]
fn arguments_that_keepalived_misreads_are_usage_errors_before_any_host() {
    let bench = Bench::new().with_env("VRRP_PASSWORD", SECRET);
    for (flags, said) in [
        ("--vip 172.18.5.0", "VRRP group 0 (the last part of 172.18.5.0) is not from 1 to 254"),
        (
            "--vip 172.18.5.255",
            "VRRP group 255 (the last part of 172.18.5.255) is not from 1 to 254",
        ),
        ("--vip 172.18.5.224 --vrid 0", "VRRP group 0 is not from 1 to 254"),
        ("--vip 172.18.5.224 --vrid 255", "VRRP group 255 is not from 1 to 254"),
        (
            "--vip 172.18.5.224 --priority phy2=100",
            "phy1 and phy2 would have the same priority 100",
        ),
        ("--vip 172.18.5.224 --priority phy9=70", "--priority names phy9"),
        ("--vip 172.18.5.224 --priority phy1=0", "write HOST=N, N being 1 to 254"),
        ("--vip 10.20.0.21", "--vip 10.20.0.21 is the address of phy1"),
        ("", "no virtual IP: give --vip IP"),
    ] {
        let wrong = bench.ends(2, &format!("keepalived-vip --profile uecm {flags}"));
        assert!(wrong.stderr.contains(said), "{flags}: {}", wrong.stderr);
    }
    let long = Bench::new().with_env("VRRP_PASSWORD", "nine-long");
    let wrong = long.ends(2, STEP);
    assert!(
        wrong.stderr.contains("truncates the rest") && !wrong.stderr.contains("nine-long"),
        "{}",
        wrong.stderr
    );
    let none = Bench::new().ends(2, STEP);
    assert!(none.stderr.contains("VRRP_PASSWORD"), "{}", none.stderr);
    assert!(bench.snapshot().is_empty() && long.snapshot().is_empty());
}

/// X3.43: the interface must be there, and a running daemon gets its new file.
#[test]
fn a_missing_interface_is_refused_and_a_new_file_restarts_the_daemon() {
    let bench = bench();
    let refused = bench.ends(6, &format!("{STEP} --iface LAN9"));
    assert!(refused.stderr.contains("has no interface LAN9"), "{}", refused.stderr);
    assert!(refused.stderr.contains("LAN1"), "{}", refused.stderr);
    bench.ends(0, STEP);
    bench.ages();
    bench.ends(0, &format!("{STEP} --advert-int 2"));
    for host in ["phy1", "phy2", "phy3"] {
        assert_eq!(bench.calls(host, "systemctl", "'restart'"), 1);
    }
    bench.is_kept(&format!("{STEP} --advert-int 2"));
}

/// X3.45: a run for one host of the three gives it the priority that it has among them.
#[test]
fn a_run_for_one_host_gives_it_its_own_priority() {
    let bench = bench();
    bench.ends(0, &format!("{STEP} --only phy2"));
    assert!(bench.read("phy2", CONF).unwrap().contains("priority 90\n"));
    assert!(bench.read("phy1", CONF).is_none());
    bench.ends(0, STEP);
    bench.is_kept(STEP);
}

#[test]
fn a_host_that_fails_or_is_not_there_keeps_no_other_from_its_file() {
    let bench = bench();
    let heal = bench.cut_off("phy2");
    let failed = bench.ends(4, STEP);
    assert_eq!(failed.stdout, "phy1: changed\nphy2: unreachable\nphy3: changed\n");
    // No daemon starts while a host of the three is missing.
    assert_eq!(bench.calls("phy1", "systemctl", "'start'"), 0);
    heal();
    bench.order("phy3", "systemctl", "code=1\nmessage=Access denied\nonly=start\n");
    let failed = bench.ends(1, STEP);
    assert_eq!(failed.stdout, "phy1: changed\nphy2: changed\nphy3: failed\n");
    bench.heal("phy3", "systemctl");
    bench.ends(0, STEP);
    bench.is_kept(STEP);
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = bench();
    whole.ends(0, STEP);
    for (intents, after) in [(1, 0), (3, 20), (5, 30)] {
        let bench = bench();
        bench.kill(STEP, intents, Duration::from_millis(after));
        bench.ends(0, STEP);
        compare(&whole.result(), &bench.result());
    }
}

#[test]
fn the_script_of_emit_does_on_a_twin_what_the_step_does() {
    let (real, twin) = (bench(), bench());
    real.ends(0, STEP);
    let conf = real.read("phy2", CONF).unwrap();
    for host in ["phy1", "phy2", "phy3"] {
        let script = twin.ends(0, &format!("{STEP} --emit {host}")).stdout;
        shellcheck(&script);
        twin.write(host, "/root/secret", &real.read(host, CONF).unwrap());
        let shell = format!("rehearsal shell {host} -- env SECRET_FILE=/root/secret sh -s");
        let ran = twin.xtask(&shell).fed(&script);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    assert!(conf.contains("priority 90"));
    compare(&real.result(), &twin.result());
}
