//! Preparations on firstbox: WS-05, WS-08, WS-09.

use super::fresh;
use crate::support::rehearsal::{Bench, compare};

const VARIABLES: &str = "/pitrix/conf/variables/variables.yaml";
const SETTINGS: &str = "/pitrix/conf/settings";

fn without_floating_ip() -> Bench {
    let bench = fresh::bench();
    bench.write(
        "firstbox",
        VARIABLES,
        "# made up\ninstaller_version: \"4.10.0\"\nzone_id: zone-a # here\n",
    );
    bench
}

/// X0.18: from 4.3.0 on a key of variables.yaml; 4.10.0 is later than that.
#[test]
fn the_floating_ip_is_written_where_the_version_has_it() {
    let bench = without_floating_ip();
    let before = bench.read("firstbox", VARIABLES).unwrap();
    let step = "webservice set-floating-ip --ip 10.16.0.30";
    bench.keeps_its_word(step);
    let after = bench.read("firstbox", VARIABLES).unwrap();
    assert_eq!(after, format!("{before}webservice_floating_ip: 10.16.0.30\n"));
    bench.is_kept(step);
    let said = bench.ends(6, "webservice set-floating-ip --skip").stderr;
    assert!(said.contains("--skip, but the floating IP is set to 10.16.0.30"), "{said}");
}

/// X0.18, X0.31: before 4.3.0 a file of the zone, which must be one that a node is in.
#[test]
fn before_4_3_0_the_zone_has_a_file_of_its_own() {
    let bench = fresh::bench();
    for (zone, code) in [("zone-a", 0), ("zone-A", 6), ("", 2)] {
        let bench = Bench::new();
        let vars = format!("installer_version = \"4.2.9\"\nzone_id = \"{zone}\"");
        let flags = fresh::inventory(&bench, &vars);
        let step = format!("{flags} webservice set-floating-ip --ip 10.16.0.30");
        let said = bench.ends(code, &step).stderr;
        let path = bench.state.path().join("xtask/rehearsal");
        let name = format!("webservice_floating_ip.{zone}");
        let found = find(&path, &name);
        assert_eq!(found.as_deref(), (code == 0).then_some("10.16.0.30\n"), "{said}");
        match code {
            6 => assert!(said.contains("no node is in zone `zone-A`"), "{said}"),
            2 => assert!(said.contains("[vars] has no zone_id"), "{said}"),
            _ => drop(bench.ends(0, &step)),
        }
    }
    bench.ends(2, "webservice set-floating-ip");
}

/// The content of the only file of this name below a directory.
fn find(dir: &std::path::Path, name: &str) -> Option<String> {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if let Some(text) = find(&path, name) {
                return Some(text);
            }
        } else if path.file_name().is_some_and(|found| found == name) {
            return std::fs::read_to_string(path).ok();
        }
    }
    None
}

/// X0.6: the address must be nobody's, neither in a file nor on the wire.
#[test]
fn a_floating_ip_that_is_taken_is_refused() {
    let bench = without_floating_ip();
    let before = bench.result();
    for (ip, code, said) in [
        ("10.16.0.11", 6, "address 10.16.0.11 is in the settings of webservice1"),
        ("10.16.0.21", 6, "a host answers for 10.16.0.21 on eth0"),
        ("10.17.0.20", 2, "is not in the management network"),
        ("10.16.0", 2, "invalid value"),
    ] {
        let refused = bench.ends(code, &format!("webservice set-floating-ip --ip {ip}")).stderr;
        assert!(refused.contains(said), "{refused}");
    }
    compare(&before, &bench.result());
    let none = bench.ends(0, "webservice set-floating-ip --skip").stderr;
    assert!(none.contains("(X0.30)"), "{none}");
}

