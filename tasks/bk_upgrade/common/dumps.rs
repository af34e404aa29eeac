//! The dumps of the databases: their identity as backups, their place, and the newest of each.

use engine::prelude::*;

use super::site::Site;
use crate::common::args::WaitTimeout;

const MONGODB: Snippet = snippet!("bk-upgrade/dumps_mongodb");
const MONGODB_CONTENT: Snippet = snippet!("bk-upgrade/dumps_mongodb_content");
const MYSQL: Snippet = snippet!("bk-upgrade/dumps_mysql");
const MYSQL_CONTENT: Snippet = snippet!("bk-upgrade/dumps_mysql_content");
const RELEASE: Snippet = snippet!("bk-upgrade/dumps_release");
/// What no backup of this runbook holds (X4.70).
pub(crate) const NOT_SAVED: &str = "not saved by this runbook: redis, elasticsearch, influxdb, zookeeper, consul, /data/bkce (X4.70)";
/// The time limit of each reading of a dump.
const READING: Duration = Duration::from_secs(4 * 3600);

/// The database that a dump is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// MySQL: `NAME.sql`, `NAME.about`.
    MySql,
    /// MongoDB: the directory `NAME`.
    MongoDb,
}

impl Kind {
    /// The group of its hosts, and the variable with their addresses.
    const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::MySql => ("mysql", "BK_MYSQL_IP"),
            Self::MongoDb => ("mongodb", "BK_MONGODB_IP"),
        }
    }
}

/// A dump, by its description.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dump {
    /// Its name, without `.sql`.
    pub(crate) name: String,
    /// Whether it has a manifest.
    pub(crate) sealed: bool,
    /// Its size.
    pub(crate) bytes: u64,
    /// The release of BlueKing that its databases are of; `unknown`.
    pub(crate) release: String,
    /// Its moment: seconds since 1970, and for a person.
    pub(crate) begun: (i64, String),
    /// Its databases, sorted.
    pub(crate) databases: Vec<String>,
    /// The number of its tables that are not of that moment.
    pub(crate) not_transactional: u64,
    /// Whether MongoDB's oplog makes it one moment.
    pub(crate) oplog: bool,
}

/// What a dump must be to be kept.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The release of its databases.
    pub(crate) release: String,
    /// Its databases, sorted.
    pub(crate) databases: Vec<String>,
    /// Whether it is one of MongoDB with the oplog.
    pub(crate) oplog: bool,
}

/// Arguments of both steps that make a dump.
#[derive(clap::Args, Debug)]
pub(crate) struct Making {
    /// Directory whose VERSION is the release that the databases are of, on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    /// Make a new dump in any case
    #[arg(long)]
    force_new: bool,
    /// Age limit of a dump that is kept, in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    max_age: u16,
    /// Accept a dump of less than half the size of the one before
    #[arg(long)]
    accept_smaller: bool,
    #[command(flatten)]
    wait: WaitTimeout<14400>,
}

/// The dumps of a directory.
#[derive(Debug, Default)]
pub(crate) struct Dumps {
    /// The whole ones, the newest first.
    pub(crate) whole: Vec<Dump>,
    /// The name of one that is being written, or was killed.
    pub(crate) part: Option<String>,
    /// The clock of their host: seconds since 1970.
    pub(crate) now: i64,
}

impl Dumps {
    /// Reads the descriptions; a directory that is not there has none.
    pub(crate) fn read(kind: Kind, host: &Host<'_>, dir: &AbsPath) -> Result<Self> {
        let snippet = if kind == Kind::MySql { MYSQL } else { MONGODB };
        let said = host.look("look for dumps", |reader| {
            reader.ask(snippet, [("DIR", Value::from(dir.to_string()))])
        })?;
        Ok(Self::parse(&said))
    }

    /// The dump of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Dump> {
        self.whole.iter().find(|dump| dump.name == name)
    }

    /// This name, or with a number: another dump of the same second may have it.
    fn free(&self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| self.named(name).is_none()).unwrap_or_else(|| name.to_owned())
    }

    fn parse(said: &str) -> Self {
        let mut all = Self::default();
        for line in said.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let fields: Vec<&str> = rest.split(' ').collect();
            match (word, all.whole.last_mut()) {
                ("part", _) => all.part = Some(rest.to_owned()),
                ("now", _) => all.now = rest.parse().unwrap_or_default(),
                ("dump", _) => {
                    let field = |at: usize| fields.get(at).copied().unwrap_or_default();
                    all.whole.push(Dump {
                        name: field(0).to_owned(),
                        sealed: field(1) == "yes",
                        bytes: field(2).parse().unwrap_or_default(),
                        ..Dump::default()
                    });
                }
                ("\trelease", Some(dump)) => rest.clone_into(&mut dump.release),
                ("\tdatabase", Some(dump)) => dump.databases.push(rest.to_owned()),
                ("\tnot-transactional", Some(dump)) => {
                    dump.not_transactional = rest.parse().unwrap_or_default();
                }
                ("\toplog", Some(dump)) => dump.oplog = rest == "yes",
                ("\tbegun", Some(dump)) => {
                    let (seconds, words) = rest.split_once(' ').unwrap_or((rest, ""));
                    dump.begun = (seconds.parse().unwrap_or_default(), words.to_owned());
                }
                _ => {}
            }
        }
        all.whole.iter_mut().for_each(|dump| dump.databases.sort());
        // The names tell the order of two that were begun in one second.
        all.whole.sort_by(|one, two| (two.begun.0, &two.name).cmp(&(one.begun.0, &one.name)));
        all
    }
}

