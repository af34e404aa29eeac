//! The values that hold for each host: its own, else those of its groups, else those of imported groups, else the
//! defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::declared::{DeclaredHost, Settings};
use super::defaults::Defaults;
use super::given::{Given, Vars};
use super::groups::Resolved;
use super::reader::Reader;
use crate::data::inventory::host::{Host, Session};
use crate::data::inventory::origin::{Origin, Origins};
use crate::data::source::{Place, Problem};

/// The hosts with all values applied. Two groups that give a host different values are a problem:
/// no order of groups would be obvious to a reader.
pub(super) fn hosts(
    reader: &mut Reader<'_>,
    declared: Vec<DeclaredHost>,
    groups: &[Resolved],
    defaults: &Defaults,
) -> Vec<Host> {
    // For each host, the groups that give it something.
    let mut givers: Vec<Vec<&Resolved>> = vec![Vec::new(); declared.len()];
    for group in groups.iter().filter(|group| group.settings.are_there()) {
        group.group.hosts.iter().for_each(|&host| givers[host].push(group));
    }
    let mut accounts = Accounts::default();
    let settled = declared.into_iter().zip(givers).map(|(host, groups)| {
        let settling =
            Settling { reader, groups, origins: Origins::default(), accounts: &mut accounts };
        settling.host(host, defaults)
    });
    let settled = settled.collect();
    accounts.unused().for_each(|problem| reader.push(problem));
    settled
}

/// The places that give hosts an account: one that no host needs is a mistake.
#[derive(Default)]
struct Accounts(BTreeMap<String, Account>);

struct Account {
    place: Arc<Place>,
    is_used: bool,
    /// The first host that does not need it, and why not.
    why: String,
}

impl Accounts {
    fn add(&mut self, host: &str, origin: &Origin, sudo: Option<bool>) {
        let (Origin::Host(place) | Origin::Group(_, place) | Origin::Default(_, place)) = origin;
        let key = format!("{} {}", place.name(), place.at.start);
        let account = self.0.entry(key).or_insert_with(|| {
            let becomes =
                if sudo.is_some() { "its become is \"none\"" } else { "it has no `become`" };
            let why = format!("`become_user` of host {host} has no use: {becomes}");
            Account { place: place.clone(), is_used: false, why }
        });
        account.is_used |= sudo == Some(true);
    }

    fn unused(self) -> impl Iterator<Item = Problem> {
        let hint = "write become = \"sudo\", or leave `become_user` out";
        self.0.into_values().filter(|account| !account.is_used).map(|account| Problem {
            place: account.place.as_ref().clone(),
            message: account.why,
            hint: Some(hint.into()),
            others: Vec::new(),
        })
    }
}

/// A host whose values are being found.
struct Settling<'s, 'r> {
    reader: &'s mut Reader<'r>,
    groups: Vec<&'s Resolved>,
    origins: Origins,
    accounts: &'s mut Accounts,
}

impl Settling<'_, '_> {
    fn host(mut self, host: DeclaredHost, defaults: &Defaults) -> Host {
        let DeclaredHost { name, address, port, user, session, .. } = host;
        let vars = self.vars(&name, host.vars, defaults);
        let ssh = &defaults.ssh;
        let sudo = self.pick(&name, "become", host.sudo, |it| it.sudo.clone(), &ssh.sudo);
        let account = |it: &Settings| it.become_user.clone();
        let own = host.become_user;
        // Ansible's accounts are often there without a `become`: plays add it.
        let foreign = own.as_ref().filter(|it| it.imported).map(|it| it.place.clone());
        let become_user = self.pick(&name, "become_user", own, account, &ssh.become_user);
        let same = |it: &Settings| it.identity.clone();
        let identity = self.pick(&name, "identity", host.identity, same, &ssh.identity);
        let address = self.pick(&name, "address", address, |_| None, &None);
        let session = self.pick(&name, "session", session, |_| None, &None).unwrap_or_default();
        let on = self.pick(&name, "on", host.on, |_| None, &None).map(|on| on.text);
        let (mut to_port, mut to_user) = (None, None);
        if session == Session::Ssh {
            to_port = self.pick(&name, "port", port, |_| None, &ssh.port);
            to_user = self.pick(&name, "user", user, |_| None, &ssh.user);
        }
        if let Some(origin) = self.origins.values.get("become_user")
            && !foreign.is_some_and(|place| origin.is_at(&place))
        {
            self.accounts.add(&name, origin, sudo);
        }
        let sudo = sudo.unwrap_or_default();
        let become_user = become_user.filter(|_| sudo);
        if become_user.is_none() {
            self.origins.values.remove("become_user");
        }
        Host {
            name,
            address,
            port: to_port,
            user: to_user,
            session,
            sudo,
            become_user,
            identity: identity.unwrap_or(true),
            on,
            vars,
            origins: self.origins,
        }
    }

