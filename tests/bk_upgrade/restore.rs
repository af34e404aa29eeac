//! `bk-upgrade restore`: back to 6.1.

use crate::support::rehearsal::Bench;

const MYSQL: &str = "/var/lib/standins/mysql/databases";
const MONGODB: &str = "/var/lib/standins/mongodb/databases";
const UNIT: &str = "/usr/lib/systemd/system/bk-paas-esb.service";
const RESTORE: &str = "bk-upgrade restore --mysql-host paas3 --mongodb-host paas2";

/// X4.69, X4.70, X4.71: trees, databases and unit files are those of 6.1 again. What cannot come back is said before the
/// question. A database of 6.2 stays, and is named.
#[test]
fn what_the_backups_hold_comes_back_and_the_rest_is_said() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let refused = bench.ends(6, &format!("{RESTORE} mysql")).stderr;
    assert!(
        refused.contains("there is no proved dump of 6.1 of MySQL in /data/dbbak"),
        "{refused}"
    );
    for step in [
        "mysql-backup-dir --host paas3",
        "mysql-backup-script --host paas3",
        "mysql-backup --host paas3",
        "mongodb-backup-dir --host paas2",
        "mongodb-backup --host paas2",
        "fetch-package",
        "unpack-package",
        "backup-install-dir",
        "backup-src-dir",
        "replace-src",
        "replace-install",
        "paas stop",
        "paas remove-units",
    ] {
        bench.ends(0, &format!("bk-upgrade {step}"));
    }
    let before = bench.read("paas3", &format!("{MYSQL}/cmdb")).expect("a database");
    bench.write("paas3", &format!("{MYSQL}/cmdb"), "CREATE TABLE `v62` (`id` int);\n");
    bench.write("paas3", &format!("{MYSQL}/bk_apigateway"), "CREATE TABLE `t` (`id` int);\n");
    bench.write("paas2", &format!("{MONGODB}/cmdb/cc_HostBase"), "changed\n");
    assert!(bench.read("bk-control", "/data/src/VERSION").expect("a release").starts_with("6.2"));

    let plan = bench.ends(0, &format!("{RESTORE} -n")).stderr;
    for words in [
        "MySQL: 4 databases become those of ",
        "MySQL: not in the dump, and stay: bk_apigateway",
        "the two dumps are of different moments",
        "does not come back: packages and virtual environments",
        "redis, elasticsearch, influxdb, zookeeper, consul, /data/bkce",
        "paas1: unit files of run ",
    ] {
        assert!(plan.contains(words), "{words}\n{plan}");
    }
    bench.ends(0, RESTORE);
    assert_eq!(bench.read("bk-control", "/data/src/VERSION").as_deref(), Some("6.1.2\n"));
    assert_eq!(bench.read("paas3", &format!("{MYSQL}/cmdb")), Some(before));
    assert!(bench.read("paas3", &format!("{MYSQL}/bk_apigateway")).is_some());
    let host = bench.read("paas2", &format!("{MONGODB}/cmdb/cc_HostBase")).expect("a collection");
    assert!(host.contains("bk_host_id"), "{host}");
    for host in ["paas1", "paas2", "paas3"] {
        assert!(bench.read(host, UNIT).is_some(), "{host}");
    }
    let second = bench.ends(0, RESTORE);
    assert!(second.stderr.contains("nothing is stopped"), "{}", second.stderr);
    bench.is_kept(RESTORE);
}
