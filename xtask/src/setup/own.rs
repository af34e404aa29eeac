//! Where the files of one's own are: `steps/` beside the inventory, and in the configuration directory of the person.
//!
//! Only directories are read: a start costs the same with one file and with hundreds.

use std::collections::HashMap;
use std::ffi::OsString;

use camino::{Utf8Path, Utf8PathBuf};
use engine::run::Options;
use engine::transport::trust::STDIN;
use tasks::own::{File, Kind};

use super::preferences;
use crate::cli;

/// The directory of all files, beside an inventory or in the configuration directory.
const STEPS: &str = "steps";

/// The rule for the names of runbooks and steps.
pub(crate) const NAME: &str = "a name has small letters, digits and -, and begins with a letter";

/// A directory `steps/`.
struct Place {
    dir: Utf8PathBuf,
    /// The person has named the inventory beside it.
    is_named: bool,
}

/// Finds the files that these words of a command line can name, and makes them known as commands; `typed` are those that are
/// complete. Unless the person consents, others may not have written them.
pub(crate) fn find(words: &[OsString], typed: &[OsString], consents: bool) {
    let mut files = Vec::new();
    for place in places(&cli::named_inventories(words.iter())) {
        let place = Place { is_named: place.is_named && consents, ..place };
        files.extend(in_place(&place));
    }
    settle(&mut files);
    for file in &mut files {
        file.is_typed = typed.iter().any(|word| *word == *file.step);
    }
    tasks::own::know(files);
}

/// The directory beside the inventory of these flags.
pub(crate) fn beside(options: &Options) -> Option<Utf8PathBuf> {
    let places = places(&options.inventory);
    Some(places.into_iter().next()?.dir).filter(|dir| Some(dir) != personal().as_ref())
}

/// Where files were looked for, for a person who sees none.
pub(crate) fn searched(options: &Options) -> String {
    let dirs: Vec<String> =
        places(&options.inventory).into_iter().map(|it| it.dir.into()).collect();
    format!("; looked in {}", dirs.join(", "))
}

/// The directories, the most important first.
fn places(inventories: &[Utf8PathBuf]) -> Vec<Place> {
    let beside = |file: &Utf8PathBuf| file.parent().unwrap_or(Utf8Path::new("")).join(STEPS);
    let named = inventories.iter().filter(|file| *file != STDIN);
    let mut places: Vec<Place> =
        named.map(|file| Place { dir: beside(file), is_named: true }).collect();
    if inventories.is_empty() {
        // A rehearsal needs no inventory: then they are in the current directory.
        let dir = super::nearest().map_or_else(|_| STEPS.into(), |file| beside(&file));
        places.push(Place { dir, is_named: false });
    }
    let personal = personal().map(|dir| Place { dir, is_named: false });
    places.extend(personal);
    places
}

/// `$XDG_CONFIG_HOME/xtask/steps`.
pub(crate) fn personal() -> Option<Utf8PathBuf> {
    Some(preferences::directory()?.join(STEPS))
}

/// The files below one directory, in the order of their names.
fn in_place(place: &Place) -> Vec<File> {
    let mut found = Vec::new();
    for runbook in names(&place.dir) {
        let dir = place.dir.join(&runbook);
        for name in names(&dir) {
            let ending =
                |(ending, kind)| Some((name.strip_suffix(ending)?.strip_suffix('.')?, kind));
            let Some((step, kind)) = Kind::ENDINGS.into_iter().find_map(ending) else { continue };
            let words = (runbook.clone(), step.to_owned());
            found.push(File::new(words, kind, dir.join(&name), place.is_named));
        }
    }
    found
}

/// The names in a directory, sorted; none where there is no directory. Hidden ones are left out.
fn names(dir: &Utf8Path) -> Vec<String> {
    let entries = dir.read_dir_utf8().into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_unstable();
    names
}

/// Marks the files that are no commands: those with a bad name, with the name of a command of the program, or with a name
/// that an earlier file has.
fn settle(files: &mut [File]) {
    let mut first: HashMap<(String, String), Utf8PathBuf> = HashMap::new();
    // Files of one runbook are many.
    let mut taken: HashMap<String, bool> = HashMap::new();
    for file in files {
        let (runbook, step) = &(file.runbook.clone(), file.step.clone());
        let words = (runbook.clone(), step.clone());
        file.unused = if !is_name(runbook) || !is_name(step) {
            Some(NAME.to_owned())
        } else if tasks::built_in(runbook, step).is_some() {
            Some(format!("`{runbook} {step}` is a step of the program"))
        } else if step == tasks::graph::NAME {
            Some(format!("`{step}` is a command of every runbook"))
        } else if *taken.entry(runbook.clone()).or_insert_with(|| cli::is_command(runbook)) {
            Some(format!("`{runbook}` is a command of the program"))
        } else if let Some(other) = first.get(&words) {
            file.is_overridden = other.parent() != file.path.parent();
            Some(format!("{other} has the same name and is used"))
        } else {
            first.insert(words, file.path.clone());
            None
        };
    }
}

/// What a person must know who has written a file with the words of this command of the program.
pub(super) fn unused(words: &str) -> Option<String> {
    let (runbook, step) = words.split_once(' ')?;
    tasks::built_in(runbook, step)?;
    let file = tasks::own::all().iter().find(|file| file.words() == words)?;
    Some(format!("{} is not used: {}", file.path, file.unused.as_ref()?))
}

/// `check-hosts`: small letters, digits, dashes.
pub(crate) fn is_name(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(good)
}
