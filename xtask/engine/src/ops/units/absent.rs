//! Removing unit files and restoring them.

use anyhow::Result;

use super::unit::{Look, Unit};
use crate::data::fault::Fault;
use crate::ops::absent::link_again;
use crate::ops::action::Action;
use crate::ops::file::bring_back;
use crate::ops::plan::Planned;
use crate::ops::reader::{Entry, Reader};
use crate::ops::{Need, State, Undo};
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const ABSENT: Snippet = snippet!("/../../snippets/", "ops/units-absent");

/// A file of a unit before the change.
struct Found {
    path: String,
    /// The target of a symbolic link.
    link: Option<String>,
}

pub(super) fn state(host: &Reader<'_>, look: &Look) -> Result<State> {
    let (units, files) = (&look.units, files(host, look));
    if let Some(unit) = units.iter().find(|unit| unit.is_up())
        && host.pending().is_none()
    {
        return Err(Fault::refused(format!("{} is still {}", unit.name, unit.words()))
            .hint("disable the units first")
            .into());
    }
    let mut diff = String::new();
    for unit in units {
        let own = files.iter().filter(|file| owner(file, unit));
        let paths: Vec<_> = own.map(|file| file.path.as_str()).collect();
        match (paths.is_empty(), unit.is_absent()) {
            (true, true) => {}
            (true, false) => {
                diff +=
                    &format!("{}: {} {} -> not found\n", unit.name, unit.words(), unit.fragment());
            }
            (false, _) => diff += &format!("{}: {} -> absent\n", unit.name, paths.join(" ")),
        }
    }
    if diff.is_empty() {
        return Ok(State::Kept);
    }
    let after = files.into_iter().map(|file| (file.path, Planned::Gone)).collect();
    Ok(State::Needed(Need { diff, after }))
}

pub(super) fn change(host: &Reader<'_>, look: &Look) -> Action {
    action(Action::change, &look.units, files(host, look))
}

/// Restores the files, then reloads systemd.
pub(super) fn undo(host: &Reader<'_>, look: &Look) -> Result<Vec<Undo>> {
    let files = files(host, look);
    let mut undo = Vec::new();
    for file in &files {
        if let Some(target) = &file.link {
            undo.push(link_again(&file.path, target));
        } else if let Entry::File(content) = host.read(file.path.as_str().into())? {
            undo.push(bring_back(&file.path, &content));
        }
    }
    undo.push(Undo::then(action(Action::undo, &look.units, files)));
    Ok(undo)
}

fn action(
    make: impl Fn(Snippet, Vec<(&'static str, Value)>) -> Action,
    units: &[Unit],
    files: Vec<Found>,
) -> Action {
    let names = units.iter().filter(|unit| !unit.is_absent()).map(|unit| unit.name.clone());
    let files = files.into_iter().map(|file| file.path).collect();
    let values = vec![("NAMES", Value::List(names.collect())), ("FILES", Value::List(files))];
    make(ABSENT, values)
}

fn owner(file: &Found, unit: &Unit) -> bool {
    file.path.rsplit('/').next() == Some(&unit.name)
}

/// Where the files of these units may be.
pub(super) fn paths(names: &[String], directories: &[String]) -> Vec<String> {
    let paths = |directory: &String| {
        let directory = directory.trim_end_matches('/').to_owned();
        names.iter().map(move |name| format!("{directory}/{name}"))
    };
    directories.iter().flat_map(paths).collect()
}

/// The files of these units that exist, or in a dry run will exist.
fn files(host: &Reader<'_>, look: &Look) -> Vec<Found> {
    let mut found = Vec::new();
    for line in &look.files {
        let mut words = line.splitn(3, ' ').skip(1).map(str::to_owned);
        if let Some(path) = words.next()
            && host.planned(path.as_str().into()) != Some(Planned::Gone)
        {
            found.push(Found { path, link: words.next() });
        }
    }
    found
}
