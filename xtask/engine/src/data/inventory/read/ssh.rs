//! `[import] ssh_config`, and the files that it includes.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::foreign::Foreign;
use super::given::Text;
use super::imported::Groups;
use super::importing::{Import, text};
use super::reader::Reader;
use crate::data::import::ssh_config::{self, File};
use crate::data::inventory::importer::Importer;
use crate::data::inventory::unused::Unused;
use crate::data::source::Source;
use crate::data::wildcard;

/// Adds the hosts of a file.
pub(super) fn read(
    reader: &mut Reader<'_>,
    named: &Text,
    import: &mut Import<'_>,
    groups: &mut Groups,
) -> Vec<Unused> {
    let path = reader.beside(&named.text);
    let Some(text) = text(reader, named, import) else { return Vec::new() };
    let is_own = match import.own_config {
        Some(own) => own == path,
        None => import.importer.is_own_ssh_config(&path),
    };
    let (importer, folder) = (import.importer, folder(&path));
    let include = |word: &str| included(importer, folder, word);
    let file = File { path, text };
    let parts = ssh_config::read(file, &mut reader.problems, is_own, &include);
    let mut unused = Vec::new();
    for part in parts {
        let source = Source::discreet(part.file.path.as_str(), &part.file.text);
        unused.extend(Foreign { reader, source: &source, import }.add(part.found, groups));
    }
    unused
}

/// Where `Include` looks for relative names, as in ssh_config(5): not beside the file.
fn folder(path: &Utf8Path) -> &'static str {
    if path.starts_with("/etc/ssh") { "/etc/ssh" } else { "~/.ssh" }
}

/// The files of a word of `Include`. As for ssh, one that is not there is no mistake.
fn included(importer: &dyn Importer, folder: &str, word: &str) -> Result<Vec<File>, String> {
    let word = word.strip_prefix("%d/").map_or_else(|| word.to_owned(), |it| format!("~/{it}"));
    if word.contains(['%', '$', '[']) {
        return Err(format!("only ssh can tell which files `{word}` names"));
    }
    let path = if word.starts_with('~') { word.into() } else { Utf8Path::new(folder).join(&word) };
    let mut files = Vec::new();
    for path in paths(importer, &path)? {
        match importer.read(&path) {
            Ok(text) => files.push(File { path, text }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("cannot read {path}: {error}")),
        }
    }
    Ok(files)
}

/// The files of a pattern in the order of their names.
fn paths(importer: &dyn Importer, path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
    let (Some(dir), Some(pattern)) = (path.parent(), path.file_name()) else {
        return Ok(Vec::new());
    };
    if wildcard::is_in(dir.as_str()) {
        return Err("`*` and `?` are followed only behind the last `/`".to_owned());
    }
    if !wildcard::is_in(pattern) {
        return Ok(vec![path.to_owned()]);
    }
    let mut names = match importer.list(dir) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!("cannot read the directory {dir}: {error}")),
    };
    names.retain(|name| {
        wildcard::matches(pattern, name) && (!name.starts_with('.') || pattern.starts_with('.'))
    });
    names.sort();
    Ok(names.into_iter().map(|name| dir.join(name)).collect())
}
