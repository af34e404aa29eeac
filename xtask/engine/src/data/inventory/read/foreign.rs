//! Hosts in the form of another tool become hosts of the inventory. A value that the inventory itself gives is not even
//! looked at: it wins.

use std::sync::Arc;

use super::declared::DeclaredHost;
use super::given::{Given, check_account};
use super::hosts::{add, check_address, wrong_name};
use super::imported::Groups;
use super::importing::Import;
use super::reader::Reader;
use crate::data::import::found::{Found, FoundHost, Word};
use crate::data::inventory::host::Session;
use crate::data::inventory::unused::Unused;
use crate::data::plain;
use crate::data::source::{Problem, Source};

/// An import that is being read.
pub(super) struct Foreign<'f, 'r, 'i> {
    pub(super) reader: &'f mut Reader<'r>,
    pub(super) source: &'f Source<'f>,
    pub(super) import: &'f mut Import<'i>,
}

impl Foreign<'_, '_, '_> {
    /// Adds hosts and groups.
    pub(super) fn add(mut self, mut found: Found, groups: &mut Groups) -> Option<Unused> {
        // The number of each host here; none for one with a wrong name.
        let numbers: Vec<Option<usize>> = found.hosts.iter().map(|it| self.host(it)).collect();
        for group in &found.groups {
            // One group with a name that no expression can have must not stop all others.
            let good = wrong_name(&group.name.text, "group").is_none();
            if !good {
                found.unused.insert(format!("group {}", group.name.text));
            }
            let hosts = group.hosts.iter().filter_map(|host| numbers[*host]);
            if good {
                let place = || self.source.place(group.name.span.clone());
                groups.add(&group.name.text, hosts, false, place);
            }
        }
        let (path, names) = (self.source.path.to_owned(), found.unused);
        (!names.is_empty()).then_some(Unused { path, names })
    }

    fn bad(&mut self, at: &Word, message: String, hint: Option<String>) {
        let problem: Problem = self.source.problem(at.span.clone(), message);
        self.reader.push(problem.hint(hint));
    }

    fn host(&mut self, found: &FoundHost) -> Option<usize> {
        if let Some(wrong) = wrong_name(&found.name.text, "host") {
            self.bad(&found.name, wrong.message, wrong.hint);
            return None;
        }
        let name = &found.name.text;
        let own = self.import.roster.named(name).map(|number| &self.import.hosts[number]);
        // Whether the inventory itself has a value.
        let has = |given: fn(&DeclaredHost) -> bool| own.is_some_and(given);
        let open = FoundHost {
            name: found.name.clone(),
            address: found.address.clone().filter(|_| !has(|it| is_own(&it.address))),
            port: found.port.clone().filter(|_| !has(|it| is_own(&it.port))),
            user: found.user.clone().filter(|_| !has(|it| is_own(&it.user))),
            connection: found.connection.clone().filter(|_| !has(|it| is_own(&it.session))),
            raised: found.raised.clone().filter(|_| !has(|it| is_own(&it.sudo))),
            method: found.method.clone().filter(|_| !has(|it| is_own(&it.sudo))),
            account: found.account.clone().filter(|_| !has(|it| is_own(&it.become_user))),
            vars: Vec::new(),
        };
        let place = Arc::new(self.source.place(found.name.span.clone()));
        let mut host = DeclaredHost::new(name.clone(), place, None);
        host.address = self.value(name, open.address.as_ref(), |word| address(word, name));
        host.port = self.value(name, open.port.as_ref(), port);
        host.user = self.value(name, open.user.as_ref(), user);
        let target = open.address.as_ref().map_or(name, |word| &word.text);
        host.session = self.value(name, open.connection.as_ref(), |word| session(word, target));
        host.sudo = self.value(name, open.raised.as_ref(), raised);
        if let (Some(Given { value: true, .. }), Some(method)) = (&host.sudo, &open.method) {
            self.value(name, Some(method), sudo_only);
        }
        host.become_user = self.value(name, open.account.as_ref(), account_name);
        for (name, word) in &found.vars {
            let given = self.given(word, word.text.clone());
            host.vars.insert(name.clone(), given);
        }
        let number = self.import.roster.named(name);
        add(self.reader, host, self.import.roster, self.import.hosts);
        number.or_else(|| self.import.roster.named(name))
    }

    fn given<T>(&self, word: &Word, value: T) -> Given<T> {
        let place = Arc::new(self.source.place(word.span.clone()));
        Given { value, place, imported: true, group: word.group.clone() }
    }

    /// A checked value; a wrong one is reported.
    fn value<T>(
        &mut self,
        host: &str,
        word: Option<&Word>,
        check: impl Fn(&Word) -> Result<T, (String, String)>,
    ) -> Option<Given<T>> {
        let word = word?;
        match check(word) {
            Ok(value) => Some(self.given(word, value)),
            Err((message, hint)) => {
                // A document of one line has no other place to tell.
                self.bad(word, format!("host {host}: {message}"), Some(hint));
                None
            }
        }
    }
}

