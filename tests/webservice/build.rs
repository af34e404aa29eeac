//! Files that firstbox builds again: WS-13, WS-14.

use super::fresh;
use crate::support::rehearsal::Bench;

const LIST: &str = "webservice gen-node-list --node-list /pitrix/conf/node_list";
const BUILD: &str = "webservice build-pkgs";
const SETTINGS: &str = "/pitrix/conf/settings/webservice0";
const PACKAGE: &str = "/pitrix/build/packages/deb/pitrix-ks-webservice-base";

#[test]
fn the_list_of_nodes_is_made_once_for_the_settings() {
    let bench = fresh::bench();
    bench.keeps_its_word(LIST);
    bench.is_kept(LIST);
    bench.edit("firstbox", SETTINGS, "10.16.0.10", "10.16.0.12");
    bench.ends(0, LIST);
    bench.is_kept(LIST);
    let list = bench.read("firstbox", "/pitrix/conf/node_list").unwrap();
    assert_eq!(list, "10.16.0.12 webservice0\n10.16.0.11 webservice1\n");
    assert_eq!(bench.calls("firstbox", "gen_node_list.py", ""), 2);
    // The mark alone does not count: the list must hold the nodes.
    bench.write("firstbox", "/pitrix/conf/node_list", "10.16.0.11 webservice1\n");
    let plan = bench.ends(0, &format!("{LIST} -n")).stderr;
    assert!(plan.contains("lacks webservice0 with 10.16.0.12"), "{plan}");
}

/// X0.18: 4.10.0 is later than 4.3.0; all steps take the same branch.
#[test]
fn the_version_decides_which_scripts_are_run() {
    for (version, ending) in [("4.2.9", "sh"), ("4.3.0", "py"), ("4.10.0", "py")] {
        let bench = Bench::new();
        let vars = format!("installer_version = \"{version}\"\nzone_id = \"zone-a\"");
        let flags = fresh::inventory(&bench, &vars);
        let list = bench.ends(0, &format!("{flags} webservice gen-node-list -n")).stderr;
        assert!(list.contains(&format!("with /pitrix/bin/gen_node_list.{ending}")), "{list}");
        let build = bench.ends(0, &format!("{flags} {BUILD} -n")).stderr;
        assert!(
            build.contains(&format!("with /pitrix/build/build_pkgs_allinone.{ending}")),
            "{build}"
        );
    }
    let bench = Bench::new();
    std::mem::drop(
        bench.ends(
            2,
            &format!("{} {BUILD}", fresh::inventory(&bench, "installer_version = \"4.3\"")),
        ),
    );
}

/// X0.23: list and packages carry the temporary address to the whole platform.
#[test]
fn a_temporary_address_is_warned_of_while_it_is_open() {
    let bench = fresh::bench();
    assert!(!bench.ends(0, &format!("{LIST} -n")).stderr.contains("X0.23"));
    bench.ends(0, "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12");
    for step in [LIST, BUILD] {
        let plan = bench.ends(0, &format!("{step} -n")).stderr;
        assert!(plan.contains("do not update packages of other nodes (X0.23)"), "{plan}");
        assert!(plan.contains("until `webservice restore-mgmt-ip` restores 10.16.0.10"), "{plan}");
    }
}

#[test]
fn the_packages_are_built_once_for_settings_and_variables() {
    let bench = fresh::bench();
    let failed = bench.ends(1, BUILD).stderr;
    assert!(failed.contains("run gen_node_list first"), "{failed}");
    bench.ends(0, LIST);
    bench.keeps_its_word(BUILD);
    bench.is_kept(BUILD);
    bench.edit("firstbox", "/pitrix/conf/variables/variables.yaml", "10.16.0.20", "10.16.0.30");
    bench.ends(0, BUILD);
    bench.is_kept(BUILD);
    assert_eq!(bench.calls("firstbox", "build_pkgs_allinone.py", ""), 3);
}

/// X0.30: with a floating IP a build without a node's keepalived.conf is none.
#[test]
fn a_build_that_lacks_files_has_failed() {
    let bench = fresh::bench();
    bench.ends(0, LIST);
    let conf = format!("{PACKAGE}/etc/keepalived/keepalived.conf.webservice.webservice1");
    std::fs::remove_file(bench.path("firstbox", &conf)).unwrap();
    let failed = bench.ends(1, BUILD).stderr;
    assert!(failed.contains(&format!("no {conf}")), "{failed}");
    bench.edit(
        "firstbox",
        "/pitrix/conf/variables/variables.yaml",
        "webservice_floating_ip",
        "other",
    );
    bench.ends(0, BUILD);
    bench.is_kept(BUILD);
}

#[test]
fn a_script_that_fails_is_run_again() {
    let bench = fresh::bench();
    bench.order(
        "firstbox",
        "gen_node_list.py",
        "code=2\nmessage=cannot read the settings\nonce=yes\n",
    );
    let failed = bench.ends(1, LIST).stderr;
    assert!(failed.contains("cannot read the settings"), "{failed}");
    bench.ends(0, LIST);
    bench.is_kept(LIST);
}
