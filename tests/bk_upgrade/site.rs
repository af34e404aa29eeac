//! The beginning and the end: `preflight`, BK-01, and `refresh-version`, BK-80.

use crate::support::rehearsal::Bench;

const VERSION: &str = "/data/src/VERSION";

/// X4.2, X4.70: the version, the machine, the paths and the window decide; the rest is said. Nothing is changed.
#[test]
fn a_site_is_ready_or_every_fault_is_told_at_once() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let before = bench.result();
    for version in ["6.0.5", "6.2.0"] {
        bench.write("bk-control", VERSION, &format!("{version}\n"));
        let refused = bench.ends(6, "bk-upgrade preflight").stderr;
        let said = format!("{VERSION} says {version}: the upgrade begins with 6.1");
        assert!(refused.contains(&said), "{refused}");
    }
    bench.write("bk-control", VERSION, "6.1.2\n");
    let ready = bench.ends(0, "bk-upgrade preflight");
    let ready = ready.stdout + &ready.stderr;
    assert!(ready.contains("not saved by the backups of this runbook: redis (paas1)"), "{ready}");
    assert!(ready.contains("ready for 6.2: 4 hosts"), "{ready}");
    bench.write("bk-control", "/data/install/.controller_ip", "10.0.0.99\n");
    let refused = bench.ends(6, "bk-upgrade preflight --window 22:00-23:00").stderr;
    for said in
        ["it is not the control machine", "the window has 60 minutes, and the upgrade needs 90"]
    {
        assert!(refused.contains(said), "{refused}");
    }
    bench.write("bk-control", "/data/install/.controller_ip", "10.0.0.10\n");
    let refused = bench.ends(6, "bk-upgrade preflight --src-dir /data/install/bin").stderr;
    assert!(refused.contains("there is no version in /data/install/bin/VERSION"), "{refused}");
    for wrong in ["--from 6.0", "--to 6.1", "--window 22-23"] {
        bench.ends(2, &format!("bk-upgrade preflight {wrong}"));
    }
    crate::support::rehearsal::compare(&before, &bench.result());
}

/// X4.37, X4.68: the last step compares every version with the table, and refuses the packages of another series.
#[test]
fn the_table_has_the_versions_of_the_packages() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    bench.write("bk-control", VERSION, "6.1.2\n");
    let failed = bench.ends(1, "bk-upgrade refresh-version").stderr;
    assert!(failed.contains("says 6.1.2, not 6.2: are these the new packages?"), "{failed}");
    bench.write("bk-control", VERSION, "6.2.0\n");
    bench.ends(0, "bk-upgrade refresh-version --module job");
    let table = "/var/lib/standins/mysql/production_info";
    let text = bench.read("bk-control", table).unwrap();
    assert!(text.contains("\tjob\tjob\t3.5.1\n") && text.contains("bksuite\t6.1.2\n"), "{text}");
    bench.is_kept("bk-upgrade refresh-version --module job");
    bench.ends(0, "bk-upgrade refresh-version");
    bench.is_kept("bk-upgrade refresh-version");
    bench.order("bk-control", "mysql", "code=1\nmessage=ERROR 1045 (28000): Access denied\n");
    let failed = bench.ends(1, "bk-upgrade refresh-version").stderr;
    assert!(failed.contains("ERROR 1045"), "{failed}");
    bench.ends(2, "bk-upgrade refresh-version --module ../x");
}
