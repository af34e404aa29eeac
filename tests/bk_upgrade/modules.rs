//! The modules that `bkcli` and `bk_install` install, BK-33 to BK-60 and BK-81.

use std::time::{Duration, SystemTime};

use crate::support::rehearsal::{Bench, compare};

const UNITS: &str = "/usr/lib/systemd/system";
/// The layout of 6.2.
const LAYOUT: &str = "\
10.0.0.11 iam,usermgr,gse,redis,consul,apigw
10.0.0.12 nginx,appo,paas,iam_search_engine
10.0.0.13 cmdb,job,mysql,nodeman(nodeman),auth,redis_cluster,etcd
";

fn bench() -> Bench {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench.write("bk-control", "/data/install/install.config", LAYOUT);
    bench
}

/// The new install.config places paas on another host than the old services: they are found and removed there.
#[test]
fn old_services_are_removed_where_they_are() {
    let sample =
        std::fs::read_to_string(crate::support::root().join("hosts.toml")).expect("a file");
    let bench =
        Bench::new().with_inventory(&sample.replace("paas = \"paas[1-3]\"", "paas = \"paas2\""));
    bench.unpack();
    bench.write("bk-control", "/data/install/install.config", LAYOUT);
    let (esb, venv) = (format!("{UNITS}/bk-paas-esb.service"), "/data/bkce/.envs/open_paas-esb");
    let unit = bench.read("paas2", &esb).unwrap();
    bench.write("paas3", &esb, &unit);
    bench.write("paas3", &format!("{venv}/bin/activate"), "");

    let plan = bench.ends(0, "bk-upgrade paas stop -n");
    let named = "paas3 is no host of paas in install.config, but has bk-paas-esb.service (active), \
                 /data/bkce/.envs/open_paas-esb: its old services are removed there, too";
    assert!(plan.stderr.contains(named), "{}", plan.stderr);
    assert_eq!(plan.stdout, "paas1: kept\npaas2: needed\npaas3: needed\n");

    // Nothing new is installed beside them.
    let refused = bench.ends(6, "bk-upgrade paas update").stderr;
    assert!(refused.contains("paas3  bk-paas-esb.service (active), /data/bkce"), "{refused}");

    // A host that is left out keeps them, and `check` finds them.
    bench.ends(0, "bk-upgrade paas --exclude paas3");
    assert!(bench.read("paas3", &esb).is_some());
    let left = bench.ends(1, "bk-upgrade paas check").stderr;
    assert!(left.contains("old services of paas are left"), "{left}");
    assert!(left.contains("paas3  bk-paas-esb.service (active), /data/bkce"), "{left}");

    bench.ends(0, "bk-upgrade paas");
    assert_eq!(bench.read("paas3", &esb), None);
    assert!(!bench.path("paas3", venv).exists());
    bench.is_kept("bk-upgrade paas");
}

/// The new unit has the name of the old one: a second run does not stop it. X4.31, X4.47.
#[test]
fn a_new_unit_with_the_old_name_is_left_alone() {
    let bench = bench();
    bench.ends(0, "bk-upgrade usermgr");
    // The stand-in of bkcli reaches no systemctl of a host, so the new service starts here.
    bench.ends(0, "rehearsal shell paas1 -- systemctl enable --now bk-usermgr.service");
    let stopped = bench.calls("paas1", "systemctl", "'stop'");
    assert_eq!(stopped, 1);
    bench.is_kept("bk-upgrade usermgr");
    for stage in ["stop", "remove-units", "rm-venv", "saas", "update", "check"] {
        bench.is_kept(&format!("bk-upgrade usermgr {stage}"));
    }
    assert_eq!(bench.calls("paas1", "systemctl", "'stop'"), stopped);
    let now = bench.ends(0, "rehearsal shell paas1 -- systemctl is-active bk-usermgr.service");
    assert_eq!(now.stdout.trim(), "active");
    // The application comes first.
    let log = bench.read("bk-control", "/var/lib/standins/log/bkcli.log").unwrap();
    let calls: Vec<&str> = log.lines().filter(|line| line.contains("'install'")).collect();
    let wanted = ["bkcli 'install' 'saas-o' 'bk_user_manage'", "bkcli 'install' 'usermgr'"];
    assert_eq!(calls, wanted);
}