    fn vars(&mut self, host: &str, own: Vars, defaults: &Defaults) -> BTreeMap<String, String> {
        let mut vars = BTreeMap::new();
        let mut add = |name: &str, value: String, origin| {
            self.origins.vars.insert(name.to_owned(), origin);
            vars.insert(name.to_owned(), value);
        };
        for (name, given) in &defaults.vars {
            add(name, given.value.clone(), Origin::Default("vars", given.place.clone()));
        }
        let names = self.groups.iter().flat_map(|group| group.settings.vars.keys());
        let (own, imported): (Vars, Vars) = own.into_iter().partition(|(_, it)| it.group.is_none());
        let names: BTreeSet<&String> = names.filter(|name| !own.contains_key(*name)).collect();
        for (name, given) in imported {
            let (value, origin) = settled(given);
            add(&name, value, origin);
        }
        for name in names {
            match agreed(&self.groups, host, name, |it| it.vars.get(name).cloned()) {
                Ok(Some((value, origin))) => add(name, value, origin),
                Ok(None) => {}
                Err(problem) => self.reader.push(*problem),
            }
        }
        for (name, given) in own {
            let (value, origin) = settled(given);
            add(&name, value, origin);
        }
        vars
    }

    /// The value of a key: that of the host, else of its groups, else of an imported group, else the default.
    fn pick<T: PartialEq + Clone>(
        &mut self,
        host: &str,
        key: &'static str,
        own: Option<Given<T>>,
        of: impl Fn(&Settings) -> Option<Given<T>>,
        default: &Option<Given<T>>,
    ) -> Option<T> {
        let (own, imported) = match own {
            Some(given) if given.group.is_some() => (None, Some(given)),
            own => (own, None),
        };
        let found = match own {
            Some(own) => Ok(Some(settled(own))),
            None => agreed(&self.groups, host, key, of),
        };
        let default = || {
            let given = default.clone()?;
            Some((given.value, Origin::Default("ssh", given.place)))
        };
        match found {
            Ok(found) => {
                let (value, origin) = found.or_else(|| imported.map(settled)).or_else(default)?;
                self.origins.values.insert(key, origin);
                Some(value)
            }
            Err(problem) => {
                self.reader.push(*problem);
                None
            }
        }
    }
}

/// A value of a host with its origin.
fn settled<T>(given: Given<T>) -> (T, Origin) {
    let Given { value, place, group, .. } = given;
    let origin = match group {
        Some(group) => Origin::Group(group.to_string(), place),
        None => Origin::Host(place),
    };
    (value, origin)
}

/// The one value that all groups agree on.
fn agreed<T: PartialEq>(
    groups: &[&Resolved],
    host: &str,
    name: &str,
    of: impl Fn(&Settings) -> Option<Given<T>>,
) -> Result<Option<(T, Origin)>, Box<Problem>> {
    let mut first: Option<(&Resolved, Given<T>)> = None;
    for group in groups {
        let Some(given) = of(&group.settings) else { continue };
        match &first {
            None => first = Some((group, given)),
            Some((_, same)) if same.value == given.value => {}
            Some((other, _)) => return Err(Box::new(differ(other, group, host, name))),
        }
    }
    Ok(first
        .map(|(group, given)| (given.value, Origin::Group(group.group.name.clone(), given.place))))
}

fn differ(other: &Resolved, group: &Resolved, host: &str, name: &str) -> Problem {
    let (one, two) = (&other.group.name, &group.group.name);
    let problem = Problem {
        place: group.place.as_ref().clone(),
        message: format!(
            "groups `{one}` and `{two}` give host {host} different values of `{name}`"
        ),
        hint: Some(format!("set `{name}` on the host, or in one of the groups only")),
        others: Vec::new(),
    };
    problem.other(other.place.as_ref().clone(), "the other group")
}
