//! BK-13 to BK-16: the archives of the products, what comes back from the old packages, the layout.

use std::os::unix::fs::PermissionsExt as _;

use super::sources::{CONTROL, after, names, remove};
use crate::support::rehearsal::{Bench, compare};
use crate::support::{Xtask, write};

/// X4.17: each archive has its own exit code; the next run does the failed one only.
#[test]
fn one_bad_archive_stops_no_other() {
    let bench = after("replace-src");
    let good = bench.path(CONTROL, "/data/src/cmdb_ce-3.12.5.tgz");
    let bytes = std::fs::read(&good).expect("an archive");
    std::fs::write(&good, &bytes[..bytes.len() / 2]).expect("half an archive");
    let failed = bench.ends(1, "bk-upgrade unpack-products").stderr;
    assert!(failed.contains("/data/src/cmdb_ce-3.12.5.tgz: exit 2"), "{failed}");
    assert_eq!(bench.read(CONTROL, "/data/src/open_paas/VERSION").as_deref(), Some("2.14.20\n"));
    assert_eq!(bench.read(CONTROL, "/data/src/bkauth/VERSION").as_deref(), Some("1.0.8\n"));
    std::fs::write(&good, &bytes).expect("the archive");
    let plan = bench.ends(0, "bk-upgrade unpack-products -n").stderr;
    assert!(plan.contains("cmdb_ce-3.12.5.tgz") && !plan.contains("bkauth"), "{plan}");
    bench.write(CONTROL, "/data/src/bkauth/VERSION", "not touched again\n");
    bench.ends(0, "bk-upgrade unpack-products -j 1");
    assert_eq!(bench.read(CONTROL, "/data/src/cmdb/VERSION").as_deref(), Some("3.12.5\n"));
    assert_eq!(
        bench.read(CONTROL, "/data/src/bkauth/VERSION").as_deref(),
        Some("not touched again\n")
    );
    bench.is_kept("bk-upgrade unpack-products");
    // What is gone comes back from its archive.
    remove(&bench, "/data/src/cmdb");
    bench.ends(0, "bk-upgrade unpack-products");
    assert!(bench.path(CONTROL, "/data/src/cmdb/VERSION").exists());
}

/// A `tar` that waits until three of it run: one after the other, they would all give up.
const TOGETHER: &str = "#!/bin/sh
mkdir -p /var/lib/standins/tar
: >/var/lib/standins/tar/$$
for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ $(ls /var/lib/standins/tar | wc -l) -lt 3 ] || exec /usr/bin/tar \"$@\"
  sleep 0.5
done
exit 99
";

