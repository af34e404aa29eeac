//! `[notify]` and `[metrics]`.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use toml::de::{DeTable, DeValue};

use super::given::Given;
use super::reader::{Reader, Root};
use crate::data::inventory::notify::{Moment, Notify, Program, Webhook};
use crate::data::inventory::secret::SecretSource;
use crate::data::nearest::did_you_mean;

pub(super) const KEYS: [&str; 5] = ["journal", "hosts", "command", "webhook", "on"];
pub(super) const METRICS: [&str; 1] = ["textfile"];

/// The values of all files.
#[derive(Default)]
struct Found {
    journal: Option<Given<bool>>,
    hosts: Option<Given<bool>>,
    command: Option<Given<Program>>,
    webhook: Option<Given<Webhook>>,
    on: Option<Given<Vec<Moment>>>,
    textfile: Option<Given<Utf8PathBuf>>,
}

/// Reads them. A webhook may name one of the `secrets`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    roots: &[Root<'_>],
    secrets: &BTreeMap<String, SecretSource>,
) -> Notify {
    let mut found = Found::default();
    for root in roots {
        reader.enter(root.file);
        if let Some(table) = reader.table(root.table.get_ref(), "notify") {
            notify(reader, table, secrets, &mut found);
        }
        if let Some(table) = reader.table(root.table.get_ref(), "metrics") {
            reader.keys(table, "[metrics]", &METRICS);
            let path = reader.text(table, "textfile").map(|path| reader.beside(&path));
            let path = reader.given(table, "textfile", path);
            reader.keep(&mut found.textfile, path, || "`textfile` of [metrics]".to_owned());
        }
    }
    let default = Notify::default();
    Notify {
        journal: found.journal.map_or(default.journal, |given| given.value),
        hosts: found.hosts.map_or(default.hosts, |given| given.value),
        command: found.command.map(|given| given.value),
        webhook: found.webhook.map(|given| given.value),
        on: found.on.map_or(default.on, |given| given.value),
        textfile: found.textfile.map(|given| given.value),
    }
}

fn notify(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    secrets: &BTreeMap<String, SecretSource>,
    found: &mut Found,
) {
    reader.keys(table, "[notify]", &KEYS);
    let what = |key: &str| format!("`{key}` of [notify]");
    let journal = reader.truth(table, "journal");
    let journal = reader.given(table, "journal", journal);
    reader.keep(&mut found.journal, journal, || what("journal"));
    let hosts = reader.truth(table, "hosts");
    let hosts = reader.given(table, "hosts", hosts);
    reader.keep(&mut found.hosts, hosts, || what("hosts"));
    let command = reader.list(table, "command");
    let words = command.map(|words| words.into_iter().map(|word| word.text).collect());
    let command = words.map(|words| Program { words, dir: reader.beside("") });
    let command = reader.given(table, "command", command);
    reader.keep(&mut found.command, command, || what("command"));
    let hook = webhook(reader, table, secrets);
    let hook = reader.given(table, "webhook", hook);
    reader.keep(&mut found.webhook, hook, || what("webhook"));
    let on = moments(reader, table);
    let on = reader.given(table, "on", on);
    reader.keep(&mut found.on, on, || what("on"));
}

fn moments(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Vec<Moment>> {
    let mut moments = Vec::new();
    for text in reader.list(table, "on")? {
        let words = Moment::ALL.map(Moment::word);
        match Moment::ALL.into_iter().find(|moment| moment.word() == text.text) {
            Some(moment) => moments.push(moment),
            None => {
                let problem = reader.problem_at(&text, format!("`on` cannot be `{}`", text.text));
                let hint = did_you_mean(&text.text, words);
                reader.push(problem.hint(hint.or_else(|| Some(words.join(", ")))));
            }
        }
    }
    Some(moments)
}

/// An address in the file, or `{ secret = "NAME" }`.
fn webhook(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    secrets: &BTreeMap<String, SecretSource>,
) -> Option<Webhook> {
    let value = table.get("webhook")?;
    let DeValue::Table(source) = value.get_ref() else {
        let url = reader.as_text("webhook", value)?;
        if ["http://", "https://"].iter().any(|scheme| url.text.starts_with(scheme)) {
            return Some(Webhook::Url(url.text));
        }
        let problem = reader.problem_at(&url, "`webhook` is not an address of http or https");
        let hint = "write \"https://…\", or { secret = \"NAME\" } with a name of [secrets]";
        reader.push(problem.hint(Some(hint.into())));
        return None;
    };
    reader.keys(source, "`webhook`", &["secret"]);
    let Some(name) = reader.spanned(source, "secret") else {
        if !source.contains_key("secret") {
            reader.bad(value.span(), "`webhook` needs an address or { secret = \"NAME\" }");
        }
        return None;
    };
    if secrets.contains_key(&name.text) {
        return Some(Webhook::Secret(name.text));
    }
    let problem = reader.problem_at(&name, format!("no secret `{}` in [secrets]", name.text));
    reader.push(problem.hint(did_you_mean(&name.text, secrets.keys().map(String::as_str))));
    None
}
