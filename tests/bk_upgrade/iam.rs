//! `bk-upgrade iam`, BK-36 to BK-39: what its case does not show.

use engine::ops::reader::hash;

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const URL: &str = "--url file:///usr/lib/standins/mirror/migrate_subject_system_group.py";
const SCRIPT: &str = "/data/migrate_subject_system_group.py";
const CALLS: &str = "migrate_subject_system_group.py";
const PASSWORD: &str = "made=up&mysql word";

const DATABASE: &str = "/var/lib/standins/mysql/databases/bkiam";

/// Hosts before the upgrade; the dump has its database.
fn bench() -> Bench {
    Bench::unpacked_and("bk-iam", |bench| {
        bench.prepare("bk-control,paas[1-3]");
        bench.write("paas3", DATABASE, "CREATE TABLE `t` (`id` int);\n");
    })
}

fn dumped() -> Bench {
    Bench::unpacked_and("bk-iam-dumped", |bench| {
        bench.prepare("bk-control,paas[1-3]");
        bench.write("paas3", DATABASE, "CREATE TABLE `t` (`id` int);\n");
        for step in ["mysql-backup-dir", "mysql-backup-script", "mysql-backup"] {
            bench.ends(0, &format!("bk-upgrade {step} --host paas3"));
        }
    })
}

fn iam(words: &str) -> String {
    format!("bk-upgrade iam {words} --mysql-host paas3 {URL} --wait-timeout 2")
}

fn migrated(bench: &Bench) -> Option<String> {
    std::fs::read_to_string(bench.shared("bkiam/group_system_auth_type")).ok()
}

/// X4.45: the script is the one of the checksum, and Python must be able to read it; else the old one stays.
#[test]
fn a_script_with_another_checksum_or_form_is_not_taken() {
    let bench = bench();
    let script = include_str!("../standins/migrate_subject_system_group.py");
    let sum = hash(script.as_bytes());
    let wrong = sum.replace(|c: char| c.is_ascii_digit(), "0");
    let refused = bench.ends(1, &iam(&format!("fetch-script --sha256 {wrong}")));
    assert!(refused.stderr.contains("has another checksum"), "{}", refused.stderr);
    let typed = bench.ends(2, &iam("fetch-script --sha256 abc"));
    assert!(typed.stderr.contains("is not a SHA-256: 64 hexadecimal digits"), "{}", typed.stderr);

    bench.write("bk-control", "/root/broken.py", "def migrate(:\n");
    let line = "bk-upgrade iam fetch-script --url file:///root/broken.py";
    let broken = bench.ends(1, line);
    assert!(broken.stderr.contains("SyntaxError"), "{}", broken.stderr);
    assert_eq!(bench.read("bk-control", SCRIPT), None);

    bench.ends(0, &iam(&format!("fetch-script --sha256 {sum}")));
    assert_eq!(bench.read("bk-control", SCRIPT).as_deref(), Some(script));
    // The checksum says it: nobody is asked.
    assert!(!bench.journals().concat().iter().any(|line| line["event"] == "ack"));
    bench.is_kept(&iam(&format!("fetch-script --sha256 {sum}")));
}

/// X4.45: without a checksum a person accepts this file, once. Another file is another question.
#[test]
fn a_script_without_a_checksum_is_accepted_once() {
    let bench = bench();
    let acks = || bench.journals().concat().iter().filter(|line| line["event"] == "ack").count();
    bench.ends(0, &iam("fetch-script"));
    bench.ends(0, &iam("fetch-script"));
    assert_eq!(acks(), 1);
    let text = bench.read("bk-control", SCRIPT).unwrap();
    bench.write("bk-control", "/root/other.py", &format!("{text}# another one\n"));
    bench.ends(0, "bk-upgrade iam fetch-script --url file:///root/other.py");
    assert_eq!(acks(), 2);
}

