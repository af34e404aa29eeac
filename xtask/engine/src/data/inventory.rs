//! The inventory: hosts, groups, variables and sources of secrets, from `hosts.toml`.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use super::fault::Fault;
use importer::Texts;

pub use cluster::Cluster;
pub use group::Group;
pub use host::{Host, Session, Sudo};
pub use importer::{File, Importer};
pub use notify::Notify;
pub use origin::{Origin, Origins};
pub use policy::Policy;
pub use preferences::{Alias, Preferences, Setting};
pub use roster::Roster;
pub use secret::SecretSource;
pub use ssh::Ssh;
pub use unused::Unused;

pub mod cluster;
mod group;
mod host;
mod importer;
pub mod notify;
mod origin;
pub mod policy;
mod preferences;
pub(super) mod read;
mod roster;
pub mod schema;
mod secret;
mod ssh;
mod unused;

/// The content of `hosts.toml`, checked and resolved.
#[derive(Debug, Clone, Serialize)]
pub struct Inventory {
    /// The file, as the user named it; the first of several.
    pub path: Utf8PathBuf,
    /// Its text, and that of all other files of TOML.
    #[serde(skip)]
    pub text: String,
    /// Defaults of the connection.
    pub ssh: Ssh,
    /// Variables of every host.
    pub vars: BTreeMap<String, String>,
    /// The source of each secret; never the secret.
    pub secrets: BTreeMap<String, SecretSource>,
    /// The hosts in the order of the file; those that only an import knows come last.
    pub hosts: Vec<Host>,
    /// The groups in the order of the file, then those of imports.
    pub groups: Vec<Group>,
    /// The clusters in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<Cluster>,
    /// What imports have without a use here.
    #[serde(skip)]
    pub unused: Vec<Unused>,
    /// Whether other things than the `text` decide about the hosts: the files of other tools, and commands.
    #[serde(skip)]
    pub imported: bool,
    /// What a person should know of the imports in each run.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// What the site demands of a run that changes hosts.
    #[serde(skip)]
    pub policy: Policy,
    /// Who hears of such a run.
    #[serde(skip)]
    pub notify: Notify,
    /// Finds hosts by name and address.
    #[serde(skip)]
    pub roster: Roster,
}

impl Inventory {
    /// Reads an inventory from its text. `path` is shown in errors, and paths in the file are
    /// relative to its directory; `read` gives the text of the file that `[import]` names.
    ///
    /// # Errors
    /// One usage fault that shows every problem found, each with file, line and the line itself.
    pub fn parse(
        path: &Utf8Path,
        text: &str,
        read: &dyn Fn(&Utf8Path) -> std::io::Result<String>,
    ) -> Result<Self, Fault> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        Self::load(&[file], &Texts(read))
    }

    /// Reads an inventory of several files: their hosts, groups and values are put together. `importer` gives what
    /// `[import]` names.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); also two different values for one thing in two files, with both places.
    pub fn load(files: &[File], importer: &dyn Importer) -> Result<Self, Fault> {
        if files.is_empty() {
            return Err(Fault::usage("an inventory without a file"));
        }
        read::inventory(files, importer)
    }

    /// The host of this name.
    pub fn host(&self, name: &str) -> Option<&Host> {
        self.roster.named(name).map(|number| &self.hosts[number])
    }

    /// The first host that is reached at this address.
    pub fn at(&self, address: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| host.target() == address)
    }

    /// The group of this name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.roster.group(name).map(|number| &self.groups[number])
    }

    /// The hosts of a group.
    pub fn members<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Host> {
        group.hosts.iter().map(|&number| &self.hosts[number])
    }

    /// The names of the hosts of a cluster.
    pub fn hosts_of<'a>(&'a self, cluster: &'a Cluster) -> impl Iterator<Item = &'a str> {
        cluster.hosts.iter().map(|&number| self.hosts[number].name.as_str())
    }

    /// This host and those that run on it, directly or not.
    pub fn with_guests(&self, host: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([host.to_owned()]);
        loop {
            let before = found.len();
            let guest = |host: &&Host| host.on.as_ref().is_some_and(|on| found.contains(on));
            let guests: Vec<String> =
                self.hosts.iter().filter(guest).map(|host| host.name.clone()).collect();
            found.extend(guests);
            if found.len() == before {
                return found;
            }
        }
    }

    /// The hosts with all their values and the groups, a line of JSON each; none where the `text` says it all.
    pub fn resolved(&self) -> Option<String> {
        let hosts = self.imported.then_some(self.hosts.iter())?;
        let hosts = hosts.map(|host| serde_json::to_string(host).unwrap_or_default());
        let groups = self.groups.iter().map(|group| {
            let members: Vec<&str> = self.members(group).map(|it| it.name.as_str()).collect();
            serde_json::json!({ "group": group.name, "hosts": members }).to_string()
        });
        Some(hosts.chain(groups).map(|line| line + "\n").collect())
    }

    /// The value of a variable of `[vars]`.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// The source of the secret `name`.
    ///
    /// # Errors
    /// When `[secrets]` does not have it. The hint is the line to add.
    pub fn secret(&self, name: &str) -> Result<&SecretSource, Fault> {
        self.secrets.get(name).ok_or_else(|| {
            Fault::usage(format!("no secret `{name}` in [secrets] of {}", self.path))
                .hint(format!("add: {name} = {{ env = \"{}\" }}", name.to_uppercase()))
        })
    }

    /// The environment variables that hold secrets.
    pub fn private_variables(&self) -> Vec<String> {
        let variable = |source: &SecretSource| match source {
            SecretSource::Env(name) => Some(name.clone()),
            SecretSource::File(_) | SecretSource::Command(_) => None,
        };
        self.secrets.values().filter_map(variable).collect()
    }
}

#[cfg(test)]
mod tests;