impl Making {
    /// The time limit of the dump.
    pub(crate) const fn limit(&self) -> Duration {
        self.wait.limit()
    }

    /// The release of BlueKing, for the description of a dump: one of a later release is of upgraded databases.
    pub(crate) fn release(&self, cx: &Context) -> Result<String> {
        cx.one_host("control")?.look("read VERSION", |reader| {
            reader.ask(RELEASE, [("FILE", Value::from(format!("{}/VERSION", self.src_dir)))])
        })
    }

    /// The name of the dump: that of one that is being written or was killed; that of the newest one, if it is young
    /// and what is wanted; else a new one, `PREFIX` and the time of the run (X4.10).
    pub(crate) fn name(
        &self,
        cx: &Context,
        dumps: &Dumps,
        wanted: &Wanted,
        prefix: &str,
    ) -> String {
        if let Some(part) = &dumps.part {
            return part.clone();
        }
        let limit = i64::from(self.max_age) * 3600;
        let kept = dumps.whole.first().filter(|newest| {
            !self.force_new
                && dumps.now - newest.begun.0 <= limit
                && newest.release == wanted.release
                && newest.databases == wanted.databases
                && newest.oplog == wanted.oplog
        });
        kept.map_or_else(|| dumps.free(&format!("{prefix}{}", cx.stamp())), |it| it.name.clone())
    }

    /// Refuses a dump that is much smaller than the one before: data may be gone.
    pub(crate) fn compare(&self, dumps: &Dumps, name: &str) -> Result<()> {
        let Some(at) = dumps.whole.iter().position(|dump| dump.name == name) else { return Ok(()) };
        let dump = &dumps.whole[at];
        let before = dumps.whole[at + 1..].iter().find(|before| before.sealed);
        let Some(before) = before.filter(|before| dump.bytes < before.bytes / 2) else {
            return Ok(());
        };
        if self.accept_smaller || dump.sealed {
            return Ok(());
        }
        let words = |dump: &Dump| {
            format!("{}: {} bytes, {} databases", dump.name, dump.bytes, dump.databases.len())
        };
        Err(Fault::refused(format!(
            "the dump {name} has less than half the size of the one before"
        ))
        .detail("now", words(dump))
        .detail("before", words(before))
        .hint("find out what is gone; if that is right: --accept-smaller")
        .into())
    }
}

/// The dump of MongoDB of this name, on the host of MongoDB.
pub(crate) fn mongodb(host: &Host<'_>, dir: &AbsPath, name: &str) -> Result<Backup> {
    let folder = format!("{dir}/{name}");
    let thing = "the MongoDB databases of BlueKing";
    let content = [("FOLDER", folder.as_str().into())];
    Ok(Backup::directory(thing, host.machine()?, &*folder, "bk-upgrade mongodb-backup")
        .with(Content::new("dump", MONGODB_CONTENT, content))
        .within(READING))
}

/// The dump of MySQL of this name, on the host of MySQL. The machine is its identity (X4.5).
pub(crate) fn mysql(host: &Host<'_>, dir: &AbsPath, name: &str) -> Result<Backup> {
    let [file, about] = [format!("{name}.sql"), format!("{name}.about")];
    let paths = [("FILE", &file), ("ABOUT", &about)]
        .map(|(input, file)| (input, format!("{dir}/{file}").into()));
    Ok(Backup::directory(
        "the databases of BlueKing",
        host.machine()?,
        dir.to_string(),
        "bk-upgrade mysql-backup",
    )
    .only([file, about])
    .with(Content::new("dump", MYSQL_CONTENT, paths))
    .within(READING))
}

/// The host of a database: that of its module whose address is the first one of its variable; or the one that was
/// named. An empty variable is refused: with it the document works on the control machine (X4.5). A note names the other
/// addresses (X4.6).
pub(crate) fn host<'a>(
    cx: &'a Context,
    install_dir: &AbsPath,
    kind: Kind,
    named: Option<&NodeName>,
) -> Result<Host<'a>> {
    let (module, variable) = kind.place();
    if let Some(name) = named {
        return cx.host(name.as_str());
    }
    let site = Site::read(cx, install_dir)?;
    let address = site.get(variable)?.to_owned();
    let hosts = cx.hosts(&format!("@{module}"))?;
    let found = hosts.iter().find(|host| host.entry().target() == address);
    found.ok_or_else(|| {
        Fault::refused(format!("no host of the group `{module}` has the address {address}"))
            .detail("variable", format!("{variable} of the control machine"))
            .hint("correct the inventory, or name the host: --host HOST")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::Dumps;

    /// The name has the time of its run, which began before: two runs can begin their dumps in one second.
    #[test]
    fn of_two_dumps_of_one_second_the_later_name_is_the_newer_one() {
        let dump = |name: &str| format!("dump {name} yes 9\n\tbegun 1764483681 now\n");
        let dumps = Dumps::parse(&(dump("a.20261130-062120") + &dump("a.20261130-062121")));
        let names: Vec<&str> = dumps.whole.iter().map(|dump| dump.name.as_str()).collect();
        assert_eq!(names, ["a.20261130-062121", "a.20261130-062120"]);
    }
}
