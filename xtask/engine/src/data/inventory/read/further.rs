//! `[import] files`: further files of TOML, read before all others are looked at.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use toml::de::DeTable;

use super::given::Text;
use super::reader::{Reader, beside};
use crate::data::inventory::importer::{File, Importer};
use crate::data::source::{Problems, Source};
use crate::data::wildcard;

/// The files that the `named` ones import, and the problems with their names.
pub(super) fn read(named: &[File], importer: &dyn Importer) -> (Vec<File>, Problems) {
    let sources: Vec<Source<'_>> = named.iter().map(File::source).collect();
    let mut reader = Reader::new(&sources, named.len());
    let (mut files, mut seen) = (Vec::new(), BTreeSet::new());
    for (number, file) in named.iter().enumerate() {
        // Most inventories have none; a mistake of syntax is reported when the file is read.
        let Some(root) = file.text.contains("files").then(|| DeTable::parse(&file.text).ok())
        else {
            continue;
        };
        reader.enter(number);
        let table = root.as_ref().and_then(|root| root.get_ref().get("import"));
        let value = table.and_then(|table| table.get_ref().as_table()?.get("files"));
        let texts = value.and_then(|value| reader.texts("files", value)).unwrap_or_default();
        for text in texts {
            for path in paths(&mut reader, &text, importer) {
                if named.iter().any(|file| file.path == path) || !seen.insert(path.clone()) {
                    continue;
                }
                match importer.read(&path) {
                    Ok(text) => files.push(File { path, text }),
                    Err(error) => {
                        reader.bad(text.span.clone(), format!("cannot read {path}: {error}"));
                    }
                }
            }
        }
    }
    (files, reader.problems)
}

/// The files of a pattern in the order of their names.
fn paths(reader: &mut Reader<'_>, text: &Text, importer: &dyn Importer) -> Vec<Utf8PathBuf> {
    let path = beside(reader.source.path, &text.text);
    let (dir, pattern) = (path.parent().unwrap_or(Utf8Path::new("")), path.file_name());
    if wildcard::is_in(dir.as_str()) {
        reader.bad(text.span.clone(), "`*` and `?` can stand only behind the last `/`");
        return Vec::new();
    }
    let Some(pattern) = pattern.filter(|pattern| wildcard::is_in(pattern)) else {
        return vec![path];
    };
    let names = match importer.list(dir) {
        Ok(names) => names,
        Err(error) => {
            reader.bad(text.span.clone(), format!("cannot read the directory {dir}: {error}"));
            return Vec::new();
        }
    };
    // As in a shell, a name that begins with a dot must be asked for.
    let shown = |name: &String| !name.starts_with('.') || pattern.starts_with('.');
    let mut names: Vec<String> =
        names.into_iter().filter(|name| shown(name) && wildcard::matches(pattern, name)).collect();
    names.sort();
    if names.is_empty() {
        reader.bad(text.span.clone(), format!("no file matches {path}"));
    }
    names.into_iter().map(|name| dir.join(name)).collect()
}