/// Whether the inventory itself has the value.
fn is_own<T>(given: &Option<Given<T>>) -> bool {
    given.as_ref().is_some_and(|given| !given.imported)
}

/// The mistake and the hint.
type Wrong = (String, String);

fn address(word: &Word, name: &str) -> Result<String, Wrong> {
    let hint = format!("give the host an address of its own: [hosts.{name}] address = \"…\"");
    if word.text.contains("{{") {
        return Err(("the address is a template, which only Ansible can fill in".into(), hint));
    }
    match check_address(&word.text) {
        None if word.text.contains('[') => Err(("this is no address".into(), hint)),
        None => Ok(word.text.clone()),
        Some(wrong) => Err((wrong.message, wrong.hint.unwrap_or(hint))),
    }
}

fn port(word: &Word) -> Result<u16, Wrong> {
    let port = word.text.parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| (format!("the port is `{}`", word.text), "write 1 to 65535".into()))
}

fn user(word: &Word) -> Result<String, Wrong> {
    match plain::check(&word.text) {
        Ok(()) if !word.text.is_empty() => Ok(word.text.clone()),
        Ok(()) => Err(("the user is empty".into(), "leave it out".into())),
        Err(wrong) => Err((wrong.message, wrong.hint.unwrap_or_default())),
    }
}

fn session(word: &Word, target: &str) -> Result<Session, Wrong> {
    let kind = word.text.rsplit('.').next().unwrap_or_default();
    match kind {
        "ssh" | "smart" | "paramiko" | "paramiko_ssh" | "openssh" => Ok(Session::Ssh),
        "local" => Ok(Session::Local),
        "docker" | "podman" => {
            Ok(Session::Exec([kind, "exec", "-i", target].map(str::to_owned).to_vec()))
        }
        other => Err((
            format!("no way to a host by the connection `{other}`"),
            "ssh, local, docker and podman are known; for others give the host \
             session = \"exec\" and `exec` in [hosts]"
                .into(),
        )),
    }
}

fn raised(word: &Word) -> Result<bool, Wrong> {
    match word.text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "y" | "t" => Ok(true),
        "false" | "no" | "off" | "0" | "n" | "f" => Ok(false),
        other => {
            Err((format!("`{other}` is neither true nor false"), "write true or false".into()))
        }
    }
}

fn sudo_only(word: &Word) -> Result<(), Wrong> {
    if word.text.rsplit('.').next() == Some("sudo") {
        return Ok(());
    }
    let message = format!("another account only by sudo, not by `{}`", word.text);
    Err((message, "give the host `become` in [hosts]: \"sudo\" or \"none\"".into()))
}

fn account_name(word: &Word) -> Result<String, Wrong> {
    let wrong = check_account(&word.text).err();
    wrong.map_or_else(
        || Ok(word.text.clone()),
        |wrong| Err((wrong.message, "write its name".into())),
    )
}
