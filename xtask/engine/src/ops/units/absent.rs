//! Removing unit files and restoring them.

use anyhow::Result;

use super::unit::Unit;
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
const PATHS: Snippet = snippet!("/../../snippets/", "ops/paths");

/// A file of a unit before the change.
struct Found {
    path: String,
    /// The target of a symbolic link.
    link: Option<String>,
}

pub(super) fn state(host: &Reader<'_>, units: &[Unit], directories: &[String]) -> Result<State> {
    let files = files(host, units, directories)?;
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

pub(super) fn change(host: &Reader<'_>, units: &[Unit], directories: &[String]) -> Result<Action> {
    let files = files(host, units, directories)?;
    Ok(action(Action::change, units, files))
}

/// Restores the files, then reloads systemd.
pub(super) fn undo(host: &Reader<'_>, units: &[Unit], directories: &[String]) -> Result<Vec<Undo>> {
    let files = files(host, units, directories)?;
    let mut undo = Vec::new();
    for file in &files {
        if let Some(target) = &file.link {
            undo.push(link_again(&file.path, target));
        } else if let Entry::File(content) = host.read(file.path.as_str().into())? {
            undo.push(bring_back(&file.path, &content));
        }
    }
    undo.push(Undo::then(action(Action::undo, units, files)));
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

/// The files of these units that exist, or in a dry run will exist.
fn files(host: &Reader<'_>, units: &[Unit], directories: &[String]) -> Result<Vec<Found>> {
    let paths = |directory: &String| {
        let directory = directory.trim_end_matches('/').to_owned();
        units.iter().map(move |unit| format!("{directory}/{}", unit.name))
    };
    let paths: Vec<String> = directories.iter().flat_map(paths).collect();
    let mut found = Vec::new();
    for line in host.ask(PATHS, [("PATHS", Value::List(paths))])?.lines() {
        let mut words = line.splitn(3, ' ').skip(1).map(str::to_owned);
        if let Some(path) = words.next()
            && host.planned(path.as_str().into()) != Some(Planned::Gone)
        {
            found.push(Found { path, link: words.next() });
        }
    }
    Ok(found)
}
