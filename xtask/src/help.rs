//! Help: a line for each option, and one line for the options that all commands share.

mod fit;

use std::io::{self, IsTerminal as _};

use clap::builder::StyledStr;
use clap::{Arg, Command};
use engine::run::options::ColorWhen;
use engine::run::report;
use engine::run::report::style::Style;
use engine::text::codes;

/// Replaces the options that all commands share in the help of a subcommand.
const COMMON: &str = "Common options: cargo xtask --help";

/// The help of the command in these words, `long` with its details. `None` for the program's own, which has
/// all options.
pub(crate) fn of(root: &mut Command, words: &[String], long: bool) -> Option<StyledStr> {
    let mut command = root;
    let mut path = Vec::new();
    for word in words {
        // Every other word is a flag or a value.
        if command.find_subcommand(word).is_some() {
            command = command.find_subcommand_mut(word)?;
            path.push(word.as_str());
        }
    }
    (!path.is_empty()).then(|| text(command.clone(), runbook(&path), long))
}

/// The runbook of a command, if it has a list of traps and the command is not that list.
fn runbook(path: &[&str]) -> Option<&'static str> {
    let owns = |runbook: &tasks::list::Runbook| {
        let top = |row: &&tasks::list::Row| row.on_top && path == [row.name()];
        path.first() == Some(&runbook.name) || runbook.rows.iter().any(|row| top(&row))
    };
    let found = tasks::RUNBOOKS.iter().find(|runbook| owns(runbook))?;
    let has_traps = found.rows.iter().any(|row| row.module == "traps");
    (has_traps && path.last() != Some(&"traps")).then_some(found.name)
}

/// Prints it, in colour if wanted.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn print(text: &StyledStr) -> anyhow::Result<()> {
    let style = Style::choose(ColorWhen::Auto, io::stdout().is_terminal());
    let text = if style.has_color() { text.ansi().to_string() } else { text.to_string() };
    report::print_own(&fit::to(&text, fit::columns()))
}

fn text(command: Command, runbook: Option<&str>, long: bool) -> StyledStr {
    let is_list = command.get_name() == "traps";
    let mut traps = Vec::new();
    // The list of traps explains its own ids.
    let mut clean = |text: &str| match is_list {
        true => text.to_owned(),
        false => {
            let (clean, ids) = codes::without(text);
            traps.extend(ids);
            clean
        }
    };
    let details =
        command.get_long_about().filter(|_| long).map(|text| clean(&flowing(&text.to_string())));
    let values = if long { clean(&values(&command)) } else { String::new() };
    let about = command.get_about().map(|text| clean(&text.to_string()));
    let command = match about {
        Some(about) => command.about(about),
        None => command,
    };
    let command = command.mut_args(|arg| {
        let hidden = arg.is_hide_set() || arg.is_global_set();
        // A table above has them, each with its meaning.
        let has_table = long && details.is_some() && !table(&arg).is_empty();
        let values_hidden = arg.is_hide_possible_values_set() || has_table;
        let arg = arg.hide(hidden).hide_possible_values(values_hidden);
        let (help, more) = [arg.get_help(), arg.get_long_help()]
            .map(|text| text.filter(|_| !hidden).map(|text| clean(&text.to_string())))
            .into();
        let arg = if let Some(help) = help { arg.help(help) } else { arg };
        if let Some(more) = more { arg.long_help(more) } else { arg }
    });
    let command = match details {
        Some(details) => command.about(format!("{details}{values}")).long_about(None::<&str>),
        None => command,
    };
    let command =
        if long { command.mut_arg("help", |help| help.help("Print help")) } else { command };
    codes::sort(&mut traps);
    let more = match runbook {
        Some(name) if !traps.is_empty() => {
            format!("Why it does so: cargo xtask {name} traps {}\n{COMMON}", traps.join(" "))
        }
        _ => COMMON.to_owned(),
    };
    command.after_help(more).render_help()
}

/// Each paragraph as one line, which is then broken at the width of the terminal. Indented lines stay lines.
fn flowing(text: &str) -> String {
    let mut flowing = String::new();
    let mut is_open = false;
    for line in text.lines() {
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        if !flowing.is_empty() {
            flowing.push(if is_open && is_prose { ' ' } else { '\n' });
        }
        flowing.push_str(line);
        is_open = is_prose;
    }
    flowing
}

/// The meaning of each value of an argument, if it has one.
fn values(command: &Command) -> String {
    let own = command.get_arguments().filter(|arg| !arg.is_global_set());
    own.filter(|arg| !arg.is_hide_possible_values_set()).map(table).collect()
}

fn table(arg: &Arg) -> String {
    let values = arg.get_possible_values();
    let width = values.iter().map(|value| value.get_name().len()).max().unwrap_or(0);
    let rows: Vec<String> = values
        .iter()
        .filter(|value| !value.is_hide_set())
        .filter_map(|value| Some((value.get_name(), value.get_help()?)))
        .map(|(name, help)| format!("\n  {name:width$}  {help}"))
        .collect();
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    match (rows.is_empty(), name) {
        (false, Some(name)) => format!("\n\n{name}:{}", rows.concat()),
        _ => String::new(),
    }
}