/// X4.45: PyMySQL is pinned with its hash, installed only when it is missing, or comes from a wheel.
#[test]
fn the_package_is_pinned_or_comes_from_a_wheel() {
    let bench = bench();
    bench.ends(0, &iam("fetch-script"));
    assert_eq!(bench.calls("bk-control", "pip3", "'--require-hashes'"), 1);
    bench.ends(0, &iam("fetch-script"));
    assert_eq!(bench.calls("bk-control", "pip3", ""), 1);

    let bench = self::bench();
    let wheel = "--offline /root/PyMySQL-1.0.2-py3-none-any.whl";
    let missing = bench.ends(1, &iam(&format!("fetch-script {wheel}")));
    assert!(
        missing.stderr.contains("no /root/PyMySQL-1.0.2-py3-none-any.whl"),
        "{}",
        missing.stderr
    );
    bench.write("bk-control", "/root/PyMySQL-1.0.2-py3-none-any.whl", "made-up\n");
    bench.ends(0, &iam(&format!("fetch-script {wheel}")));
    assert_eq!(bench.calls("bk-control", "pip3", "'--no-index'"), 1);
    let run = bench.last();
    bench.ends(0, &format!("undo {run} --yes"));
    assert_eq!(bench.read("bk-control", "/opt/py36/site-packages/pymysql.py"), None);
}

/// X4.43: without a proved dump nothing is migrated, and nothing replaces it.
#[test]
fn without_a_proved_dump_nothing_is_migrated() {
    let bench = bench();
    bench.ends(0, &iam("fetch-script"));
    let missing = bench.ends(6, &iam("migrate --yes"));
    assert!(
        missing.stderr.contains("no backup of the databases of BlueKing is there"),
        "{}",
        missing.stderr
    );
    assert!(missing.stderr.contains("cargo xtask bk-upgrade mysql-backup"), "{}", missing.stderr);
    for step in ["mysql-backup-dir", "mysql-backup-script", "mysql-backup"] {
        bench.ends(0, &format!("bk-upgrade {step} --host paas3"));
    }
    let dumps = std::fs::read_dir(bench.path("paas3", "/data/dbbak")).unwrap().flatten();
    let dump = dumps
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "sql"));
    let dump = dump.expect("a dump");
    let text = std::fs::read_to_string(&dump).unwrap();
    crate::support::write(&dump, &text.replace("bkiam", "bkixm"));
    let damaged = bench.ends(6, &iam("migrate --yes"));
    assert!(damaged.stderr.contains("its content differs"), "{}", damaged.stderr);
    assert_eq!((migrated(&bench), bench.calls("bk-control", CALLS, "")), (None, 0));
    crate::support::write(&dump, &text);
    bench.ends(0, &iam("migrate"));
    assert!(migrated(&bench).is_some());
}

/// X4.43: the upgrade is refused before the migration, unless that is said; the vendor's check decides.
#[test]
fn the_upgrade_is_refused_before_the_migration() {
    let bench = dumped();
    bench.ends(0, &iam("fetch-script"));
    let refused = bench.ends(6, &iam("upgrade"));
    assert!(
        refused.stderr.contains("the group data in bkiam is not migrated"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("cargo xtask bk-upgrade iam migrate"), "{}", refused.stderr);
    assert_eq!(bench.calls("bk-control", "bkcli", "'upgrade'"), 0);

    // A group that was changed after the migration.
    bench.ends(0, &iam("migrate"));
    bench.write_shared("bkiam/subject_groups", "2101 demo\n2103 bk_cmdb\n");
    let changed = bench.ends(6, &iam("upgrade"));
    assert!(
        changed.stderr.contains("group 2103 system_id bk_cmdb auth type not exists"),
        "{}",
        changed.stderr
    );
    // X4.46: both modes may be repeated.
    bench.ends(0, &iam("migrate"));
    bench.ends(0, &iam("upgrade"));
    let marks: Vec<String> = actions(&bench);
    assert_eq!(marks.iter().filter(|action| *action == "migrate").count(), 2);

    let bench = dumped();
    let done = bench.ends(0, &iam("upgrade --allow-before-migrate"));
    assert!(done.stderr.contains("--allow-before-migrate (X4.43)"), "{}", done.stderr);
    // And then it is too late: the new version writes to the tables.
    bench.ends(0, &iam("fetch-script"));
    let late = bench.ends(6, &iam("migrate"));
    assert!(late.stderr.contains("bkiam is already 1.12.17 on paas1"), "{}", late.stderr);
    assert_eq!(migrated(&bench), None);
}

/// All files below a directory: name and text.
fn walk(dir: &std::path::Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(walk(&path)),
            false => {
                let bytes = std::fs::read(&path).unwrap_or_default();
                found.push((
                    path.display().to_string(),
                    String::from_utf8_lossy(&bytes).into_owned(),
                ));
            }
        }
    }
    found
}

