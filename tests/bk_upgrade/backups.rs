//! The dumps of both databases on rehearsal hosts.

use crate::support::rehearsal::{Bench, compare};

const HOSTS_ENV: &str = "/data/install/bin/02-dynamic/hosts.env";
const MYSQL: &str = "/var/lib/standins/mysql";
const MONGODB: &str = "/var/lib/standins/mongodb";
/// The made-up password of the fixtures.
const SECRET: &str = "made\"up\\&mongo word";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[2-3]");
    bench
}

fn variable(bench: &Bench, name: &str, value: &str) {
    let whole = bench.read("bk-control", HOSTS_ENV).expect("a file");
    let others =
        whole.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n"));
    bench.write(
        "bk-control",
        HOSTS_ENV,
        &format!("{}{name}={value}\n", others.collect::<String>()),
    );
}

/// X4.5, X4.6: an empty variable is refused, and nothing is made on the control machine. Of an array the first one counts,
/// and the others are named.
#[test]
fn the_host_of_a_database_is_the_first_of_its_variable_and_never_empty() {
    let bench = bench();
    let (before, whole) = (bench.result(), bench.read("bk-control", HOSTS_ENV).expect("a file"));
    for (name, steps) in [
        ("BK_MYSQL_IP", &["mysql-backup-dir", "mysql-backup-script", "mysql-backup"][..]),
        ("BK_MONGODB_IP", &["mongodb-backup-dir", "mongodb-backup"]),
    ] {
        variable(&bench, name, "");
        for step in steps {
            let refused = bench.ends(6, &format!("bk-upgrade {step}")).stderr;
            assert!(refused.contains(&format!("{name} is")), "{refused}");
        }
    }
    bench.write("bk-control", HOSTS_ENV, &whole);
    compare(&before, &bench.result());
    variable(&bench, "BK_MYSQL_IP", "(10.0.0.13 10.0.0.12)");
    let made = bench.ends(0, "bk-upgrade mysql-backup-dir");
    assert_eq!(made.stdout, "paas3: changed\n");
    assert!(made.stderr.contains("10.0.0.12"), "{}", made.stderr);
    variable(&bench, "BK_MYSQL_IP", "(10.9.9.9)");
    let refused = bench.ends(6, "bk-upgrade mysql-backup-dir").stderr;
    assert!(refused.contains("no host of the group `mysql` has the address 10.9.9.9"), "{refused}");
}

/// X4.10: a dump that ends early is thrown away, also when its program ends with 0. One of half the size is asked about.
#[test]
fn a_cut_or_shrunken_dump_is_no_backup() {
    let bench = bench();
    let line = "bk-upgrade mysql-backup --host paas3";
    let refused = bench.ends(6, line).stderr;
    assert!(refused.contains("dbbackup_mysql.sh is missing"), "{refused}");
    bench.ends(0, "bk-upgrade mysql-backup-dir --host paas3");
    bench.ends(0, "bk-upgrade mysql-backup-script --host paas3");
    bench.write("paas3", &format!("{MYSQL}/cut"), "12\n");
    let failed = bench.ends(1, line).stderr;
    assert!(failed.contains("was cut short"), "{failed}");
    assert_eq!(dumps(&bench), 0);
    std::fs::remove_file(bench.path("paas3", &format!("{MYSQL}/cut"))).expect("a file");
    let table = "INSERT INTO `t` VALUES (1);\n".repeat(200);
    bench.write("paas3", &format!("{MYSQL}/databases/cmdb"), &table);
    bench.ends(0, line);
    bench.write("paas3", &format!("{MYSQL}/databases/cmdb"), "CREATE TABLE `t` (`id` int);\n");
    let refused = bench.ends(6, &format!("{line} --force-new")).stderr;
    assert!(refused.contains("has less than half the size of the one before"), "{refused}");
    assert_eq!(dumps(&bench), 2);
    // It is not sealed, and the next run finds it again.
    bench.ends(0, &format!("{line} --accept-smaller"));
    assert_eq!(dumps(&bench), 2);
}

fn dumps(bench: &Bench) -> usize {
    let names = std::fs::read_dir(bench.path("paas3", "/data/dbbak")).expect("a directory");
    names.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "sql")).count()
}

/// X4.11, XX.1: a single server, a user without the role and a wrong password are refused before anything is made. A
/// damaged archive is thrown away. The password is in no argument, output, record or other file.
#[test]
fn mongodb_is_dumped_whole_or_not_at_all_and_its_password_is_nowhere() {
    let bench = bench();
    let refused = |what: &str, file: &str, wrong: &str, line: &str, code: i32, words: &str| {
        let path = format!("{MONGODB}/{file}");
        let good = bench.read("paas2", &path).unwrap_or_default();
        bench.write("paas2", &path, wrong);
        let said = bench.ends(code, line).stderr;
        assert!(said.contains(words), "{what}: {said}");
        bench.write("paas2", &path, &good);
    };
    let dir = "bk-upgrade mongodb-backup-dir --host paas2";
    refused("single", "set", "", dir, 6, "no member of a replica set");
    refused("role", "roles", "read\n", dir, 6, "has not the role backup");
    refused("password", "password", "another\n", dir, 1, "Authentication failed");
    assert!(!bench.path("paas2", "/data/mongodb_bak").exists());
    bench.ends(0, dir);
    let line = "bk-upgrade mongodb-backup --host paas2";
    bench.write("paas2", &format!("{MONGODB}/cut"), "cmdb/cc_HostBase.bson.gz");
    let failed = bench.ends(1, line).stderr;
    assert!(failed.contains("cc_HostBase.bson.gz"), "{failed}");
    assert_eq!(std::fs::read_dir(bench.path("paas2", "/data/mongodb_bak")).expect("it").count(), 0);
    bench.write("paas2", &format!("{MONGODB}/cut"), "oplog.bson.gz");
    bench.ends(1, line);
    std::fs::remove_file(bench.path("paas2", &format!("{MONGODB}/cut"))).expect("a file");
    bench.ends(0, line);
    bench.assert_only_in(SECRET, &["password", "mongodb.env"]);
}
