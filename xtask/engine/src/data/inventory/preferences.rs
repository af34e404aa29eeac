//! `[defaults]` and `[alias]`: flags that a command line need not repeat, and short names for command lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::importer::File;
use super::read;
use crate::data::fault::Fault;
use crate::data::source::Place;

/// What the files say about the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The value of a flag by its long name: `fanout`. That of a switch is `true` or `false`.
    pub defaults: BTreeMap<String, Setting>,
    /// The command line of an alias by its name.
    pub aliases: BTreeMap<String, Alias>,
}

/// The default of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As it would stand behind the flag.
    pub value: String,
    /// Where it stands.
    pub place: Arc<Place>,
}

/// A short name for a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The words behind the program's name.
    pub words: Vec<String>,
    /// Where it stands.
    pub place: Arc<Place>,
}

impl Preferences {
    /// Reads both tables of some files. Two of them may not say different things.
    ///
    /// # Errors
    /// One usage fault that shows every problem found.
    pub fn read(files: &[File]) -> Result<Self, Fault> {
        let files: Vec<File> = files.iter().filter(|it| Self::may_be_in(it)).cloned().collect();
        if files.is_empty() { Ok(Self::default()) } else { read::preferences(&files, None) }
    }

    /// Whether the file can have one of the tables. Most have neither, and are not read for it.
    pub fn may_be_in(file: &File) -> bool {
        let key = |line: &str| {
            let key = line.trim_start_matches(['[', ' ', '\t', '"', '\'']);
            key.starts_with("defaults") || key.starts_with("alias")
        };
        file.text.lines().any(key)
    }

    /// The same of a file that has nothing else.
    ///
    /// # Errors
    /// As [`read`](Self::read), also for any other table.
    pub fn alone(file: File) -> Result<Self, Fault> {
        read::preferences(&[file], Some(&["defaults", "alias"]))
    }

    /// These, and what `others` say about other flags and names.
    #[must_use]
    pub fn over(mut self, others: Self) -> Self {
        for (flag, setting) in others.defaults {
            self.defaults.entry(flag).or_insert(setting);
        }
        for (name, alias) in others.aliases {
            self.aliases.entry(name).or_insert(alias);
        }
        self
    }
}
