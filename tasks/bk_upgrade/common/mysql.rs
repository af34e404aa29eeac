//! MySQL, as the steps of its backup see it: host, credentials, and the databases that count.

use engine::prelude::*;
use engine::text::snippet::Function;

use super::dumps;

const DUMP: Snippet = snippet!("bk-upgrade/mysql_backup");
const NAMES: Snippet = snippet!("bk-upgrade/mysql_names");
const READY: Snippet = snippet!("bk-upgrade/mysql_ready");
const ROOM: Snippet = snippet!("bk-upgrade/mysql_room");
const SCRIPT: Snippet = snippet!("bk-upgrade/mysql_backup_script");
/// The databases that the document does not dump.
const IGNORED: &str = "information_schema,mysql,test,db_infobase,performance_schema,sys";
/// The first lines of the script; what follows is the shell of its snippet.
const HEAD: &str = "\
#!/bin/sh
# Written by: cargo xtask bk-upgrade mysql-backup-script
# dbbackup_mysql.sh [NAME [RELEASE]]
name=${1:-bk_mysql_alldata.$(date +%Y%m%d-%H%M%S)} release=${2:-unknown}
";

/// The arguments of the steps that back up MySQL.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct MySql {
    /// Host of MySQL [default: the host of BK_MYSQL_IP0]
    #[arg(long, value_name = "HOST")]
    host: Option<NodeName>,
    /// Directory of the dumps on that host
    #[arg(long, value_name = "DIR", default_value = "/data/dbbak")]
    dir: AbsPath,
    #[command(flatten)]
    login: Login,
    /// Databases that are not dumped, by their whole names
    #[arg(
        long,
        value_name = "NAME,NAME",
        value_delimiter = ',',
        value_parser = database,
        default_value = IGNORED
    )]
    ignore: Vec<String>,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
}

/// Where the clients of MySQL find user and password (X4.8).
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Login {
    /// Login path of mysql_config_editor on that host
    #[arg(
        long,
        value_name = "NAME",
        default_value = "default-root",
        conflicts_with = "defaults_file"
    )]
    login_path: NodeName,
    /// Option file with user and password instead, mode 600: MariaDB has no login paths
    #[arg(long, value_name = "FILE")]
    defaults_file: Option<AbsPath>,
}

impl Login {
    /// The first word of each client.
    pub(crate) fn word(&self) -> String {
        match &self.defaults_file {
            Some(file) => format!("--defaults-file={file}"),
            None => format!("--login-path={}", self.login_path),
        }
    }
}

impl MySql {
    /// For a step with arguments of its own: the default databases are ignored.
    pub(crate) fn of(
        host: Option<NodeName>,
        dir: AbsPath,
        login: Login,
        install_dir: AbsPath,
    ) -> Self {
        let ignore = IGNORED.split(',').map(str::to_owned).collect();
        Self { host, dir, login, ignore, install_dir }
    }

    /// The host. Without `--host` it is the one of the variable, which must not be empty (X4.5, X4.6).
    pub(crate) fn host<'a>(&self, cx: &'a Context) -> Result<Host<'a>> {
        dumps::host(cx, &self.install_dir, dumps::Kind::MySql, self.host.as_ref())
    }

    /// The directory of the dumps.
    pub(crate) const fn dir(&self) -> &AbsPath {
        &self.dir
    }

    /// The path of the script.
    pub(crate) fn script_path(&self) -> String {
        format!("{}/dbbackup_mysql.sh", self.dir)
    }

    /// The script that writes a dump. It compares whole names (X4.7), and stops at the first failure.
    pub(crate) fn script(&self) -> Result<String> {
        let dir = ("DIR", self.dir.to_string().into());
        let text = SCRIPT.readable(Function::Change, &[self.values(), vec![dir]].concat())?;
        Ok(format!("{HEAD}{text}"))
    }

    /// The script on the host.
    pub(crate) fn script_file(&self) -> Result<FileContent> {
        let script = FileContent::new(self.script_path(), self.script()?).mode("700");
        Ok(script.checked_by(["sh", "-n"]))
    }

    /// A dump of this name, by the script. What was cut short leaves parts only: it runs again.
    pub(crate) fn dump(&self, name: &str, release: &str, limit: Duration) -> Shell {
        let file = format!("{}/{name}.sql", self.dir);
        let values = [
            ("SCRIPT", self.script_path().into()),
            ("DIR", self.dir.to_string().into()),
            ("NAME", name.into()),
            ("RELEASE", release.into()),
        ];
        Shell::new(DUMP, values)
            .called(format!("dump the databases to {file}"))
            .makes(file)
            .within(limit)
            .detached(Detached::job("mysql-backup").rerun_when_cut())
    }

    /// The server can be dumped (X4.8, X4.9).
    pub(crate) fn ready(&self) -> Assert {
        Assert::new(READY, self.values(), "MySQL cannot be dumped")
            .hint("a binary log needs `log-bin` below [mysqld], and a restart of MySQL")
            .hint("credentials: --login-path NAME, or --defaults-file FILE")
    }

    /// There is room for a dump.
    pub(crate) fn room(&self) -> Assert {
        let dir = ("DIR", self.dir.to_string().into());
        let values = [self.values(), vec![dir]].concat();
        let message = format!("there is no room for a dump in {}", self.dir);
        Assert::new(ROOM, values, message).hint("another directory: --dir DIR")
    }

    /// The databases of BlueKing, sorted.
    pub(crate) fn databases(&self, host: &Host<'_>) -> Result<Vec<String>> {
        let said = host.look("list the databases", |reader| reader.ask(NAMES, self.values()))?;
        let mut names: Vec<String> = said.lines().map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// Credentials, for a snippet.
    pub(crate) fn credentials(&self) -> (&'static str, Value) {
        ("CREDENTIALS", self.login.word().into())
    }

    /// Credentials and ignored databases, for a snippet.
    pub(crate) fn values(&self) -> Vec<(&'static str, Value)> {
        vec![self.credentials(), ("IGNORE", Value::list(self.ignore.clone()))]
    }
}

/// The name of one database.
///
/// # Errors
/// A name with other characters than letters, digits, `_`, `$` and `-`.
fn database(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "_$-".contains(c);
    if text.is_empty() || !text.chars().all(good) {
        return Err("the name of a database has letters, digits, _, $ and - here".into());
    }
    Ok(text.to_owned())
}
