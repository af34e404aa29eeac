//! The backups of this runbook: their identity, their place, and the newest of each.

use engine::prelude::*;

use super::site::Site;

const CONTENT: Snippet = snippet!("bk-upgrade/backups_mysql_content");
const DUMPS: Snippet = snippet!("bk-upgrade/backups_mysql");
/// The time limit of each reading of a dump.
const READING: Duration = Duration::from_secs(4 * 3600);

/// A dump of MySQL, by its description.
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
    pub(crate) fn read(host: &Host<'_>, dir: &AbsPath) -> Result<Self> {
        let said = host.look("look for dumps", |reader| {
            reader.ask(DUMPS, [("DIR", Value::from(dir.to_string()))])
        })?;
        Ok(Self::parse(&said))
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
                ("\tbegun", Some(dump)) => {
                    let (seconds, words) = rest.split_once(' ').unwrap_or((rest, ""));
                    dump.begun = (seconds.parse().unwrap_or_default(), words.to_owned());
                }
                _ => {}
            }
        }
        all.whole.iter_mut().for_each(|dump| dump.databases.sort());
        all.whole.sort_by_key(|dump| std::cmp::Reverse(dump.begun.0));
        all
    }
}

/// The dump of MySQL of this name, on the host of MySQL. The machine is its identity (X4.5).
pub(crate) fn mysql(host: &Host<'_>, dir: &AbsPath, name: &str) -> Result<Backup> {
    let [file, about] = [format!("{name}.sql"), format!("{name}.about")];
    let paths = [("FILE", &file), ("ABOUT", &about)].map(|(input, file)| (input, format!("{dir}/{file}").into()));
    Ok(Backup::directory(
        "the databases of BlueKing",
        host.machine()?,
        dir.to_string(),
        "bk-upgrade mysql-backup",
    )
    .only([file, about])
    .with(Content::new("dump", CONTENT, paths))
    .within(READING))
}

/// The host of `module` whose address is the first one of a variable; or the one that was named. An empty variable is
/// refused: with it the document works on the control machine (X4.5). A note names the other addresses (X4.6).
pub(crate) fn host<'a>(
    cx: &'a Context,
    install_dir: &AbsPath,
    module: &str,
    variable: &str,
    named: Option<&NodeName>,
) -> Result<Host<'a>> {
    if let Some(name) = named {
        return cx.host(name.as_str());
    }
    let site = Site::read(cx, install_dir)?;
    let address = site.get(variable)?.to_owned();
    let hosts = cx.hosts(&format!("@{module}"))?;
    let found = hosts.iter().find(|host| {
        let entry = host.entry();
        entry.address.as_deref().unwrap_or(&entry.name) == address
    });
    found.ok_or_else(|| {
        Fault::refused(format!("no host of the group `{module}` has the address {address}"))
            .detail("variable", format!("{variable} of the control machine"))
            .hint("correct the inventory, or name the host: --host HOST")
            .into()
    })
}
