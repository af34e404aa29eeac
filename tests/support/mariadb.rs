//! A real MariaDB on a socket of its own, and a host that has its clients.

use std::path::PathBuf;
use std::process::{Child, Stdio};

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use super::machines::is_root;
use super::{Outcome, Xtask, fleet, scratch, wait_until, write};

/// Where `tests/run` unpacks it.
const TOOLS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../tools/usr");
/// Gives the host directories of its own, then becomes the shell.
const ENTER: &str = "mount --bind \"$1/run\" /run && mount --bind \"$1/lib\" /var/lib || exit 1; PATH=$2/bin:$PATH; \
                     export PATH; shift 2; exec \"$@\"";
/// The user of the backup.
pub(crate) const PASSWORD: &str = "Zq7 kW2#x";

/// A server and its host `db`. Both end with this value.
pub(crate) struct MariaDb {
    dir: TempDir,
    server: Child,
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

impl MariaDb {
    /// With these options of the server: `--log-bin=bin`.
    pub(crate) fn start(options: &[&str]) -> Self {
        let dir = scratch();
        for part in ["run", "lib", "src", "bak", "tmp"] {
            std::fs::create_dir(dir.path().join(part)).expect("a directory");
        }
        let data = dir.path().join("data");
        ran("cp", &["-a", &template().display().to_string(), &data.display().to_string()]);
        let at = |name: &str| dir.path().join(name).display().to_string();
        let tools = std::fs::canonicalize(TOOLS).expect("tests/run --prepare unpacks MariaDB");
        let server = Xtask::program(&format!("{TOOLS}/sbin/mariadbd"))
            .args([
                "--no-defaults",
                "--user=root",
                "--skip-networking",
                "--innodb-buffer-pool-size=16M",
            ])
            .args([format!("--datadir={}", at("data")), format!("--socket={}", at("s"))])
            .arg(format!("--basedir={}", tools.display()))
            .arg(format!("--pid-file={}", at("pid")))
            .arg(format!("--tmpdir={}", at("tmp")))
            .arg(format!("--lc-messages-dir={TOOLS}/share/mysql"))
            .arg(format!("--character-sets-dir={TOOLS}/share/mysql/charsets"))
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.path().join("log")).expect("a file"))
            .spawn()
            .expect("mariadbd starts: tests/run --prepare unpacks it");
        let db = Self { dir, server };
        wait_until("mariadbd answers", || db.try_sql("SELECT 1").is_some());
        db.sql(&format!(
            "CREATE USER backup@localhost IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON *.* TO backup@localhost"
        ));
        let socket = db.path("s").display().to_string();
        let client = db.path("my.cnf");
        write(
            &client,
            &format!("[client]\nuser=backup\npassword=\"{PASSWORD}\"\nsocket={socket}\n"),
        );
        ran("chmod", &["600", &client.display().to_string()]);
        write(&db.path("src/VERSION"), "6.1.2\n");
        db.inventory();
        db
    }

    fn inventory(&self) {
        let user = if is_root() { "--mount" } else { "--map-root-user" };
        let start = ["unshare", "--mount", user, "--pid", "--fork", "--mount-proc", "--kill-child"];
        let here = self.dir.path().display().to_string();
        let tools = std::fs::canonicalize(TOOLS).expect("the tools").display().to_string();
        let way = [&start[..], &["sh", "-c", ENTER, "host", &here, &tools]].concat();
        let text = format!(
            "[ssh]\nidentity = false\n[hosts.db]\nsession = \"exec\"\nexec = {way:?}\n\
             [groups]\ncontrol = \"db\"\nmysql = \"db\"\n"
        );
        write(&self.path("hosts.toml"), &text);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs statements as root; gives the rows.
    pub(crate) fn sql(&self, text: &str) -> String {
        self.try_sql(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn try_sql(&self, text: &str) -> Option<String> {
        let socket = format!("--socket={}", self.path("s").display());
        let output = Xtask::program(&format!("{TOOLS}/bin/mariadb"))
            .args(["--no-defaults", &socket, "--user=root", "--batch", "--skip-column-names"])
            .arg(format!("--execute={text}"))
            .stdin(Stdio::null())
            .output()
            .expect("the client starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// `cargo xtask LINE` on the host, which must end with this code.
    pub(crate) fn ends(&self, code: i32, line: &str) -> Outcome {
        let inventory = self.path("hosts.toml").display().to_string();
        let words: Vec<&str> =
            ["-i", &inventory].into_iter().chain(line.split_whitespace()).collect();
        let outcome = Xtask::new(self.dir.path(), &words).run();
        assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    /// The names of the dumps, sorted.
    pub(crate) fn dumps(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.path("bak")).expect("a directory");
        let names =
            names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".sql")).collect();
        names.sort();
        names
    }
}

/// The data of a new server, made once for all tests: it takes seconds.
fn template() -> PathBuf {
    let dir = fleet().dir.join("mariadb");
    std::fs::create_dir_all(&dir).expect("a directory");
    let lock = std::fs::File::create(dir.join("lock")).expect("a lock file");
    flock(&lock, FlockOperation::LockExclusive).expect("a lock");
    let (data, part) = (dir.join("data"), dir.join("part"));
    if data.exists() {
        return data;
    }
    drop(std::fs::remove_dir_all(&part));
    let base = std::fs::canonicalize(TOOLS).expect("tests/run --prepare unpacks MariaDB");
    ran(
        &format!("{TOOLS}/bin/mariadb-install-db"),
        &[
            "--no-defaults",
            "--user=root",
            &format!("--basedir={}", base.display()),
            &format!("--datadir={}", part.display()),
            // A server that starts removes the temporary tables of all others in its directory.
            &format!("--tmpdir={}", dir.display()),
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
            "--innodb-log-file-size=4M",
        ],
    );
    std::fs::rename(part, &data).expect("a server that nobody runs");
    data
}

fn ran(program: &str, words: &[&str]) {
    let output =
        Xtask::program(program).args(words).stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}
