//! Packages and settings of the new VM: WS-19, WS-20, WS-23.

use super::fresh::{self, shared};
use crate::support::rehearsal::Bench;

const INSTALL: &str = "webservice install-node --node webservice0";
const DEPLOY: &str = "webservice deploy --node webservice0 --zone-kind global";
const NGINX: &str = "webservice nginx-conf --node webservice0";

/// The node after its launch.
fn launched() -> Bench {
    Bench::made("launched", |bench| {
        fresh::make(bench);
        bench.ends(0, "backup-settings --stamp 20260101");
        fresh::backed_up(bench);
        bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
        bench.ends(0, "relaunch-vm --node webservice0");
    })
}

/// A new launch has nothing: the mark is that of one launch.
#[test]
fn the_platform_is_installed_once_for_each_launch() {
    let bench = launched();
    bench.keeps_its_word(INSTALL);
    bench.is_kept(INSTALL);
    assert_eq!(bench.calls("firstbox", "install_nodes.sh", ""), 1);
    let mark = bench.path("firstbox", "/var/lib/xtask/launched/webservice0");
    let text = std::fs::read_to_string(&mark).unwrap();
    std::fs::remove_file(&mark).unwrap();
    let failed = bench.ends(1, INSTALL).stderr;
    assert!(failed.contains("webservice0 was not launched from here"), "{failed}");
    bench.ages();
    crate::support::write(&mark, &text);
    bench.ends(0, INSTALL);
    assert_eq!(bench.calls("firstbox", "install_nodes.sh", ""), 2);
}

/// X0.17: with the old host key firstbox cannot log in; the error comes before the script is run.
#[test]
fn a_node_that_firstbox_cannot_log_in_to_is_not_installed() {
    let bench = launched();
    bench.write("firstbox", "/var/lib/standins/ssh.refuse", "webservice0\n");
    let refused = bench.ends(6, INSTALL).stderr;
    assert!(
        refused.contains("(X0.17): cargo xtask webservice purge-known-hosts --node webservice0"),
        "{refused}"
    );
    assert_eq!(bench.calls("firstbox", "install_nodes.sh", ""), 0);
    bench.ends(2, "webservice install-node --node webservice0/1");
}

#[test]
fn an_installation_that_fails_is_done_again() {
    let bench = launched();
    bench.order(
        "firstbox",
        "install_nodes.sh",
        "code=4\nmessage=component disk failed\nonce=yes\n",
    );
    let failed = bench.ends(1, INSTALL).stderr;
    assert!(failed.contains("component disk failed"), "{failed}");
    bench.ends(0, INSTALL);
    bench.is_kept(INSTALL);
}

/// A name may stand for a list of packages; the versions are those of the repository.
#[test]
fn the_packages_of_the_zone_are_installed_once() {
    let bench = launched();
    bench.ends(0, INSTALL);
    bench.keeps_its_word(DEPLOY);
    bench.is_kept(DEPLOY);
    let installed = shared(&bench, "guests/webservice0/packages").unwrap();
    let names: Vec<&str> = installed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["pitrix-ks-api", "pitrix-webconsole", "pitrix-website"]);
    assert_eq!(bench.calls("firstbox", "update.sh", ""), 1);
    let repo = shared(&bench, "repo").unwrap();
    bench.write_shared("repo", &repo.replace("pitrix-ks-api 5.0.1", "pitrix-ks-api 5.0.2"));
    let plan = bench.ends(0, &format!("{DEPLOY} -n")).stderr;
    assert!(plan.contains("pitrix-ks-api: 5.0.1 -> 5.0.2"), "{plan}");
}

/// X0.9: a sub zone has other packages.
#[test]
fn a_sub_zone_gets_its_own_packages() {
    let bench = Bench::new();
    let flags = fresh::inventory(&bench, "installer_version = \"4.10.0\"\nzone_kind = \"sub\"");
    let plan = bench.ends(0, &format!("{flags} webservice deploy --node webservice0 -n")).stderr;
    assert!(
        plan.contains("install pitrix-ks-api,pitrix-ks-cli,zone-webservice on webservice0"),
        "{plan}"
    );
    assert!(plan.contains("zone-webservice: (none) -> 5.0.1"), "{plan}");
}

/// X0.9: one value for the whole environment; a flag that says something else is refused.
#[test]
fn the_kind_of_the_zone_is_decided_once() {
    let bench = Bench::new();
    let none = fresh::inventory(&bench, "installer_version = \"4.10.0\" # no zone_kind");
    let unknown = bench.ends(2, &format!("{none} webservice deploy --node webservice0")).stderr;
    assert!(unknown.contains("zone_kind = \"global\""), "{unknown}");
    let vars = "installer_version = \"4.10.0\"\nzone_kind = \"sub\"";
    let flags = fresh::inventory(&bench, vars);
    let other = bench.ends(2, &format!("{flags} {DEPLOY}")).stderr;
    assert!(other.contains("--zone-kind contradicts"), "{other}");
    assert!(bench.snapshot().is_empty());
}

/// A service that does not come up fails the step, although update.sh was content.
#[test]
fn services_that_do_not_run_after_the_deployment_fail_it() {
    let bench = launched();
    bench.ends(0, INSTALL);
    bench.ends(0, DEPLOY);
    bench.write_shared("guests/webservice0/supervisor/website", "FATAL\n");
    let failed = bench.ends(1, DEPLOY).stderr;
    assert!(failed.contains("website is FATAL"), "{failed}");
}

#[test]
fn an_update_that_fails_is_told() {
    let bench = launched();
    let failed = bench.ends(1, DEPLOY).stderr;
    assert!(failed.contains("[webservice0] is not installed"), "{failed}");
}

/// X0.24: tested first, restarted only on change; a broken file never gets to its place.
#[test]
fn the_nginx_configuration_is_tested_before_it_is_used() {
    let bench = fresh::bench();
    bench.keeps_its_word(NGINX);
    bench.is_kept(NGINX);
    let src = "/pitrix/build/packages/deb/pitrix-ks-webservice-base/pitrix/ks/webservice-base/conf/nginx/nginx.conf";
    bench.ends(0, "rehearsal shell webservice0 -- systemctl restart nginx");
    bench.ages();
    let whole = bench.read("firstbox", src).unwrap();
    bench.write("firstbox", src, &whole.replace("512", "1024"));
    bench.ends(0, NGINX);
    bench.is_kept(NGINX);
    assert_eq!(bench.calls("webservice0", "systemctl", "'restart'"), 2);
    let good = bench.read("webservice0", "/etc/nginx/nginx.conf");
    bench.write("firstbox", src, "worker_processes 2\nevents {}\n");
    let failed = bench.ends(1, NGINX).stderr;
    assert!(failed.contains("does not pass `nginx -t -q -c`"), "{failed}");
    assert_eq!(bench.read("webservice0", "/etc/nginx/nginx.conf"), good);
    assert_eq!(bench.calls("webservice0", "systemctl", "'restart'"), 2);
    std::fs::remove_file(bench.path("firstbox", src)).unwrap();
    let missing = bench.ends(6, NGINX).stderr;
    assert!(missing.contains("cargo xtask webservice build-pkgs"), "{missing}");
}