/// X4.36, XX.9: a tool that ends with 0 fails by an error line; a count of none is no error.
#[test]
fn an_error_line_fails_whatever_the_exit_code_is() {
    let bench = bench();
    bench.write_shared("bkauth/says-install", "ran 12 checks: 0 errors, failed=0\nok\n");
    bench.ends(0, "bk-upgrade bkauth");
    bench.write_shared(
        "nodeman/says-sync",
        "\u{1b}[31m[ERROR] rsync of bknodeman: host is down\u{1b}[0m\n",
    );
    let failed = bench.ends(1, "bk-upgrade nodeman").stderr;
    assert!(
        failed.contains("bkcli sync nodeman: [ERROR] rsync of bknodeman: host is down"),
        "{failed}"
    );
    assert_eq!(bench.calls("bk-control", "bkcli", "'install' 'nodeman'"), 0);
    bench.ends(0, "bk-upgrade nodeman");
}

/// X4.36: an installation that leaves a service down is not done.
#[test]
fn half_a_module_is_no_module() {
    let bench = bench();
    bench.write_shared("nodeman/half", "");
    let failed = bench.ends(1, "bk-upgrade nodeman --wait-timeout 1").stderr;
    assert!(failed.contains("10.0.0.13: bk-nodeman.service\tinactive"), "{failed}");
    assert!(failed.contains("install nodeman with bkcli"), "{failed}");
}

/// X4.19, X4.20, X4.33: a module that install.config does not place is refused before any host is touched.
#[test]
fn a_module_without_a_place_is_refused() {
    let bench = bench();
    bench.write("bk-control", "/data/install/install.config", "10.0.0.11 paas,apigw\n");
    let refused = bench.ends(6, "bk-upgrade apigw").stderr;
    assert!(refused.contains("/data/install/install.config has no host for etcd"), "{refused}");
    assert!(refused.contains("cargo xtask bk-upgrade install-config"), "{refused}");
    bench.ends(6, "bk-upgrade iam-search-engine");
    assert_eq!(bench.calls("bk-control", "bk_install", ""), 0);
}

/// X4.33: a module without hosts is an error before anything is touched.
#[test]
fn a_module_without_hosts_is_a_usage_error() {
    let bench = Bench::new().with_inventory(
        "[hosts.bk-control]\nsession = \"local\"\n[groups]\ncontrol = \"bk-control\"\n",
    );
    bench.prepare("bk-control");
    let before = bench.snapshot();
    let wrong = bench.ends(2, "bk-upgrade paas stop");
    assert!(wrong.stderr.contains("no group `paas`"), "{}", wrong.stderr);
    compare(&before, &bench.snapshot());
}

/// X4.41: "skip" is no success of a module that does not work; `--reset-steps` is the way on.
#[test]
fn skipped_steps_are_a_failure_and_can_be_reset() {
    let bench = bench();
    let steps =
        "install bkenv\nsync etcd\ninstall etcd\nsync apigw\ninstall apigw\ninstall apisix\n";
    bench.write("bk-control", "/data/install/.bk_install.step", steps);
    let failed = bench.ends(1, "bk-upgrade apigw").stderr;
    assert!(
        failed.contains("install etcd has been performed without FATAL stat...  skip"),
        "{failed}"
    );
    assert!(failed.contains("run this step with --reset-steps"), "{failed}");
    bench.ends(0, "bk-upgrade apigw --reset-steps");
    bench.is_kept("bk-upgrade apigw --reset-steps");
    assert_eq!(bench.read("bk-control", "/data/install/.bk_install.step").unwrap(), steps);

    bench.write("bk-control", "/data/install/.bk_install.step", "install saas-o bk_sops\n");
    let failed = bench.ends(1, "bk-upgrade sops").stderr;
    assert!(
        failed.contains("skipped the deployment of bk_sops: run this step with --reset-steps"),
        "{failed}"
    );
    bench.ends(0, "bk-upgrade sops --reset-steps");
    bench.is_kept("bk-upgrade sops");
}

/// X4.42: the agreement is a person's, and nothing waits for an answer.
#[test]
fn bk_install_is_not_asked_for_the_agreement() {
    let bench = bench();
    std::fs::remove_file(bench.path("bk-control", "/data/install/.agreed")).unwrap();
    for line in ["bk-upgrade apigw", "bk-upgrade itsm", "bk-upgrade apigw -n"] {
        let refused = bench.ends(6, line).stderr;
        assert!(refused.contains("bk_install would ask for the agreement"), "{refused}");
    }
    assert_eq!(bench.calls("bk-control", "bk_install", ""), 0);
    bench.write("bk-control", "/data/install/.agreed", "");
    bench.ends(0, "bk-upgrade itsm");
    assert_eq!(bench.calls("bk-control", "bk_install", "stdin:"), 0);
}

