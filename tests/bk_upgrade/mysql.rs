//! The dump of MySQL, on a real MariaDB.

use crate::support::mariadb::{MariaDb, PASSWORD};

/// Databases of BlueKing, one that is ignored, and one whose name holds the word of it.
const DATA: &str = "CREATE DATABASE open_paas; CREATE DATABASE `my-test`; CREATE DATABASE test; \
    CREATE TABLE open_paas.t (a INT PRIMARY KEY, b TEXT) ENGINE=InnoDB; \
    INSERT INTO open_paas.t VALUES (1, 'CREATE DATABASE x'), (2, '-- Dump completed'); \
    CREATE TABLE `my-test`.m (a INT) ENGINE=MyISAM; INSERT INTO `my-test`.m VALUES (7); \
    CREATE PROCEDURE open_paas.p() SELECT 1";

fn filled() -> MariaDb {
    let db = MariaDb::start(&["--log-bin=bin"]);
    db.sql(DATA);
    db
}

impl MariaDb {
    fn line(&self, step: &str) -> String {
        let at = |name: &str| self.path(name).display().to_string();
        let src = if step == "mysql-backup" {
            format!(" --src-dir {}", at("src"))
        } else {
            String::new()
        };
        let (dir, login) = (at("bak"), at("my.cnf"));
        format!("bk-upgrade {step} --host db --dir {dir} --defaults-file {login}{src}")
    }

    /// The three steps of the document.
    fn back_up(&self) -> String {
        self.ends(0, &self.line("mysql-backup-dir"));
        self.ends(0, &self.line("mysql-backup-script"));
        let run = self.ends(0, &self.line("mysql-backup"));
        assert_eq!(run.stdout, "db: changed\n");
        let all = self.dumps();
        assert_eq!(all.len(), 1, "{all:?}");
        std::fs::read_to_string(self.path("bak").join(&all[0])).expect("a dump")
    }
}

/// X4.7, X4.8, X4.10: whole names decide; a second run keeps the dump, a forced one leaves it alone; no password is
/// anywhere but in its file. Then the dump is loaded again: what 6.2 has made stays, unless it is to go.
#[test]
fn a_real_dump_is_proved_kept_and_loaded_again() {
    let db = filled();
    let dump = db.back_up();
    assert!(dump.contains("\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ `my-test`"), "{dump}");
    assert!(!dump.contains("IF NOT EXISTS*/ `test`"), "{dump}");
    assert!(dump.contains("-- CHANGE MASTER TO MASTER_LOG_FILE='bin."), "{dump}");
    let kept = db.ends(0, &db.line("mysql-backup"));
    assert_eq!(kept.stdout, "db: kept\n");
    assert!(kept.stderr.contains("1 tables are not transactional"), "{}", kept.stderr);
    assert!(kept.stderr.contains("dump is sound"), "{}", kept.stderr);
    let again = db.ends(0, &format!("{} --force-new", db.line("mysql-backup")));
    assert_eq!(again.stdout, "db: changed\n");
    let all = db.dumps();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(std::fs::read_to_string(db.path("bak").join(&all[0])).expect("a dump"), dump);
    for part in ["xtask", "bak", "lib"] {
        assert!(!holds(&db.path(part), PASSWORD), "the password is below {part}");
    }

    db.sql("DROP TABLE open_paas.t; CREATE TABLE open_paas.v62 (a INT); CREATE DATABASE bk_new");
    let at = |name: &str| db.path(name).display().to_string();
    let restore = format!(
        "bk-upgrade restore mysql --mysql-host db --mysql-dir {} --defaults-file {} --yes",
        at("bak"),
        at("my.cnf")
    );
    let plan = db.ends(0, &format!("{restore} -n"));
    assert!(plan.stderr.contains("not in the dump, and stay: bk_new"), "{}", plan.stderr);
    assert_eq!(db.sql("SHOW TABLES FROM open_paas"), "v62\n");
    db.ends(0, &restore);
    assert_eq!(db.sql("SHOW TABLES FROM open_paas"), "t\n");
    assert_eq!(
        db.sql("SELECT b FROM open_paas.t ORDER BY a"),
        "CREATE DATABASE x\n-- Dump completed\n"
    );
    assert_eq!(db.sql("SELECT a FROM `my-test`.m"), "7\n");
    assert!(db.sql("SHOW DATABASES").contains("bk_new"));
    db.sql("INSERT INTO open_paas.t VALUES (3, 'later')");
    let second = db.ends(0, &restore);
    assert!(second.stderr.contains("nothing is stopped"), "{}", second.stderr);
    assert_eq!(db.sql("SELECT COUNT(*) FROM open_paas.t"), "3\n");
}

