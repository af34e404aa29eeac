//! MongoDB, as the steps of its backup see it: host, user, and the conditions of a dump.

use engine::prelude::*;

use super::dumps;
use super::site::Site;

const DUMP: Snippet = snippet!("bk-upgrade/mongodb_backup");
const FACTS: Snippet = snippet!("bk-upgrade/mongodb_facts");
/// The roles of a user that can dump everything.
const ROLES: [&str; 3] = ["backup", "root", "__system"];

/// The arguments of the steps that back up MongoDB.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct MongoDb {
    /// Host of MongoDB [default: the host of BK_MONGODB_IP0]
    #[arg(long, value_name = "HOST")]
    host: Option<NodeName>,
    /// Port of MongoDB on it
    #[arg(long, value_name = "PORT", default_value_t = 27017)]
    port: u16,
    /// User that dumps [default: BK_MONGODB_ADMIN_USER]
    #[arg(long, value_name = "NAME")]
    user: Option<NodeName>,
    /// Directory of the dumps on that host
    #[arg(long, value_name = "DIR", default_value = "/data/mongodb_bak")]
    dir: AbsPath,
    /// Dump without the oplog: a single server has none, and then no dump is of one moment
    #[arg(long)]
    no_oplog: bool,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
}

/// The server and the way to it.
#[derive(Debug)]
pub(crate) struct Server<'a> {
    /// The host.
    pub(crate) host: Host<'a>,
    /// `ADDRESS:PORT`.
    pub(crate) address: String,
    /// The user.
    pub(crate) user: String,
    password: String,
}

impl MongoDb {
    /// For a step with arguments of its own.
    pub(crate) const fn of(
        host: Option<NodeName>,
        port: u16,
        dir: AbsPath,
        no_oplog: bool,
        install_dir: AbsPath,
    ) -> Self {
        Self { host, port, user: None, dir, no_oplog, install_dir }
    }

    /// The host and the user; empty variables are refused (X4.5, X4.6).
    pub(crate) fn server<'a>(&self, cx: &'a Context) -> Result<Server<'a>> {
        let host = dumps::host(cx, &self.install_dir, dumps::Kind::MongoDb, self.host.as_ref())?;
        let site = Site::read(cx, &self.install_dir)?;
        let user = match &self.user {
            Some(user) => user.to_string(),
            None => word("BK_MONGODB_ADMIN_USER", site.get("BK_MONGODB_ADMIN_USER")?)?,
        };
        let password = site.secret("BK_MONGODB_ADMIN_PASSWORD")?.to_owned();
        let entry = host.entry();
        let address = entry.address.as_deref().unwrap_or(&entry.name);
        Ok(Server { address: format!("{address}:{}", self.port), host, user, password })
    }

    /// The directory of the dumps.
    pub(crate) const fn dir(&self) -> &AbsPath {
        &self.dir
    }

    /// Whether a dump has the oplog.
    pub(crate) const fn oplog(&self) -> bool {
        !self.no_oplog
    }

    /// The databases of the server, sorted; nothing is refused.
    pub(crate) fn present(&self, server: &Server<'_>) -> Result<Vec<String>> {
        Ok(self.facts(server)?.databases())
    }

    /// Asks the server, and refuses what could not be dumped (X4.11): no replica set, no such role, no room. Gives the
    /// databases, sorted.
    pub(crate) fn databases(&self, server: &Server<'_>) -> Result<Vec<String>> {
        let facts = self.facts(server)?;
        facts.check(self, server)?;
        Ok(facts.databases())
    }

    /// A dump of this name. What was cut short leaves a part only: it runs again.
    pub(crate) fn dump(
        &self,
        server: &Server<'_>,
        name: &str,
        release: &str,
        limit: Duration,
    ) -> Shell {
        let values = [
            ("DIR", self.dir.to_string().into()),
            ("NAME", name.into()),
            ("OPLOG", if self.oplog() { "yes" } else { "no" }.into()),
            ("RELEASE", release.into()),
        ];
        Shell::new(DUMP, [server.values(), values.to_vec()].concat())
            .called(format!("dump MongoDB to {}/{name}", self.dir))
            .makes(format!("{}/{name}", self.dir))
            .within(limit)
            .detached(Detached::job("mongodb-backup").rerun_when_cut())
            .stdin(server.input(), true)
    }

    fn facts(&self, server: &Server<'_>) -> Result<Facts> {
        let dir = ("DIR", Value::from(self.dir.to_string()));
        let action = Action::probe(FACTS, [server.values(), vec![dir]].concat());
        let action = action.stdin(server.input(), true);
        let said = server
            .host
            .look("ask MongoDB", |reader| Ok(reader.capture(&action)?.out.bytes()?))?;
        Ok(Facts::parse(&String::from_utf8_lossy(&said)))
    }
}