/// The actions of the vendor's script, in the order of the calls.
fn actions(bench: &Bench) -> Vec<String> {
    let log = bench.read("bk-control", &format!("/var/lib/standins/log/{CALLS}.log"));
    let word = |line: &str| {
        let words: Vec<&str> = line.split('\'').collect();
        words.iter().copied().find(|word| ["migrate", "check"].contains(word)).map(str::to_owned)
    };
    log.unwrap_or_default().lines().filter_map(word).collect()
}

/// X4.46: `--mode` runs one of them; the order is migrate, then check. A check alone changes nothing.
#[test]
fn each_mode_runs_what_it_says() {
    let bench = dumped();
    bench.ends(0, &iam("fetch-script"));
    let early = bench.ends(6, &iam("migrate --mode check"));
    assert!(early.stderr.contains("subject_system_group table not exists"), "{}", early.stderr);
    assert_eq!((actions(&bench), migrated(&bench)), (vec!["check".to_owned()], None));
    bench.ends(0, &iam("migrate --mode migrate"));
    assert_eq!(actions(&bench), ["check", "migrate"]);
    bench.ends(0, &iam("migrate --mode check"));
    bench.ends(0, &iam("migrate"));
    assert_eq!(actions(&bench), ["check", "migrate", "check", "check"]);
}

/// An error line is a failure, also with exit 0, and its run has no marker.
#[test]
fn an_error_line_of_the_script_fails_the_migration() {
    let bench = dumped();
    bench.ends(0, &iam("fetch-script"));
    bench.write_shared("bkiam/says", "ERROR:root:group 7 was skipped\n");
    let failed = bench.ends(1, &iam("migrate"));
    assert!(failed.stderr.contains("migrate: ERROR:root:group 7 was skipped"), "{}", failed.stderr);
    std::fs::remove_file(bench.shared("bkiam/says")).unwrap();
    let again = bench.ends(0, &format!("{} -n", iam("migrate")));
    assert!(again.stderr.contains("has not been migrated"), "{}", again.stderr);
    bench.ends(0, &iam("migrate"));
}

/// XX.1: the password is in no argument, no environment, no output and no record; a wrong one is an error of the database.
#[test]
fn the_password_goes_over_standard_input_only() {
    let bench = dumped();
    bench.ends(0, &iam("fetch-script"));
    let done = bench.ends(0, &iam("migrate -v"));
    let log = bench.read("bk-control", &format!("/var/lib/standins/log/{CALLS}.log")).unwrap();
    assert!(log.contains("environment: ") && log.contains("10.0.0.13"), "{log}");
    for text in [log, done.stdout, done.stderr] {
        assert!(!text.contains(PASSWORD) && !text.contains("made=up&mysql"), "{text}");
    }
    let records = walk(&bench.state.path().join("xtask/runs"));
    let holders: Vec<_> = records.iter().filter(|(_, text)| text.contains(PASSWORD)).collect();
    assert!(records.len() > 10 && holders.is_empty(), "{holders:?}");

    bench.write_shared("mysql/admin_password", "another one\n");
    let denied = bench.ends(6, &iam("migrate --mode check"));
    assert!(denied.stderr.contains("Access denied for user 'root'"), "{}", denied.stderr);
}