/// X4.69: `--drop-new` drops what the dump does not have, with names as MySQL allows them, and nothing that is ignored. The
/// databases as they were before are in a dump of their own.
#[test]
fn new_databases_go_only_when_asked() {
    let db = filled();
    db.back_up();
    db.sql("CREATE DATABASE `bk new-62`; CREATE TABLE `bk new-62`.n (a INT); CREATE TABLE open_paas.v62 (a INT)");
    let at = |name: &str| db.path(name).display().to_string();
    let restore = format!(
        "bk-upgrade restore mysql --mysql-host db --mysql-dir {} --defaults-file {} --install-path {} --yes",
        at("bak"),
        at("my.cnf"),
        at("none")
    );
    let plan = db.ends(0, &format!("{restore} --drop-new -n")).stderr;
    assert!(plan.contains("not in the dump, and are dropped for good: bk new-62"), "{plan}");
    assert!(db.sql("SHOW DATABASES").contains("bk new-62\n"));
    // Nobody is there to agree.
    let silent = restore.replace(" --yes", " --drop-new");
    let asked = db.ends(6, &silent).stderr;
    assert!(asked.contains("drop the databases bk new-62; irreversible"), "{asked}");
    assert!(db.sql("SHOW TABLES FROM open_paas").contains("v62"), "nothing was touched");
    db.ends(0, &format!("{restore} --drop-new"));
    assert_eq!(db.ends(0, &format!("{restore} --drop-new")).stdout, "db: kept\n");
    let left = db.sql("SHOW DATABASES");
    assert!(
        !left.contains("bk new") && left.contains("test\n") && left.contains("my-test\n"),
        "{left}"
    );
    assert_eq!(db.sql("SHOW TABLES FROM open_paas"), "t\n");
    let before = db.dumps().into_iter().find(|name| name.starts_with("before-restore."));
    let before = db.path("bak").join(before.expect("a dump of before"));
    let text = std::fs::read_to_string(before).expect("a dump");
    assert!(text.contains("CREATE TABLE `v62`") && text.contains("CREATE TABLE `n`"), "{text}");
    // The routine of the dump is there again, and the next backup is not the one of before.
    assert!(db.sql("SHOW PROCEDURE STATUS WHERE Db = 'open_paas'").contains("\tp\t"));
    assert_eq!(db.ends(0, &db.line("mysql-backup")).stdout, "db: kept\n");
}

/// X4.10: a dump that was cut short is no backup, also when its program ended with 0.
#[test]
fn a_dump_that_was_cut_short_is_no_proof() {
    let db = filled();
    let dump = db.back_up();
    let file = db.path("bak").join(&db.dumps()[0]);
    std::fs::write(&file, &dump[..dump.len() - 40]).expect("a shorter dump");
    let refused = db.ends(1, &db.line("mysql-backup"));
    assert!(refused.stderr.contains("does not end with `-- Dump completed`"), "{}", refused.stderr);
    let at = |name: &str| db.path(name).display().to_string();
    let restore = format!(
        "bk-upgrade restore mysql --mysql-host db --mysql-dir {} --defaults-file {} --yes",
        at("bak"),
        at("my.cnf")
    );
    db.sql("CREATE TABLE open_paas.v62 (a INT)");
    let refused = db.ends(6, &restore);
    assert!(
        refused.stderr.contains("the backup of the databases of BlueKing is"),
        "{}",
        refused.stderr
    );
    assert_eq!(db.sql("SHOW TABLES FROM open_paas"), "t\nv62\n");
}

/// X4.10: the schema of a dump is loaded into a server of its own, of which nothing stays; one that cannot be loaded fails.
#[test]
fn the_schema_of_a_dump_is_loaded_into_a_scratch_server() {
    let db = filled();
    db.back_up();
    let line = format!("{} --restore-proof", db.line("mysql-backup"));
    let plan = db.ends(0, &format!("{line} -n"));
    assert!(plan.stderr.contains("needed  load the schema of"), "{}", plan.stderr);
    assert_eq!(db.ends(0, &line).stdout, "db: changed\n");
    let names = || {
        let names = std::fs::read_dir(db.path("bak")).expect("a directory").flatten();
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let all = names();
    assert!(!all.iter().any(|name| name.starts_with(".restore-proof")), "{all:?}");
    let proof = all.iter().find(|name| name.ends_with(".proof")).expect("a proof");
    let proof = std::fs::read_to_string(db.path("bak").join(proof)).expect("a proof");
    assert!(proof.contains(": 2 databases of "), "{proof}");
    assert_eq!(db.ends(0, &line).stdout, "db: kept\n");
    // Whole, with each database once, and of no use.
    let file = db.path("bak").join(&db.dumps()[0]);
    let text = std::fs::read_to_string(&file).expect("a dump");
    std::fs::write(&file, text.replace("CREATE TABLE `m`", "CREATE TABEL `m`")).expect("a dump");
    let manifest = names().into_iter().find(|name| name.ends_with("manifest")).expect("one");
    std::fs::remove_file(db.path("bak").join(manifest)).expect("the manifest");
    db.ends(0, &db.line("mysql-backup"));
    let failed = db.ends(1, &line).stderr;
    assert!(failed.contains("ERROR 1064"), "{failed}");
    assert!(failed.contains("cannot be loaded"), "{failed}");
    assert!(!names().iter().any(|name| name.starts_with(".restore-proof")), "{:?}", names());
}

/// X4.8, X4.9: without a binary log, a login that works, or any database, nothing is made.
#[test]
fn what_cannot_be_dumped_is_refused_before_anything_runs() {
    let db = MariaDb::start(&[]);
    let refused = |line: &str, words: &str| {
        let said = db.ends(6, line).stderr;
        assert!(said.contains(words), "{said}");
    };
    let line = db.line("mysql-backup-dir");
    refused(&line, "the server has no binary log");
    let dir = db.path("bak").display().to_string();
    let path = format!("bk-upgrade mysql-backup-dir --host db --dir {dir}");
    refused(&path, "it is that of MariaDB. Use --defaults-file");
    db.sql("CREATE DATABASE open_paas");
    refused(&db.line("mysql-backup-script"), "the server has no binary log");
    let client = db.path("my.cnf");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&client, mode).expect("a mode");
    refused(&line, "others can read");
    assert_eq!(std::fs::read_dir(db.path("bak")).expect("a directory").count(), 0);
}

/// Whether a file below the directory holds the text.
fn holds(dir: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(dir).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    })
}