impl Server<'_> {
    /// Address and user, for a snippet.
    pub(crate) fn values(&self) -> Vec<(&'static str, Value)> {
        vec![("SERVER", self.address.as_str().into()), ("ACCOUNT", self.user.as_str().into())]
    }

    /// The password, for the standard input of a snippet: a secret.
    pub(crate) fn input(&self) -> String {
        format!("{}\n", self.password)
    }
}

/// What the server says of itself.
#[derive(Debug, Default)]
struct Facts {
    /// Kilobytes.
    free: u64,
    set: String,
    roles: Vec<String>,
    /// Bytes and name.
    databases: Vec<(u64, String)>,
}

impl Facts {
    fn parse(said: &str) -> Self {
        let mut facts = Self::default();
        for line in said.lines() {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("free", rest) => facts.free = rest.parse().unwrap_or_default(),
                ("set", rest) => rest.clone_into(&mut facts.set),
                ("role", rest) => facts.roles.push(rest.to_owned()),
                ("database", rest) => {
                    let (bytes, name) = rest.split_once(' ').unwrap_or(("0", rest));
                    facts.databases.push((bytes.parse().unwrap_or_default(), name.to_owned()));
                }
                _ => {}
            }
        }
        facts
    }

    fn check(&self, wanted: &MongoDb, server: &Server<'_>) -> Result<()> {
        let (name, user) = (server.host.name(), &server.user);
        if wanted.oplog() && self.set == "-" {
            return Err(Fault::refused(format!("MongoDB on {name} is no member of a replica set"))
                .hint(
                    "it has no oplog, so a dump is of no one moment; if that is right: --no-oplog",
                )
                .into());
        }
        if !self.roles.iter().any(|role| ROLES.contains(&role.as_str())) {
            return Err(Fault::refused(format!(
                "the user {user} of MongoDB has not the role backup"
            ))
            .detail("its roles", self.roles.join(", "))
            .hint(format!("in mongosh: db.grantRolesToUser(\"{user}\", [\"backup\"])"))
            .into());
        }
        if self.databases().is_empty() {
            return Err(Fault::refused(format!("MongoDB on {name} has no database to dump")).into());
        }
        let bytes: u64 = self.databases.iter().map(|(bytes, _)| bytes).sum();
        let need = bytes / 1024 * 6 / 5;
        if self.free <= need {
            let found =
                format!("{} MiB free, a dump may need {} MiB", self.free / 1024, need / 1024);
            return Err(Fault::refused(format!("there is no room for a dump in {}", wanted.dir))
                .detail("found", found)
                .hint("another directory: --dir DIR")
                .into());
        }
        Ok(())
    }

    /// Those of a dump: `local` is of one member, `config` of the cluster.
    fn databases(&self) -> Vec<String> {
        let all = self.databases.iter().map(|(_, name)| name.clone());
        let mut names: Vec<String> =
            all.filter(|name| name != "local" && name != "config").collect();
        names.sort();
        names
    }
}

/// A value that stands in a statement of the shell of MongoDB.
fn word(variable: &str, text: &str) -> Result<String> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-@".contains(c)) {
        return Ok(text.to_owned());
    }
    Err(Fault::refused(format!(
        "{variable} has other characters than letters, digits, _ . - and @"
    ))
    .hint("name the user: --user NAME")
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_of_a_server_are_read() {
        let said = "free 2048\nset rs0\nrole root\ndatabase 10 admin\ndatabase 99 local\ndatabase 7 a b\nend";
        let facts = Facts::parse(said);
        assert_eq!((facts.free, &*facts.set), (2048, "rs0"));
        assert_eq!(facts.databases(), ["a b", "admin"]);
    }
}
