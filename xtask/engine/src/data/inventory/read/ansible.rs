//! `[import] ansible` and `dynamic`.

use camino::Utf8Path;

use super::foreign::Foreign;
use super::given::Text;
use super::imported::Groups;
use super::importing::{Import, Read, text};
use super::reader::Reader;
use crate::data::fault::{Fault, Kind};
use crate::data::import::{ansible_ini, ansible_json, ansible_yaml};
use crate::data::source::{Problems, Source};

/// Adds the hosts of a file.
pub(super) fn file(
    reader: &mut Reader<'_>,
    named: &Text,
    import: &mut Import<'_>,
    groups: &mut Groups,
    into: &mut Read,
) {
    let path = reader.beside(&named.text);
    let Some(text) = text(reader, named, import) else { return };
    if let Some((what, hint)) = no_inventory(&text, &named.text) {
        let problem = reader.source.problem(named.span.clone(), format!("{path} is {what}"));
        return reader.push(problem.hint(Some(hint)));
    }
    let source = Source::discreet(path.as_str(), &text);
    let read = match path.extension() {
        Some("yml" | "yaml") => ansible_yaml::read,
        Some("json") => ansible_json::read,
        _ if text.trim_start().starts_with('{') => ansible_json::read,
        _ => ansible_ini::read,
    };
    let found = read(&source, &mut reader.problems);
    let dir = path.parent().unwrap_or(Utf8Path::new(""));
    let beside = import.importer.list(dir).unwrap_or_default();
    let dirs = ["group_vars", "host_vars"];
    let dirs = dirs.into_iter().filter(|dir| beside.iter().any(|name| name == dir));
    let dirs: Vec<&str> = dirs.collect();
    if !dirs.is_empty() {
        let (dirs, asked) = (dirs.join(" and "), asked(&named.text, ""));
        into.notes.push(format!("{dirs} beside {path} are not read; let Ansible do it: {asked}"));
    }
    into.unused.extend(Foreign { reader, source: &source, import }.add(found, groups));
}

/// The line that lets Ansible read an inventory.
fn asked(path: &str, more: &str) -> String {
    format!("dynamic = [\"ansible-inventory\", \"-i\", \"{path}\", {more}\"--list\"]")
}

/// What a text is that only Ansible can make an inventory of, and the hint.
fn no_inventory(text: &str, path: &str) -> Option<(&'static str, String)> {
    if text.starts_with("#!") {
        let program = if path.contains('/') { path.to_owned() } else { format!("./{path}") };
        return Some(("a program", format!("let it run: dynamic = [\"{program}\", \"--list\"]")));
    }
    if text.starts_with("$ANSIBLE_VAULT") {
        let asked = asked(path, "\"--vault-password-file\", \"FILE\", ");
        return Some(("encrypted by ansible-vault", format!("let Ansible read it: {asked}")));
    }
    if text.lines().any(|line| line.starts_with("plugin:")) {
        let hint = format!("let Ansible run it: {}", asked(path, ""));
        return Some(("the configuration of an inventory plugin", hint));
    }
    None
}

/// Adds the hosts that a program prints.
///
/// # Errors
/// When the program was stopped; whatever else is wrong is a problem of the reader.
pub(super) fn dynamic(
    reader: &mut Reader<'_>,
    words: Vec<Text>,
    import: &mut Import<'_>,
    groups: &mut Groups,
    into: &mut Read,
) -> Result<(), Fault> {
    let span = words[0].span.clone();
    let words: Vec<String> = words.into_iter().map(|word| word.text).collect();
    let dir = Utf8Path::new(reader.source.path).parent().unwrap_or(Utf8Path::new(""));
    match import.importer.run(&words, dir) {
        Ok(text) => {
            let name = format!("output of {}", words.join(" "));
            let source = Source::discreet(&name, &text);
            let mut problems = Problems::default();
            let found = ansible_json::read(&source, &mut problems);
            let place = reader.place(span);
            for problem in problems.into_vec() {
                reader.push(problem.other(place.clone(), "the program"));
            }
            if !text.contains("\"_meta\"") {
                into.notes.push(format!("{name} has no `_meta`: only groups give variables"));
            }
            into.unused.extend(Foreign { reader, source: &source, import }.add(found, groups));
        }
        // A signal, or a time-out: the inventory is not wrong.
        Err(fault) if fault.kind != Kind::Usage => {
            return Err(fault.detail("inventory", reader.place(span).name()));
        }
        Err(fault) => {
            let details = fault.details.iter().map(|(label, text)| format!("{label}: {text}"));
            let hint = details.chain(fault.hints.iter().cloned()).collect::<Vec<_>>().join("\n");
            let problem = reader.source.problem(span, fault.message);
            reader.push(problem.hint((!hint.is_empty()).then_some(hint)));
        }
    }
    Ok(())
}
