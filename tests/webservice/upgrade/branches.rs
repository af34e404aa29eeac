//! The branches of the document: installer version, zone, floating IP.

use super::{STEP, is_upgraded};
use crate::support::rehearsal::Bench;
use crate::support::root;
use crate::webservice::fresh;

/// The platform before the upgrade, with other variables.
fn bench(vars: &str) -> Bench {
    let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
    let own = "installer_version = \"4.10.0\"        # compared by number: 4.10 is later than 4.3\nzone_kind = \"global\"";
    assert!(sample.contains(own));
    let bench = Bench::new()
        .with_inventory(&sample.replace(own, vars))
        .with_env("ACCOUNT_DB_PASSWORD", "made-up-database-password");
    fresh::make(&bench);
    bench
}

/// X0.18, X0.9, X0.30: before 4.3.0, a sub zone, a floating IP that the nodes had not before; values in hosts.toml.
#[test]
fn an_old_platform_in_a_sub_zone_gets_a_floating_ip() {
    let bench = bench("installer_version = \"4.2.9\"\nzone_kind = \"sub\"\nzone_id = \"zone-a\"");
    bench.write_shared("interfaces/webservice1", "eth0 device 10.16.0.11/24\n");
    let step = "webservice upgrade --floating-ip 10.16.0.20 --range 10.16.0.128/26";
    let unknown = "webservice upgrade --floating-ip 10.16.0.11";
    let refused = bench.ends(6, unknown).stderr;
    assert!(refused.contains("address 10.16.0.11 is in the settings of webservice1"), "{refused}");
    bench.ends(0, step);
    is_upgraded(&bench);
    let vip = "/pitrix/conf/variables/webservice_floating_ip.zone-a";
    assert_eq!(bench.read("firstbox", vip).as_deref(), Some("10.16.0.20\n"));
    assert!(bench.calls("firstbox", "gen_node_list.sh", "") > 0);
    assert_eq!(bench.calls("firstbox", "gen_node_list.py", ""), 0);
    assert!(bench.calls("firstbox", "build_pkgs_allinone.sh", "") > 0);
    assert!(
        bench.calls("firstbox", "update.sh", "'pitrix-ks-api,pitrix-ks-cli,zone-webservice'") == 2
    );
    assert!(bench.read("firstbox", "/pitrix/conf/variables/keys/.console_secret_key").is_none());
    assert!(bench.read("webservice0", "/etc/keepalived/keepalived.conf").is_some());
    bench.is_kept(step);
}

/// X0.31: a zone that nobody is in.
#[test]
fn an_unknown_zone_is_told_before_anything_is_changed() {
    let bench =
        bench("installer_version = \"4.2.9\"\nzone_kind = \"global\"\nzone_id = \"zone-b\"");
    let told = bench.ends(6, STEP).stderr;
    assert!(told.contains("no node is in zone `zone-b`"), "{told}");
    assert_eq!(bench.intents().len(), 0);
}

/// X0.30: without a floating IP both places are left out.
#[test]
fn a_global_zone_without_a_floating_ip_has_no_keepalived() {
    let bench = bench("installer_version = \"4.3.0\"\nzone_kind = \"global\"");
    bench.write("firstbox", "/pitrix/conf/variables/variables.yaml", "zone_id: zone-a\n");
    bench.write_shared("interfaces/webservice1", "eth0 device 10.16.0.11/24\n");
    bench.ends(0, STEP);
    is_upgraded(&bench);
    assert!(bench.read("webservice0", "/etc/keepalived/keepalived.conf").is_none());
    assert!(bench.calls("firstbox", "gen_node_list.py", "") > 0);
    assert!(bench.calls("firstbox", "update.sh", "'global-webservice,global-website'") == 2);
    assert!(bench.read("firstbox", "/pitrix/conf/variables/keys/.console_secret_key").is_some());
    bench.is_kept(STEP);
}