/// X0.6: a temporary address is nobody's, and the replaced address is remembered.
#[test]
fn a_temporary_address_is_reserved_once() {
    let bench = fresh::bench();
    let step = "webservice pick-temp-ip --node webservice0 --range 10.16.0.8/29";
    bench.keeps_its_word(step);
    let file = bench.read("firstbox", "/var/lib/xtask/webservice/webservice0").unwrap();
    assert_eq!(file, "temporary=10.16.0.9\noriginal=10.16.0.10\n");
    bench.is_kept(step);
    // Once the new VM has it, a machine answers for it: the reservation still holds.
    bench.write_shared("interfaces/webservice0", "eth0 device 10.16.0.9/24\n");
    let settings = bench.read("firstbox", &format!("{SETTINGS}/webservice0")).unwrap();
    bench.write(
        "firstbox",
        &format!("{SETTINGS}/webservice0"),
        &settings.replace("10.16.0.10", "10.16.0.9"),
    );
    bench.is_kept(step);
    bench.ends(0, "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12");
    let file = bench.read("firstbox", "/var/lib/xtask/webservice/webservice0").unwrap();
    assert_eq!(file, "temporary=10.16.0.12\noriginal=10.16.0.10\n");
    // X0.6: no machine answers for it yet, but it is taken.
    let taken = bench.ends(6, "webservice pick-temp-ip --node webservice1 --ip 10.16.0.12").stderr;
    assert!(taken.contains("address 10.16.0.12 is reserved for webservice0"), "{taken}");
}

#[test]
fn an_address_in_use_is_no_temporary_one() {
    let bench = fresh::bench();
    for (words, code, said) in [
        ("--ip 10.16.0.11", 6, "is in the settings of webservice1"),
        ("--ip 10.16.0.22", 6, "a host answers for 10.16.0.22"),
        ("--range 10.16.0.20/30", 6, "every address of the range is in use"),
        ("--range 10.0.0.0/8", 2, "is not a network of 2 to 254 hosts"),
        ("", 2, "--ip"),
    ] {
        let refused =
            bench.ends(code, &format!("webservice pick-temp-ip --node webservice0 {words}")).stderr;
        assert!(refused.contains(said), "{refused}");
    }
    assert!(bench.read("firstbox", "/var/lib/xtask/webservice/webservice0").is_none());
    bench.ends(2, "webservice pick-temp-ip --node webservice0/1 --ip 10.16.0.12");
}

fn mac(bench: &Bench) -> String {
    let text = bench.read("firstbox", &format!("{SETTINGS}/webservice0")).expect("settings");
    let line =
        text.lines().find(|line| line.starts_with("mgmt_network_mac_address=")).expect("a key");
    line.split('"').nth(1).expect("a value").to_owned()
}

/// X0.19: the script makes another address at every call, so it is called only when there is need.
#[test]
fn a_mac_address_is_made_once() {
    let bench = fresh::bench();
    let step = "webservice gen-mac --node webservice0";
    bench.is_kept(step);
    assert_eq!(bench.calls("firstbox", "gen_mac.py", ""), 0);
    let path = format!("{SETTINGS}/webservice0");
    let whole = bench.read("firstbox", &path).unwrap();
    bench.write("firstbox", &path, &whole.replace("52:54:9e:00:10:10", "52:54:9e:00:10:11"));
    bench.keeps_its_word(step);
    let made = mac(&bench);
    assert!(made.starts_with("52:54:9e:") && made != "52:54:9e:00:10:11", "{made}");
    bench.is_kept(step);
    assert_eq!(mac(&bench), made);
    bench.ends(0, &format!("{step} --anew"));
    assert_ne!(mac(&bench), made);
    let taken = bench.ends(6, &format!("{step} --mac 52:54:9e:00:10:11")).stderr;
    assert!(taken.contains("belongs to webservice1"), "{taken}");
}

#[test]
fn a_script_that_prints_no_mac_address_is_told() {
    let bench = fresh::bench();
    bench.write("firstbox", "/pitrix/bin/gen_mac.py", "#!/bin/sh\necho no address left\n");
    let failed = bench.ends(1, "webservice gen-mac --node webservice0 --anew").stderr;
    assert!(failed.contains("printed no MAC address: no address left"), "{failed}");
    bench.order("firstbox", "gen_mac.py", "code=3\n");
    let missing = bench.ends(6, "webservice gen-mac --node webservice7").stderr;
    assert!(missing.contains("no /pitrix/conf/settings/webservice7"), "{missing}");
}
