//! Help: a line for each option, and one line for the options that all commands share.

use std::io::{self, IsTerminal as _};

use clap::builder::StyledStr;
use clap::{Arg, Command};
use engine::run::options::ColorWhen;
use engine::run::report;
use engine::run::report::style::Style;

/// Replaces the options that all commands share in the help of a subcommand.
const COMMON: &str = "Common options: cargo xtask --help";

/// The help of the command in these words, `long` with its details. `None` for the program's own, which has
/// all options.
pub(crate) fn of(root: &mut Command, words: &[String], long: bool) -> Option<StyledStr> {
    let mut command = root;
    let mut depth = 0;
    for word in words {
        // Every other word is a flag or a value.
        if command.find_subcommand(word).is_some() {
            command = command.find_subcommand_mut(word)?;
            depth += 1;
        }
    }
    (depth > 0).then(|| text(command.clone(), long))
}

/// Prints it, in colour if wanted.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn print(text: &StyledStr) -> anyhow::Result<()> {
    let style = Style::choose(ColorWhen::Auto, io::stdout().is_terminal());
    report::print_own(&if style.has_color() { text.ansi().to_string() } else { text.to_string() })
}

fn text(command: Command, long: bool) -> StyledStr {
    let details = command.get_long_about().filter(|_| long).map(|text| flowing(&text.to_string()));
    let values = if long { values(&command) } else { String::new() };
    let command = command.mut_args(|arg| {
        let hidden = arg.is_hide_set() || arg.is_global_set();
        // A table above has them, each with its meaning.
        let has_table = long && details.is_some() && !table(&arg).is_empty();
        let values_hidden = arg.is_hide_possible_values_set() || has_table;
        arg.hide(hidden).hide_possible_values(values_hidden)
    });
    let command = match details {
        Some(details) => command.about(format!("{details}{values}")).long_about(None::<&str>),
        None => command,
    };
    let command =
        if long { command.mut_arg("help", |help| help.help("Print help")) } else { command };
    command.after_help(COMMON).render_help()
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
