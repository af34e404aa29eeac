//! `[hosts.NAME]`: one host, or one for each name of a range.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use super::declared::DeclaredHost;
use super::reader::{Reader, Text};
use crate::data::inventory::host::Session;
use crate::data::inventory::roster::Roster;
use crate::data::nearest::did_you_mean;
use crate::data::spanned_error::SpannedError;
use crate::data::{expression, range};

const KEYS: [&str; 9] =
    ["address", "port", "user", "session", "exec", "become", "identity", "on", "vars"];

/// All declared hosts in the order of the file, also entered in `roster`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    root: &DeTable<'_>,
    roster: &mut Roster,
) -> Vec<DeclaredHost> {
    let Some(table) = reader.table(root, "hosts") else { return Vec::new() };
    let mut hosts: Vec<DeclaredHost> = Vec::new();
    for (key, value) in Reader::entries(table) {
        let Some(table) = reader.as_table(&key.text, value) else { continue };
        let mut again: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for host in declaration(reader, &key, table) {
            match roster.named(&host.name) {
                Some(first) => again.entry(hosts[first].place.line).or_default().push(host.name),
                None => {
                    roster.add(&host.name, host.address.as_deref());
                    hosts.push(host);
                }
            }
        }
        for names in again.into_values() {
            twice(reader, &key.span, &names, roster, &hosts);
        }
    }
    hosts
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
        problem = problem.other(hosts[first].place.clone(), "first declared here");
    }
    reader.push(problem);
}

/// The hosts of one `[hosts.NAME]`.
fn declaration(reader: &mut Reader<'_>, key: &Text, table: &DeTable<'_>) -> Vec<DeclaredHost> {
    reader.keys(table, &format!("[hosts.{}]", key.text), &KEYS);
    let template = DeclaredHost {
        name: String::new(),
        address: None,
        port: reader.number(table, "port", 1..=65535),
        user: reader.text(table, "user"),
        session: Session::Ssh,
        sudo: reader.sudo(table),
        identity: reader.truth(table, "identity"),
        on: None,
        vars: reader.vars(table, "vars"),
        place: reader.source.place(key.span.clone()),
    };
    let Some(names) = names(reader, key) else { return Vec::new() };
    let count = names.len();
    let address = reader.spanned(table, "address");
    let addresses = match address.and_then(|text| addresses(reader, &text, count)) {
        Some(addresses) => addresses.into_iter().map(Some).collect(),
        None => vec![None; count],
    };
    let sessions = sessions(reader, key, table, count);
    // A range of machines runs in step with the names.
    let on = reader.spanned(table, "on");
    let on = on.and_then(|text| {
        let machines = expand(reader, &text, |text| range::expand_in_step(&text.text, count))?;
        let machine = |name| Some(Text { text: name, span: text.span.clone() });
        Some(machines.into_iter().map(machine).collect::<Vec<_>>())
    });
    let on = on.unwrap_or_else(|| vec![None; count]);
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

/// The names that a key declares.
fn names(reader: &mut Reader<'_>, key: &Text) -> Option<Vec<String>> {
    let names = expand(reader, key, |text| range::expand(&text.text))?;
    check_name(reader, key, "host").then_some(names)
}

/// Reports a host or group name that could not be written in a host-set expression.
pub(super) fn check_name(reader: &mut Reader<'_>, key: &Text, noun: &str) -> bool {
    let name = &key.text;
    let spanned = if let Some((at, c)) = expression::odd(name, "") {
        SpannedError::new(
            at..at + c.len_utf8(),
            format!("a {noun} name cannot have the character `{c}`"),
        )
        .hint("letters, digits and . _ - : make a name")
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
        SpannedError::new(
            0..name.len().min(1),
            format!("a {noun} name begins with a letter or a digit"),
        )
    } else if name == "all" {
        SpannedError::new(0..3, "the name `all` is taken: it means every host")
    } else {
        return true;
    };
    reader.reject(key, spanned);
    false
}

/// Addresses in step with `count` names.
fn addresses(reader: &mut Reader<'_>, text: &Text, count: usize) -> Option<Vec<String>> {
    if let Some((at, c)) = expression::odd(&text.text, "%") {
        let message = format!("an address cannot have the character `{c}`");
        let spanned = SpannedError::new(at..at + c.len_utf8(), message);
        let user = "the login name goes into `user`, the port into `port`";
        reader.reject(text, if c == '@' { spanned.hint(user) } else { spanned });
        return None;
    }
    // `-o…` as an address would be an option of ssh.
    if text.text.starts_with('-') {
        reader.reject(text, SpannedError::new(0..1, "an address cannot begin with `-`"));
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

/// `session` and `exec`; words of `exec` may have ranges that run in step with the names.
fn sessions(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    count: usize,
) -> Vec<Session> {
    let name = &key.text;
    let kind = reader.spanned(table, "session");
    let exec = reader.list(table, "exec");
    let is = kind.as_ref().map_or("ssh", |kind| kind.text.as_str());
    if is != "exec" && table.contains_key("exec") {
        let message = format!("`exec` of host {name} has no use: its session is \"{is}\"");
        let problem = reader.source.problem(key.span.clone(), message);
        reader.push(problem.hint(Some("add session = \"exec\"".into())));
    }
    for unused in ["port", "user"].into_iter().filter(|_| matches!(is, "local" | "exec")) {
        if table.contains_key(unused) {
            let message = format!("`{unused}` of host {name} has no use: its session is \"{is}\"");
            reader.bad(key.span.clone(), message);
        }
    }
    match (is, &kind) {
        ("local", _) => vec![Session::Local; count],
        ("exec", _) => commands(reader, key, table, exec, count),
        ("ssh", _) | (_, None) => vec![Session::Ssh; count],
        (other, Some(kind)) => {
            let hint = did_you_mean(other, ["ssh", "local", "exec"])
                .unwrap_or_else(|| "write \"ssh\", \"local\" or \"exec\"".into());
            let message = format!("`session` cannot be `{other}`");
            let problem = reader.source.problem(kind.span.clone(), message);
            reader.push(problem.hint(Some(hint)));
            vec![Session::Ssh; count]
        }
    }
}

/// One command for each name.
fn commands(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    exec: Option<Vec<Text>>,
    count: usize,
) -> Vec<Session> {
    if !table.contains_key("exec") {
        let message = format!("host {} has session \"exec\" but no `exec`", key.text);
        let hint = "add the command that opens it: exec = [\"docker\", \"exec\", \"-i\", \"web1\"]";
        let problem = reader.source.problem(key.span.clone(), message);
        reader.push(problem.hint(Some(hint.into())));
    }
    let mut commands = vec![Vec::new(); count];
    for word in exec.unwrap_or_default() {
        let words = if word.text.contains('[') && count > 1 {
            expand(reader, &word, |word| range::expand_in_step(&word.text, count))
        } else {
            None
        };
        let words = words.unwrap_or_else(|| vec![word.text; count]);
        for (command, word) in commands.iter_mut().zip(words) {
            command.push(word);
        }
    }
    commands.into_iter().map(Session::Exec).collect()
}
