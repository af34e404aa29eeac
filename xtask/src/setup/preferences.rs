//! The tables `[defaults]` and `[alias]`: of the inventory for everybody who uses it, and of `config.toml` for one
//! person, whose own wins.

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Arg, ArgAction, Args as _};
use engine::data::fault::Fault;
use engine::data::inventory::{File, Preferences, Setting};
use engine::data::nearest::did_you_mean;
use engine::data::source::{Place, Problem, Problems};
use engine::run::Options;
use engine::transport::trust::{self, STDIN};

use crate::cli;

/// Flags of one command line: what it does, and to which hosts. A default would do so unseen.
const ONCE: [&str; 9] =
    ["dry-run", "yes", "inventory", "only", "exclude", "emit", "rehearse", "ticket", "reason"];

/// What the person's file says, and the inventory of these flags as far as it can be read: a command that needs all of
/// it says what is wrong. Standard input is not read for it.
///
/// # Errors
/// With each mistake in the tables.
pub(crate) fn of_flags(options: &Options) -> Result<Preferences, Fault> {
    let own = own()?;
    let named = options.inventory.iter().filter(|path| *path != STDIN);
    let mut files: Vec<File> = named.filter_map(|path| file(path, |_| true)).collect();
    if options.inventory.is_empty() && !options.rehearse {
        let believed = |path: &Utf8Path| super::believed(path).is_ok();
        files.extend(super::nearest().ok().and_then(|path| file(&path, believed)));
    }
    let shared = Preferences::read(&files)?;
    check(&shared)?;
    Ok(own.over(shared))
}

/// A file that may have one of the tables: others are not even judged. A pipe (`-i <(PROGRAM)`) can be read once only, and
/// is left to the inventory.
fn file(path: &Utf8Path, good: impl Fn(&Utf8Path) -> bool) -> Option<File> {
    if !path.is_file() {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    let file = File { path: path.to_owned(), text };
    (Preferences::may_be_in(&file) && good(path)).then_some(file)
}

/// What the person's own file says.
///
/// # Errors
/// With each mistake in it, and when others may write it.
fn own() -> Result<Preferences, Fault> {
    let path = directory().map(|dir| dir.join("config.toml")).filter(|path| path.exists());
    let Some(path) = path else { return Ok(Preferences::default()) };
    let text = trust::read_text(&path).map_err(|error| match error.downcast::<Fault>() {
        Ok(fault) => fault.detail("configuration", path.as_str()),
        Err(error) => Fault::usage(format!("cannot read {path}: {error}")),
    })?;
    let preferences = Preferences::alone(File { path, text })?;
    check(&preferences)?;
    Ok(preferences)
}

/// `$XDG_CONFIG_HOME/xtask`.
pub(super) fn directory() -> Option<Utf8PathBuf> {
    let set = |name| std::env::var(name).ok().filter(|value| value.starts_with('/'));
    let config = set("XDG_CONFIG_HOME").map(Utf8PathBuf::from);
    let config = config.or_else(|| Some(Utf8PathBuf::from(set("HOME")?).join(".config")));
    config.map(|dir| dir.join("xtask"))
}

/// The flags of every command that can have a default.
pub(crate) fn flags() -> impl Iterator<Item = Arg> {
    let command = Options::augment_args(clap::Command::new("xtask"));
    let args: Vec<Arg> = command.get_arguments().cloned().collect();
    let fits = |arg: &Arg| {
        let once = arg.get_long().is_none_or(|long| ONCE.contains(&long));
        arg.get_env().is_some() && !once
    };
    args.into_iter().filter(fits)
}

/// Whether a flag has no value.
pub(crate) fn is_switch(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

/// Reports flags that are none, wrong values, and aliases that hide a command.
pub(super) fn check(preferences: &Preferences) -> Result<(), Fault> {
    let mut problems = Problems::default();
    let problem = |place: &Place, message| Problem {
        place: place.clone(),
        message,
        hint: None,
        others: Vec::new(),
    };
    for (flag, setting) in &preferences.defaults {
        if let Err((message, hint)) = word(flag, setting) {
            problems.push(problem(&setting.place, message).hint(Some(hint)));
        }
    }
    if !preferences.aliases.is_empty() {
        let commands = cli::command();
        for (name, alias) in &preferences.aliases {
            if commands.find_subcommand(name).is_some() {
                let message = format!("`{name}` is a command, and no alias can take its place");
                let hint = Some("give the alias another name".to_owned());
                problems.push(problem(&alias.place, message).hint(hint));
            }
            let flags = alias.words.iter().take_while(|word| *word != "--");
            if flags.map(String::as_str).any(|word| word.split('=').next() == Some("--override")) {
                let message = format!("alias `{name}`: --override is for one command line");
                let hint = Some("type it, with the reason of that time".to_owned());
                problems.push(problem(&alias.place, message).hint(hint));
            }
        }
    }
    problems.into_result()
}

/// The word for a default, `--fanout=8`; none for a switch that is off.
///
/// # Errors
/// The mistake, and a hint.
pub(crate) fn word(flag: &str, setting: &Setting) -> Result<Option<String>, (String, String)> {
    let known: Vec<Arg> = flags().collect();
    let longs = || known.iter().filter_map(Arg::get_long);
    let Some(arg) = known.iter().find(|arg| arg.get_long() == Some(flag)) else {
        if ONCE.contains(&flag) {
            let message = format!("`{flag}` has no default: each command line says it itself");
            return Err((message, format!("or set XTASK_{} for a shell", variable(flag))));
        }
        let message = format!("no flag of every command is called `{flag}`");
        let hint = did_you_mean(flag, longs());
        let all = || format!("flags with a default: {}", longs().collect::<Vec<_>>().join(", "));
        return Err((message, hint.unwrap_or_else(all)));
    };
    if is_switch(arg) {
        return match setting.value.as_str() {
            "true" => Ok(Some(format!("--{flag}"))),
            "false" => Ok(None),
            _ => Err((format!("`{flag}` is a switch"), "write true or false".to_owned())),
        };
    }
    let word = format!("--{flag}={}", setting.value);
    let tried = clap::Command::new("xtask").arg(arg.clone()).try_get_matches_from(["xtask", &word]);
    match tried {
        Ok(_) => Ok(Some(word)),
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            Err((first.to_owned(), "see: cargo xtask --help".to_owned()))
        }
    }
}

fn variable(flag: &str) -> String {
    flag.replace('-', "_").to_uppercase()
}