/// All archives are unpacked at once, as many as `--jobs` says.
#[test]
fn archives_are_unpacked_together() {
    let bench = after("replace-src");
    bench.write(CONTROL, "/usr/local/bin/tar", TOGETHER);
    let tar = bench.path(CONTROL, "/usr/local/bin/tar");
    std::fs::set_permissions(tar, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    bench.ends(0, "bk-upgrade unpack-products -j 3");
    for product in ["bkauth", "cmdb", "open_paas"] {
        assert!(bench.path(CONTROL, &format!("/data/src/{product}/VERSION")).exists(), "{product}");
    }
}

/// X4.17: no archive at all is no success.
#[test]
fn packages_without_an_archive_are_refused() {
    let bench = after("replace-src");
    for name in names(&bench, "/data/src", "").iter().filter(|name| name.ends_with("gz")) {
        remove(&bench, &format!("/data/src/{name}"));
    }
    let refused = bench.ends(6, "bk-upgrade unpack-products").stderr;
    assert!(refused.contains("no archive in /data/src"), "{refused}");
}

/// X4.18: certificates of the package are shown, never mixed with those of the site, and stay aside.
#[test]
fn certificates_are_not_mixed() {
    let bench = after("replace-src");
    bench.write(CONTROL, "/data/src/cert/gse_agent.crt", "of the package\n");
    bench.write(CONTROL, "/data/src/cert/other.crt", "of the package\n");
    let done = bench.ends(0, "bk-upgrade restore-cert").stderr;
    assert!(done.contains("differs from /data/src.bak/cert (X4.18)"), "{done}");
    assert!(done.contains("gse_agent.crt") && done.contains("passwd.txt"), "{done}");
    assert_eq!(
        names(&bench, "/data/src/cert", ""),
        ["gse_agent.crt", "gse_agent.key", "passwd.txt"]
    );
    let aside = names(&bench, "/data/src", "cert.package-");
    assert_eq!(
        names(&bench, &format!("/data/src/{}", aside[0]), ""),
        ["gse_agent.crt", "other.crt"]
    );
    // No byte of a key or password is in the output or the record.
    let record =
        bench.journals().iter().flatten().fold(String::new(), |all, line| all + &line.to_string());
    for word in ["made-up private key", "made-up-cert-word"] {
        assert!(!record.contains(word) && !done.contains(word), "{word}");
    }
    // Later certificates belong to later steps.
    bench.write(CONTROL, "/data/src/cert/late.crt", "made by bkcli\n");
    bench.write(CONTROL, "/data/src/cert/passwd.txt", "renewed\n");
    bench.is_kept("bk-upgrade restore-cert");
    assert_eq!(bench.read(CONTROL, "/data/src/cert/passwd.txt").as_deref(), Some("renewed\n"));
}

/// A key keeps its mode, and a link its target.
#[test]
fn modes_of_keys_are_kept() {
    let bench = after("replace-src");
    let key = bench.path(CONTROL, "/data/src.bak/cert/gse_agent.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    std::os::unix::fs::symlink("gse_agent.crt", key.with_file_name("link.crt")).expect("a link");
    bench.ends(0, "bk-upgrade restore-cert");
    let copy = bench.path(CONTROL, "/data/src/cert/gse_agent.key");
    assert_eq!(std::fs::metadata(&copy).expect("a key").permissions().mode() & 0o777, 0o600);
    let link = std::fs::read_link(copy.with_file_name("link.crt")).expect("a link");
    assert_eq!(link.to_str(), Some("gse_agent.crt"));
}

/// X4.19, X4.20: the example is only printed; hosts are known and reached; all five have a place.
#[test]
fn modules_are_placed_on_known_hosts_that_answer() {
    let bench = Bench::new();
    let example = bench.ends(0, "bk-upgrade install-config --print-example");
    assert!(example.stdout.starts_with("10.0.0.1 iam,ssm,usermgr"), "{}", example.stdout);
    assert!(!bench.path(CONTROL, "/data").exists(), "no host was made");
    bench.prepare("bk-control,paas[1-3]");
    let before = bench.result();
    let line = "bk-upgrade install-config --single --place";
    let strange = bench.ends(2, &format!("{line} auth=10.0.0.99")).stderr;
    assert!(strange.contains("10.0.0.99 is no known host: auth"), "{strange}");
    bench.ends(2, &format!("{line} paas=10.0.0.11"));
    bench.ends(2, &format!("{line} etcd=10.0.0.11,10.0.0.12"));
    let heal = bench.cut_off("paas1");
    bench.ends(4, &format!("{line} auth=10.0.0.11"));
    heal();
    compare(&before, &bench.result());
    // A host of the inventory that the file does not have gets a line of its own.
    bench.ends(0, &format!("{line} etcd=10.16.0.10"));
    let file = bench.read(CONTROL, "/data/install/install.config").expect("the file");
    assert!(file.ends_with("10.16.0.10 etcd\n") && file.starts_with("# Module layout"), "{file}");
}

/// `[import]` of the inventory sees the result at once.
#[test]
fn the_inventory_sees_the_new_modules_at_once() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let config = bench.path(CONTROL, "/data/install/install.config");
    let inventory = bench.state.path().join("import.toml");
    write(&inventory, &format!("[import]\ninstall_config = \"{}\"\n", config.display()));
    let auth = || {
        let words = ["-i", inventory.to_str().expect("plain"), "hosts", "list", "--only", "@auth"];
        Xtask::new(bench.state.path(), &words).run()
    };
    assert_eq!(auth().code, 2);
    bench.ends(0, "bk-upgrade install-config");
    assert!(auth().stdout.contains("10.0.0.13"), "{}{}", auth().stdout, auth().stderr);
}