/// X4.44: the tool takes the newest file, so an old version that was copied later is refused.
#[test]
fn the_newest_version_must_be_the_newest_file() {
    let bench = bench();
    let old = "/data/src/official_saas/bk_sops_V3.9.20.tar.gz";
    bench.write("bk-control", old, "");
    let later = SystemTime::now() + Duration::from_secs(60);
    let set = |path: &str, time| {
        let file =
            std::fs::File::options().write(true).open(bench.path("bk-control", path)).unwrap();
        file.set_modified(time).unwrap();
    };
    set(old, later);
    let refused = bench.ends(6, "bk-upgrade sops").stderr;
    assert!(refused.contains("the newest file of bk_sops is bk_sops_V3.9.20.tar.gz"), "{refused}");
    assert!(refused.contains("touch /data/src/official_saas/bk_sops_V3.28.12.tar.gz"), "{refused}");
    set("/data/src/official_saas/bk_sops_V3.28.12.tar.gz", later + Duration::from_secs(60));
    let done = bench.ends(0, "bk-upgrade sops");
    assert!(done.stderr.contains("deploy bk_sops"), "{}", done.stderr);
    bench.is_kept("bk-upgrade sops");
}

/// X4.56: a first deployment that timed out is tried again, a bounded number of times; another error is final.
#[test]
fn only_a_time_out_is_tried_again() {
    let bench = bench();
    for stage in ["stop", "remove-units", "rm-venv"] {
        bench.ends(0, &format!("bk-upgrade usermgr {stage}"));
        bench.ends(0, &format!("bk-upgrade nodeman {stage}"));
    }
    let deploys = || bench.calls("bk-control", "bkcli", "'bk_user_manage'");
    bench.write_shared("saas/bk_user_manage.slow", "2\n");
    let failed = bench.ends(1, "bk-upgrade usermgr saas --retry-wait 0").stderr;
    assert!(failed.contains("timed out after 600s"), "{failed}");
    assert_eq!(deploys(), 2);
    bench.write_shared("saas/bk_user_manage.slow", "1\n");
    bench.ends(0, "bk-upgrade usermgr saas --retry-wait 0");
    assert_eq!(deploys(), 4);
    bench.is_kept("bk-upgrade usermgr saas");

    bench.order(
        "bk-control",
        "bkcli",
        "code=1\nmessage=[ERROR] Deploy saas bk_nodeman failed.\nonly=bk_nodeman\n",
    );
    bench.ends(1, "bk-upgrade nodeman saas --retry-wait 0");
    assert_eq!(bench.calls("bk-control", "bkcli", "'bk_nodeman'"), 1);
}

/// X4.54: the packages are loaded after the update of nodeman, once for each set of them.
#[test]
fn plugins_are_loaded_after_nodeman_and_when_they_differ() {
    let bench = bench();
    let refused = bench.ends(6, "bk-upgrade plugins").stderr;
    assert!(refused.contains("nodeman is not the new one yet"), "{refused}");
    bench.ends(0, "bk-upgrade nodeman");
    bench.ends(0, "bk-upgrade plugins");
    bench.is_kept("bk-upgrade plugins");
    bench.write("bk-control", "/data/src/gse_plugins/bkmonitorbeat-3.5.tgz", "made up\n");
    let again = bench.ends(0, "bk-upgrade plugins");
    assert_eq!(again.stdout, "bk-control: changed\n");
    assert_eq!(bench.calls("bk-control", "bkcli", "'initdata' 'nodeman'"), 2);
}

/// A cluster that does not serve all keys is none; no argument has the password.
#[test]
fn a_redis_cluster_serves_all_slots() {
    let bench = bench();
    bench.write_shared("redis_cluster/slots", "5461\n");
    let failed = bench.ends(1, "bk-upgrade redis-cluster --wait-timeout 1").stderr;
    assert!(failed.contains("slots that are served: 5461 of 16384"), "{failed}");
    bench.write_shared("redis_cluster/slots", "16384\n");
    bench.ends(0, "bk-upgrade redis-cluster");
    bench.is_kept("bk-upgrade redis-cluster");
    assert!(bench.calls("paas3", "redis-cli", "'-p' '6385'") > 0);
    assert_eq!(bench.calls("paas3", "redis-cli", "made=up"), 0);
    let unset = bench.read("bk-control", "/data/install/bin/04-final/gse.env").unwrap();
    bench.write(
        "bk-control",
        "/data/install/bin/04-final/gse.env",
        &unset.replace("BK_GSE_REDIS_PORT=6385\n", ""),
    );
    let refused = bench.ends(6, "bk-upgrade redis-cluster cluster").stderr;
    assert!(refused.contains("BK_GSE_REDIS_PORT is not set"), "{refused}");
}
