//! What `bk-upgrade all` refuses before anything is touched: nobody learns it in minute 70.

use super::all::ALL;
use super::topo;
use crate::support::rehearsal::{Bench, compare};
use crate::support::root;

const CONTROL: &str = "bk-control";
const CONFIG: &str = "/data/install/install.config";
const DYNAMIC: &str = "/data/install/bin/02-dynamic/hosts.env";

/// Makes one thing wrong in a file, and brings it back.
fn wrong(bench: &Bench, host: &str, path: &str, change: impl Fn(&str) -> String, says: &str) {
    let before = bench.read(host, path);
    bench.write(host, path, &change(before.as_deref().unwrap_or_default()));
    refused(bench, ALL, 6, says);
    match before {
        Some(before) => bench.write(host, path, &before),
        None => std::fs::remove_file(bench.path(host, path)).expect("it was written"),
    }
}

fn refused(bench: &Bench, line: &str, code: i32, says: &str) {
    let before = bench.result();
    let said = bench.ends(code, line).stderr;
    assert!(said.contains(says), "{says}\n{said}");
    assert!(!said.contains(": changed  "), "{said}");
    compare(&before, &bench.result());
}

/// X4.13, X4.23, X4.33, X4.42, X4.43, X4.61: all of it is known at the start.
#[test]
fn what_would_stop_a_late_stage_is_refused_at_the_start() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    for version in ["6.0.5", "6.2.0"] {
        let says = format!("/data/src/VERSION says {version}: the upgrade begins with 6.1");
        wrong(&bench, CONTROL, "/data/src/VERSION", |_| format!("{version}\n"), &says);
    }
    // The packages of 6.1 are still in place: this src.bak is another one, of 6.1 or not.
    for version in ["6.0.5", "6.1.2"] {
        let says = "/data/src.bak is there already (X4.13)";
        wrong(&bench, CONTROL, "/data/src.bak/VERSION", |_| format!("{version}\n"), says);
        std::fs::remove_dir(bench.path(CONTROL, "/data/src.bak")).expect("an empty directory");
    }
    let without = |line: &'static str| move |text: &str| text.replace(line, "");
    let says = "BK_MYSQL_IP is not set on the control machine";
    let lines = "BK_MYSQL_IP=(10.0.0.13)\nBK_MYSQL_IP_COMMA='10.0.0.13'\nBK_MYSQL_IP0=10.0.0.13\n";
    wrong(&bench, CONTROL, DYNAMIC, without(lines), says);
    wrong(&bench, CONTROL, CONFIG, without("usermgr,"), "install.config has no host for usermgr");
    wrong(&bench, CONTROL, CONFIG, without("log(api),"), "install.config has no host for log_api");
    let installed =
        std::fs::read_to_string(bench.shared("bkiam/bkiam/VERSION")).expect("a version");
    bench.write_shared("bkiam/bkiam/VERSION", "1.12.17\n");
    let says = "bkiam is already 1.12.17 on paas1: its data has to be migrated before (X4.43)";
    refused(&bench, ALL, 6, says);
    bench.write_shared("bkiam/bkiam/VERSION", &installed);
    let agreed = bench.path(CONTROL, "/data/install/.agreed");
    let aside = agreed.with_extension("aside");
    std::fs::rename(&agreed, &aside).expect("the agreement");
    refused(&bench, ALL, 6, "bk_install would ask for the agreement");
    std::fs::rename(&aside, &agreed).expect("the agreement");
    // Several at once, each with its own line.
    bench.write(CONTROL, "/data/install/.controller_ip", "10.0.0.99\n");
    bench.write(CONTROL, "/data/src/VERSION", "6.0.5\n");
    refused(&bench, ALL, 6, "it is not the control machine");
    bench.write(CONTROL, "/data/install/.controller_ip", "10.0.0.10\n");
    bench.write(CONTROL, "/data/src/VERSION", "6.1.2\n");
    // X4.3: a checksum that is none, or that of another package.
    refused(&bench, &format!("{ALL} --package-md5 nonsense"), 2, "is no md5 checksum");
    topo::edit(&bench, "state['levels'].insert(1, 'region')");
    refused(
        &bench,
        ALL,
        6,
        "a custom one (X4.61): level region; move what is yours, or --accept-custom REASON",
    );
    bench.ends(0, &format!("{ALL} --accept-custom ours-are-tests --until preflight"));
    topo::edit(&bench, "state['levels'].remove('region')");
    bench.ends(0, &format!("{ALL} --until preflight"));
}

/// X4.19, X4.20: the five new modules have a place before the first change.
#[test]
fn a_new_module_without_a_host_is_refused_at_the_start() {
    let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
    let lines = "auth = \"10.0.0.13\"\netcd = \"10.0.0.13\"\n";
    assert!(sample.contains(lines));
    let bench = Bench::new().with_inventory(&sample.replace(lines, ""));
    bench.prepare("bk-control,paas[1-3]");
    refused(&bench, ALL, 6, "no host has auth, etcd");
    refused(
        &bench,
        &format!("{ALL} --auth 10.0.0.13 --etcd 10.0.0.12,10.0.0.13"),
        6,
        "etcd cannot have 2 hosts",
    );
    bench.ends(0, &format!("{ALL} --auth 10.0.0.13 --etcd 10.0.0.13 --until preflight"));
}

/// X4.49: the yq of the package is looked at before the packages of 6.1 are moved.
#[test]
fn a_package_with_another_yq_is_refused_before_anything_is_moved() {
    let bench = Bench::made("bk-all-unpacked", |bench| {
        bench.ends(0, &format!("{ALL} --until unpack-package"));
    });
    bench.write(CONTROL, "/data/tmp/install/bin/yq", "#!/bin/sh\necho 'yq 3.1.0'\n");
    let line = format!("{ALL} --from backup-src-dir");
    refused(&bench, &line, 6, "/data/tmp/install/bin/yq is not yq version 4 of mikefarah (X4.49)");
    assert_eq!(bench.read(CONTROL, "/data/src/VERSION").as_deref(), Some("6.1.2\n"));
}

/// X4.43, X4.48, X4.52: the order of the document is shown with its warnings, and goes as far as it can.
#[test]
fn the_order_of_the_document_is_refused_where_it_cannot_be_finished() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let says =
        "the order of the document cannot be finished: iam-migrate comes after iam-upgrade (X4.43)";
    refused(&bench, &format!("{ALL} --doc-order"), 6, says);
    refused(&bench, &format!("{ALL} --doc-order -n"), 6, says);
    let job = "job-before-upgrade comes after job-upgrade (X4.52)";
    refused(&bench, &format!("{ALL} --doc-order --from usermgr"), 6, job);
    let map = bench.ends(0, "bk-upgrade all --doc-order --map").stdout;
    let place = |name: &str| map.find(&format!("\n  {name} ")).expect("a row");
    assert!(
        place("iam-upgrade") < place("iam-migrate") && place("gse-retire-v1") < place("gse-check")
    );
    assert!(!map.contains("topo-lock"), "{map}");
    let plan = bench.ends(6, &format!("{ALL} --doc-order --from topo-rebuild -n")).stderr;
    assert!(
        plan.contains("topo-rebuild: nothing protects the topology again afterwards"),
        "{plan}"
    );
    refused(
        &bench,
        &format!("{ALL} --doc-order --from topo-lock"),
        2,
        "the order of the document has no topo-lock",
    );
    refused(
        &bench,
        &format!("{ALL} --from sops --until nodeman"),
        2,
        "no stage is left: sops comes after nodeman",
    );
}
