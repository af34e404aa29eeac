//! The value of a key in an environment file: where it comes from, and the operation that sets it.

use engine::prelude::*;
use engine::text::edit::env;

use super::site::Site;

/// The source of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// The value of a flag of the step.
    Flag(&'static str),
    /// The value of a flag, else that of a variable of the site.
    FlagOr(&'static str, &'static str),
    /// The value of a key of another file.
    Key(&'static str, &'static str),
    /// The same, and never shown.
    Secret(&'static str, &'static str),
    /// The value of a variable of the site, never shown.
    SiteSecret(&'static str),
    /// No value: the key has to be there, with any value.
    Named,
}

/// A value before the first file is changed.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// This one.
    Is(String),
    /// A dry run cannot know it, and why.
    Later(String),
}

/// What sources are read from.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    /// The control machine.
    pub(crate) control: &'a Host<'a>,
    /// The directory of the deploy scripts.
    pub(crate) dir: &'a AbsPath,
    /// The variables of the site, where a source needs them.
    pub(crate) site: Option<&'a Site<'a>>,
    /// The flags of the step.
    pub(crate) flags: &'a [(&'static str, String)],
}

impl Source {
    /// Whether it needs the variables of the site, with these flags.
    pub(crate) fn needs_site(self, flags: &[(&'static str, String)]) -> bool {
        match self {
            Self::SiteSecret(_) => true,
            Self::FlagOr(flag, _) => !flags.iter().any(|(name, _)| *name == flag),
            _ => false,
        }
    }

    /// Whether its value is never shown.
    pub(crate) const fn is_secret(self) -> bool {
        matches!(self, Self::Secret(..) | Self::SiteSecret(_))
    }

    /// Reads the whole value, never an empty one (X4.22, X4.23).
    ///
    /// # Errors
    /// Refused: the value is missing or empty, and no earlier operation of a dry run could bring it.
    pub(crate) fn read(self, from: &Sources<'_>) -> Result<Known> {
        let flag = |flag| from.flags.iter().find(|(name, _)| *name == flag).map(|(_, text)| text);
        match self {
            Self::Named => Ok(Known::Is(String::new())),
            Self::Flag(name) => Ok(Known::Is(flag(name).cloned().unwrap_or_default())),
            Self::FlagOr(name, variable) => match flag(name) {
                Some(value) => Ok(Known::Is(value.clone())),
                None => from.variable(variable, false),
            },
            Self::SiteSecret(variable) => from.variable(variable, true),
            Self::Key(file, key) | Self::Secret(file, key) => from.key(file, key),
        }
    }
}

impl Sources<'_> {
    fn variable(&self, name: &str, hidden: bool) -> Result<Known> {
        let Some(site) = self.site else {
            return Err(Fault::failed(format!("{name}: the site was not read")).into());
        };
        match (site.known(name), self.pending()) {
            (None, Some(pending)) => Ok(Known::Later(format!("{name} may come from: {pending}"))),
            _ if hidden => Ok(Known::Is(site.secret(name)?.to_owned())),
            _ => Ok(Known::Is(site.get(name)?.to_owned())),
        }
    }

    fn pending(&self) -> Option<String> {
        self.control.look("read the plan", |reader| Ok(reader.pending())).ok().flatten()
    }

    fn key(&self, file: &str, key: &str) -> Result<Known> {
        let path = format!("{}/{file}", self.dir);
        self.control.look("read the values", |reader| {
            let missing = |what: &str| match reader.pending() {
                Some(pending) => {
                    Ok(Known::Later(format!("{file}: {what}; an earlier operation: {pending}")))
                }
                None => Err(Fault::refused(format!("{path}: {what}"))
                    .hint("generate the environment first: ./bkcli install bkenv")
                    .into()),
            };
            let found = match reader.read(path.as_str().into())? {
                Entry::File(found) => found,
                Entry::Unknown(because) => return Ok(Known::Later(because)),
                Entry::Absent | Entry::Directory => return missing("the file does not exist"),
            };
            let value = env::get(found.text(path.as_str().into())?, key)
                .map_err(|fault| fault.detail("in", path.as_str()))?;
            match value {
                Some(value) if !value.is_empty() => Ok(Known::Is(value)),
                Some(_) => missing(&format!("{key} is empty")),
                None => missing(&format!("{key} is not set")),
            }
        })
    }
}

/// One key of a file with its value.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// The key.
    pub(crate) key: &'static str,
    /// The value; none: the key has to be there, with any value.
    pub(crate) value: Option<String>,
    /// The value is not shown.
    pub(crate) hidden: bool,
}

impl Pair {
    /// `KEY=value`, or the key alone.
    fn shown(&self) -> String {
        match &self.value {
            Some(value) if !self.hidden => format!("{}={value}", self.key),
            _ => self.key.to_owned(),
        }
    }

    fn set(&self, text: &str) -> Result<String, Fault> {
        match &self.value {
            Some(value) => env::set(text, self.key, value),
            // A value that it has stays (X4.27).
            None if env::get(text, self.key)?.is_some() => Ok(text.to_owned()),
            None => env::set(text, self.key, ""),
        }
    }
}

/// Sets the keys of the file at `path`, each once and quoted, instead of appending or replacing by a pattern
/// (X4.21, X4.24, X4.26, X4.28). It is one edit of the file, with one undo.
pub(crate) fn set(path: String, pairs: Vec<Pair>) -> Edit {
    let shown: Vec<String> = pairs.iter().map(Pair::shown).collect();
    // A file of the package, whose keys only have to be there.
    let only_named = pairs.iter().all(|pair| pair.value.is_none());
    let verb = if only_named { "name" } else { "set" };
    let what = format!("{verb} {} in {path}", shown.join(", "));
    let noted = pairs.clone();
    let edit = Edit::new(path, what, move |text| {
        pairs.iter().try_fold(text.to_owned(), |text, pair| pair.set(&text))
    });
    if only_named {
        return edit;
    }
    // Other lines of these files hold passwords: neither a diff nor the record may show them.
    let repeated = move |text: &str| {
        let notes: Vec<String> =
            noted.iter().filter_map(|pair| env::repeated(text, pair.key)).collect();
        (!notes.is_empty()).then(|| notes.join("\n"))
    };
    edit.noting(repeated).or_create("600").secret()
}

/// An operation of a dry run whose values come from an earlier operation.
#[derive(Debug)]
pub(crate) struct Later {
    /// Its line in the plan.
    pub(crate) what: String,
    /// Why it is not known.
    pub(crate) because: String,
}

impl Op for Later {
    fn describe(&self) -> String {
        self.what.clone()
    }

    fn probe(&self, _: &Reader<'_>) -> Result<State> {
        Ok(State::Unknown(self.because.clone()))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}
