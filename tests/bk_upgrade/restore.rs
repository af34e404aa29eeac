//! `bk-upgrade restore`: back to 6.1.

use super::sources::names;
use crate::support::rehearsal::{Bench, Snapshot, compare};

const MYSQL: &str = "/var/lib/standins/mysql/databases";
const MONGODB: &str = "/var/lib/standins/mongodb/databases";
const UNIT: &str = "/usr/lib/systemd/system/bk-paas-esb.service";
const RESTORE: &str = "bk-upgrade restore --mysql-host paas3 --mongodb-host paas2";

/// An upgrade that stopped in the middle of section 7.1: backups, packages and scripts of 6.2, old units gone, and the
/// databases, the scripts and one package as the modules of 6.2 have left them.
fn half_done() -> Bench {
    let bench = Bench::unpacked_and("bk-half-done", |bench| {
        bench.prepare("paas[1-3]");
        for step in [
            "mysql-backup-dir --host paas3",
            "mysql-backup-script --host paas3",
            "mysql-backup --host paas3 --src-dir /data/src.bak",
            "mongodb-backup-dir --host paas2",
            "mongodb-backup --host paas2 --src-dir /data/src.bak",
            "paas stop",
            "paas remove-units",
        ] {
            bench.ends(0, &format!("bk-upgrade {step}"));
        }
    });
    bench.write("paas3", &format!("{MYSQL}/cmdb"), V62);
    bench.write("paas3", &format!("{MYSQL}/bk_apigateway"), "CREATE TABLE `t` (`id` int);\n");
    bench.write("paas2", &format!("{MONGODB}/cmdb/cc_HostBase"), "changed\n");
    bench.write_shared("paas/open_paas/VERSION", "2.14.20\n");
    bench
}

/// A table of 6.2.
const V62: &str = "CREATE TABLE `v62` (`id` int);\n";

/// The packages and deploy scripts of the control machine, without the file that `bkcli sync common` makes of
/// install.config.
fn trees(bench: &Bench) -> Snapshot {
    let mut found = bench.result();
    let trees = ["bk-control/data/src/", "bk-control/data/install/"];
    found.retain(|path, _| trees.iter().any(|tree| path.starts_with(tree)));
    found.retain(|path, _| !path.ends_with("/bin/02-dynamic/hosts.env"));
    found
}

/// X4.69, X4.70, X4.71: trees, databases and unit files are those of 6.1 again, byte for byte. What cannot come back is said
/// before the question, and what it replaces is kept aside. A database of 6.2 stays, and is named.
#[test]
fn what_the_backups_hold_comes_back_and_the_rest_is_said() {
    let fresh = Bench::new();
    fresh.prepare("bk-control,paas[1-3]");
    let refused = fresh.ends(6, &format!("{RESTORE} mysql")).stderr;
    assert!(
        refused.contains("there is no proved dump of 6.1 of MySQL in /data/dbbak"),
        "{refused}"
    );
    let (old, cmdb) = (trees(&fresh), fresh.read("paas3", &format!("{MYSQL}/cmdb")));
    let bench = half_done();
    let before = bench.snapshot();
    let plan = bench.ends(0, &format!("{RESTORE} -n")).stderr;
    for words in [
        "MySQL: 4 databases become those of ",
        "MySQL: before that: dump the databases to /data/dbbak/before-restore.",
        "MongoDB: before that: dump MongoDB to /data/mongodb_bak/before-restore.",
        "MySQL: not in the dump, and stay: bk_apigateway",
        "the two dumps are of different moments",
        "does not come back: packages and virtual environments",
        "redis, elasticsearch, influxdb, zookeeper, consul, /data/bkce",
        "paas1: unit files of run ",
    ] {
        assert!(plan.contains(words), "{words}\n{plan}");
    }
    compare(&before, &bench.snapshot());
    let done = bench.ends(0, &format!("{RESTORE} --yes")).stderr;
    compare(&old, &trees(&bench));
    assert_eq!(bench.read("paas3", &format!("{MYSQL}/cmdb")), cmdb);
    assert!(bench.read("paas3", &format!("{MYSQL}/bk_apigateway")).is_some());
    let host = bench.read("paas2", &format!("{MONGODB}/cmdb/cc_HostBase")).expect("a collection");
    assert!(host.contains("bk_host_id"), "{host}");
    for host in ["paas1", "paas2", "paas3"] {
        assert!(bench.read(host, UNIT).is_some(), "{host}");
    }
    for words in [
        "paas1: not the packages of 6.1 below /data/bkce: open_paas 2.14.20, 6.1 has 2.13.7",
        "install these modules of 6.1 again, on the control machine: ./bkcli sync MODULE",
        "has stopped these services, start those of 6.1: systemctl enable --now bk-",
    ] {
        assert!(done.contains(words), "{words}\n{done}");
    }
    // What it has replaced is there.
    for tree in ["src.6.2-", "install.6.2-"] {
        let aside = names(&bench, "/data", tree);
        assert_eq!(aside.len(), 1, "{aside:?}");
        let version = bench.read("bk-control", &format!("/data/{}/VERSION", aside[0]));
        assert_eq!(version.as_deref(), Some("6.2.2\n"));
    }
    let kept = file(&bench, "paas3", "/data/dbbak", "before-restore.", ".sql");
    let text = bench.read("paas3", &kept).expect("a dump");
    assert!(text.contains(V62) && text.contains("`bk_apigateway`"), "{text}");
    file(&bench, "paas2", "/data/mongodb_bak", "before-restore.", "");
    // It is no dump of 6.1, for nobody. Once the package is back, nothing is left to install.
    bench.write_shared("paas/open_paas/VERSION", "2.13.7\n");
    let second = bench.ends(0, RESTORE).stderr;
    assert!(second.contains("nothing is stopped") && second.contains("--now bk-"), "{second}");
    assert!(!second.contains("install these modules"), "{second}");
    // Asked for later, only the new database goes.
    let line = format!("{RESTORE} mysql --drop-new --yes");
    let gone = bench.ends(0, &line).stderr;
    assert!(gone.contains("drop the databases bk_apigateway"), "{gone}");
    assert!(bench.read("paas3", &format!("{MYSQL}/bk_apigateway")).is_none());
}

/// A dump of the present databases that fails ends the run before a database is touched; the person can leave it out.
#[test]
fn without_a_dump_of_the_present_databases_nothing_is_loaded() {
    let bench = half_done();
    bench.order(
        "paas3",
        "mysqldump",
        "code=2\nmessage=mysqldump: Error 1194: Table 't' is marked as crashed\n",
    );
    let line = format!("{RESTORE} mysql --yes");
    let failed = bench.ends(1, &line).stderr;
    assert!(failed.contains("is marked as crashed"), "{failed}");
    assert_eq!(bench.read("paas3", &format!("{MYSQL}/cmdb")).as_deref(), Some(V62));
    let done = bench.ends(0, &format!("{line} --no-dump")).stderr;
    assert!(done.contains("no dump of the present databases is made before that"), "{done}");
    assert_ne!(bench.read("paas3", &format!("{MYSQL}/cmdb")).as_deref(), Some(V62));
}

/// The one file of a directory with this beginning and this end.
fn file(bench: &Bench, host: &str, dir: &str, head: &str, end: &str) -> String {
    let entries = std::fs::read_dir(bench.path(host, dir)).expect("a directory").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let found: Vec<String> =
        names.filter(|name| name.starts_with(head) && name.ends_with(end)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    format!("{dir}/{}", found[0])
}
