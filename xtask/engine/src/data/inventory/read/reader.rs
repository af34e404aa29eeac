//! Reads typed values from TOML tables. Each mistake becomes a problem with its place.

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::given::Text;
use crate::data::fault::Fault;
use crate::data::nearest::did_you_mean;
use crate::data::source::{Place, Problem, Problems, Source};
use crate::data::spanned_error::SpannedError;

mod values;

/// The tables of one file.
pub(super) struct Root<'a> {
    /// Its place among the files.
    pub(super) file: usize,
    pub(super) table: Spanned<DeTable<'a>>,
}

/// The files with the problems found in them so far. One of them is open: spans belong to it.
pub(super) struct Reader<'a> {
    /// The open file.
    pub(super) source: &'a Source<'a>,
    pub(super) problems: Problems,
    /// While `[secrets]` is read, errors show only the wrong part of a line: the rest may be a
    /// secret.
    pub(super) discreet: bool,
    sources: &'a [Source<'a>],
    /// The place of the open file in `sources`.
    pub(super) file: usize,
    /// It is an inventory: a file of another tool can be mistaken for one.
    pub(super) is_inventory: bool,
    /// The number of files that the user has named; they come first. The others are imported.
    named: usize,
}

impl<'a> Reader<'a> {
    /// A reader of at least one file.
    pub(super) fn new(sources: &'a [Source<'a>], named: usize) -> Self {
        let (source, problems) = (&sources[0], Problems::default());
        Self { source, problems, discreet: false, is_inventory: true, sources, file: 0, named }
    }

    /// Opens a file.
    pub(super) fn enter(&mut self, file: usize) {
        (self.source, self.file) = (&self.sources[file], file);
    }

    /// Whether another file imports the open one.
    pub(super) const fn is_imported(&self) -> bool {
        self.file >= self.named
    }

    /// The root tables of all files, or all errors of syntax.
    pub(super) fn roots(&mut self) -> Result<Vec<Root<'a>>, Fault> {
        let mut roots = Vec::new();
        for file in 0..self.sources.len() {
            self.enter(file);
            roots.push(Root { file, table: self.parse() });
        }
        std::mem::take(&mut self.problems).into_result()?;
        Ok(roots)
    }

    fn parse(&mut self) -> Spanned<DeTable<'a>> {
        let (root, errors) = DeTable::parse_recoverable(self.source.text);
        let foreign = self.is_inventory && is_foreign(self.source.text);
        if let (Some(error), true) = (errors.first(), foreign) {
            self.foreign(error);
            return root;
        }
        for error in errors {
            let span = error.span().unwrap_or_default();
            let before = &self.source.text[..span.start];
            let table = before.lines().rev().find(|line| line.trim_start().starts_with('['));
            self.discreet = table.is_some_and(|line| line.trim_start().starts_with("[secrets"));
            match (error.message(), self.discreet) {
                ("duplicate key", _) => self.twice(span),
                (message, false) => self.bad(span, format!("not TOML: {message}")),
                // The wrong text may be the secret.
                (message, true) => self.bad(span.start..span.start, format!("not TOML: {message}")),
            }
        }
        self.discreet = false;
        root
    }

    /// Reports a file in the form of another tool. Its lines are not shown: they may have passwords.
    fn foreign(&mut self, error: &toml::de::Error) {
        let start = error.span().unwrap_or_default().start;
        self.discreet = true;
        let problem = self.source.problem(start..start, format!("not TOML: {}", error.message()));
        let name = Utf8Path::new(self.source.path).file_name().unwrap_or_default();
        let hint = format!(
            "an inventory of Ansible is named in a hosts.toml beside it: [import] ansible = \"{name}\""
        );
        self.push(problem.hint(Some(hint)));
        self.discreet = false;
    }

    /// A key, or the name of a table, that stands in the file for the second time.
    fn twice(&mut self, span: Range<usize>) {
        let text = self.source.text;
        let begin = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
        let upto = text[begin..span.end].trim_start();
        let key = &text[span.clone()];
        let message = match upto.strip_prefix("[hosts.") {
            Some(name) if name == key => {
                format!("host `{}` is declared twice", key.trim_matches('"'))
            }
            _ => format!("`{key}` is written twice"),
        };
        // Finds the nearest earlier line with the same beginning; an inline table has none.
        let earlier = if self.problems.are_enough() { "" } else { &text[..begin] };
        let (mut at, mut first) = (0, None);
        for line in earlier.split_inclusive('\n') {
            let same = line.trim_start().strip_prefix(upto);
            if same.is_some_and(|rest| rest.starts_with([' ', ']', '=', '.'])) {
                let end = at + line.len() - line.trim_start().len() + upto.len();
                first = Some(end - key.len()..end);
            }
            at += line.len();
        }
        let problem = self.source.problem(span, message);
        self.push(match first {
            Some(first) => problem.other(self.source.place(first), "first written here"),
            None => problem,
        });
    }

    /// A path of the file, taken from the directory of the file unless it begins with `/` or `~`.
    pub(super) fn beside(&self, path: &str) -> Utf8PathBuf {
        beside(self.source.path, path)
    }

    /// A place of the open file.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        self.source.place(span)
    }

    /// A problem at a text, in whichever file it stands.
    pub(super) fn problem_at(&self, text: &Text, message: impl Into<String>) -> Problem {
        self.sources[text.file].problem(text.span.clone(), message)
    }

    pub(super) fn bad(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.push(self.source.problem(span, message));
    }

    pub(super) fn push(&mut self, mut problem: Problem) {
        if self.discreet {
            let others = problem.others.iter_mut().map(|(place, _)| place);
            for place in others.chain([&mut problem.place]) {
                place.text = place.text[place.at.clone()].to_owned();
                place.at = 0..place.text.len();
            }
        }
        self.problems.push(problem);
    }

    /// Reports a mistake inside a text of the file. It points into the text, or at all of it if
    /// escapes shift the places.
    pub(super) fn reject(&mut self, text: &Text, spanned: SpannedError) {
        let source = &self.sources[text.file];
        let inside = source.text[text.span.clone()].find(&text.text);
        self.push(match inside {
            Some(offset) => source.problem_within(text.span.start + offset, spanned),
            None => source.problem(text.span.clone(), spanned.message).hint(spanned.hint),
        });
    }

    /// Reports the keys of `table` that are not `known`; `place` names the table.
    pub(super) fn keys(&mut self, table: &DeTable<'_>, place: &str, known: &[&str]) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let problem =
                    self.source.problem(key.span(), format!("unknown key `{name}` in {place}"));
                let hint = did_you_mean(name, known.iter().copied())
                    .unwrap_or_else(|| format!("keys of {place}: {}", known.join(", ")));
                self.push(problem.hint(Some(hint)));
            }
        }
    }

    /// The entries of a table of the open file, in its order.
    pub(super) fn entries<'t, 'i>(
        &self,
        table: &'t DeTable<'i>,
    ) -> Vec<(Text, &'t Spanned<DeValue<'i>>)> {
        let text =
            |key: &Spanned<_>, text: String| Text { text, file: self.file, span: key.span() };
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| (text(key, key.get_ref().to_string()), value))
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }
}

/// Whether a text is rather an inventory of another tool: it has a variable of Ansible, or no table that ours has.
fn is_foreign(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    let ours = |line: &str| {
        let key = line.trim_start_matches('[').split([']', '.', '=', ' ']).next();
        key.is_some_and(|key| super::KEYS.contains(&key))
    };
    let mut has_ours = false;
    lines.any(|line| {
        has_ours |= ours(line);
        line.contains("ansible_")
    }) || !has_ours
}

/// A path that a file names, taken from the directory of that file unless it begins with `/` or `~`.
pub(super) fn beside(file: &str, path: &str) -> Utf8PathBuf {
    let folder = Utf8Path::new(file).parent().unwrap_or(Utf8Path::new(""));
    if path.starts_with('~') { path.into() } else { folder.join(path) }
}
