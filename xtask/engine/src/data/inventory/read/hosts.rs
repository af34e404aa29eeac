//! `[hosts.NAME]`: one host, or one for each name of a range.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::declared::DeclaredHost;
use super::given::{Given, Text, join_vars};
use super::reader::{Reader, Root};
use super::sessions;
use crate::data::inventory::roster::Roster;
use crate::data::spanned_error::SpannedError;
use crate::data::{expression, range};

pub(super) const KEYS: [&str; 10] = [
    "address",
    "port",
    "user",
    "session",
    "exec",
    "become",
    "become_user",
    "identity",
    "on",
    "vars",
];

/// All declared hosts in the order of the files, also entered in `roster`. A host of several files has the values of
/// all of them.
pub(super) fn read(
    reader: &mut Reader<'_>,
    roots: &[Root<'_>],
    roster: &mut Roster,
) -> Vec<DeclaredHost> {
    let mut hosts: Vec<DeclaredHost> = Vec::new();
    for root in roots {
        reader.enter(root.file);
        let Some(table) = reader.table(root.table.get_ref(), "hosts") else { continue };
        for (key, value) in reader.entries(table) {
            let Some(table) = reader.as_table(&key.text, value) else { continue };
            let mut again: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for host in declaration(reader, &key, table) {
                match roster.named(&host.name) {
                    Some(first) if hosts[first].file == Some(root.file) => {
                        again.entry(hosts[first].place.line).or_default().push(host.name);
                    }
                    _ => add(reader, host, roster, &mut hosts),
                }
            }
            for names in again.into_values() {
                twice(reader, &key.span, &names, roster, &hosts);
            }
        }
    }
    hosts
}

/// Adds a host, or its values to the host of this name.
pub(super) fn add(
    reader: &mut Reader<'_>,
    new: DeclaredHost,
    roster: &mut Roster,
    hosts: &mut Vec<DeclaredHost>,
) {
    let Some(number) = roster.named(&new.name) else {
        roster.add(&new.name, new.address.as_ref().map(|address| address.value.as_str()));
        hosts.push(new);
        return;
    };
    let own = &mut hosts[number];
    let name = own.name.clone();
    let what = |key: &str| format!("`{key}` of host {name}");
    if let (None, Some(address)) = (&own.address, &new.address) {
        roster.add_address(number, &address.value);
    }
    reader.keep(&mut own.address, new.address, || what("address"));
    reader.keep(&mut own.port, new.port, || what("port"));
    reader.keep(&mut own.user, new.user, || what("user"));
    reader.keep(&mut own.session, new.session, || what("session"));
    reader.keep(&mut own.sudo, new.sudo, || what("become"));
    reader.keep(&mut own.become_user, new.become_user, || what("become_user"));
    reader.keep(&mut own.identity, new.identity, || what("identity"));
    reader.keep(&mut own.on, new.on, || what("on"));
    let of = format!("host {name}");
    join_vars(&mut own.vars, new.vars, &of, |problem| reader.push(problem));
}

fn twice(
    reader: &mut Reader<'_>,
    span: &Range<usize>,
    names: &[String],
    roster: &Roster,
    hosts: &[DeclaredHost],
) {
    let (noun, are) = if names.len() == 1 { ("host", "is") } else { ("hosts", "are") };
    let message = format!("{noun} `{}` {are} declared twice", range::fold(names));
    let mut problem = reader.source.problem(span.clone(), message);
    if let Some(first) = roster.named(&names[0]) {
        problem = problem.other(hosts[first].place.as_ref().clone(), "first declared here");
    }
    reader.push(problem);
}

/// The hosts of one `[hosts.NAME]`.
fn declaration(reader: &mut Reader<'_>, key: &Text, table: &DeTable<'_>) -> Vec<DeclaredHost> {
    reader.keys(table, &format!("[hosts.{}]", key.text), &KEYS);
    let place = Arc::new(reader.place(key.span.clone()));
    let mut template = DeclaredHost::new(String::new(), place, Some(key.file));
    let port = reader.number(table, "port", 1..=65535);
    template.port = reader.given(table, "port", port);
    let user = reader.text(table, "user");
    template.user = reader.given(table, "user", user);
    let sudo = reader.sudo(table);
    template.sudo = reader.given(table, "become", sudo);
    let account = reader.account(table, "become_user");
    template.become_user = reader.given(table, "become_user", account);
    let identity = reader.truth(table, "identity");
    template.identity = reader.given(table, "identity", identity);
    template.vars = reader.vars(table, "vars");
    let Some(names) = names(reader, key) else { return Vec::new() };
    let count = names.len();
    let address = reader.spanned(table, "address");
    let addresses = address.and_then(|text| addresses(reader, &text, count));
    let sessions = sessions::read(reader, key, table, count);
    // A range of machines runs in step with the names.
    let on = reader.spanned(table, "on");
    let on = on.and_then(|text| {
        let machines = expand(reader, &text, |text| range::expand_in_step(&text.text, count))?;
        let machine = |name| Text { text: name, ..text.clone() };
        Some(machines.into_iter().map(machine).collect::<Vec<_>>())
    });
    let addresses = each(reader, table, "address", addresses, count);
    let key = if table.contains_key("session") { "session" } else { "exec" };
    let sessions = each(reader, table, key, Some(sessions), count);
    let on = each(reader, table, "on", on, count);
    let each = names.into_iter().zip(addresses).zip(sessions).zip(on);
    each.map(|(((name, address), session), on)| DeclaredHost {
        name,
        address,
        session,
        on,
        ..template.clone()
    })
    .collect()
}

/// The value of each host of a range, all with the place of `key`; none without that key.
fn each<T>(
    reader: &Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    values: Option<Vec<T>>,
    count: usize,
) -> Vec<Option<Given<T>>> {
    let (Some(values), Some(at)) = (values, reader.given(table, key, Some(()))) else {
        return std::iter::repeat_with(|| None).take(count).collect();
    };
    let (place, imported) = (at.place, at.imported);
    let given = |value| Given { value, place: place.clone(), imported, group: None };
    values.into_iter().map(|value| Some(given(value))).collect()
}

/// The names that a key declares.
fn names(reader: &mut Reader<'_>, key: &Text) -> Option<Vec<String>> {
    let names = expand(reader, key, |text| range::expand(&text.text))?;
    check_name(reader, key, "host").then_some(names)
}

/// Reports a host or group name that could not be written in a host-set expression.
pub(super) fn check_name(reader: &mut Reader<'_>, key: &Text, noun: &str) -> bool {
    let wrong = name_with_ranges(&key.text, noun);
    let good = wrong.is_none();
    wrong.into_iter().for_each(|spanned| reader.reject(key, spanned));
    good
}

/// The mistake of a name without ranges, if it has one.
pub(super) fn wrong_name(name: &str, noun: &str) -> Option<SpannedError> {
    match name.find(['[', ']', ',']) {
        Some(at) => {
            let c = &name[at..=at];
            let message = format!("a {noun} name cannot have the character `{c}`");
            Some(SpannedError::new(at..at + 1, message))
        }
        None => name_with_ranges(name, noun),
    }
}

fn name_with_ranges(name: &str, noun: &str) -> Option<SpannedError> {
    if let Some((at, c)) = expression::odd(name, "") {
        let message = format!("a {noun} name cannot have the character `{c}`");
        let spanned = SpannedError::new(at..at + c.len_utf8(), message);
        Some(spanned.hint("letters, digits and . _ - : make a name"))
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
        let message = format!("a {noun} name begins with a letter or a digit");
        let spanned = SpannedError::new(0..name.len().min(1), message);
        Some(spanned.hint("rename it where it comes from"))
    } else if name == "all" {
        Some(SpannedError::new(0..3, "the name `all` is taken: it means every host"))
    } else {
        None
    }
}

/// The mistake of an address, if it has one.
pub(super) fn check_address(text: &str) -> Option<SpannedError> {
    if let Some((at, c)) = expression::odd(text, "%") {
        let message = format!("an address cannot have the character `{c}`");
        let spanned = SpannedError::new(at..at + c.len_utf8(), message);
        let user = "the login name goes into `user`, the port into `port`";
        return Some(if c == '@' { spanned.hint(user) } else { spanned });
    }
    // `-o…` as an address would be an option of ssh.
    text.starts_with('-').then(|| SpannedError::new(0..1, "an address cannot begin with `-`"))
}

/// Addresses in step with `count` names.
fn addresses(reader: &mut Reader<'_>, text: &Text, count: usize) -> Option<Vec<String>> {
    if let Some(wrong) = check_address(&text.text) {
        reader.reject(text, wrong);
        return None;
    }
    expand(reader, text, |text| range::expand_in_step(&text.text, count))
}

fn expand(
    reader: &mut Reader<'_>,
    text: &Text,
    expand: impl Fn(&Text) -> Result<Vec<String>, SpannedError>,
) -> Option<Vec<String>> {
    expand(text).map_err(|spanned| reader.reject(text, spanned)).ok()
}
