//! Reads typed values from TOML tables. Each mistake becomes a problem with its place.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use camino::{Utf8Path, Utf8PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::data::fault::Fault;
use crate::data::nearest::did_you_mean;
use crate::data::plain;
use crate::data::source::{Problem, Problems, Source};
use crate::data::spanned_error::SpannedError;

/// A text of the file with the bytes that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// The file with the problems found in it so far.
pub(super) struct Reader<'a> {
    pub(super) source: Source<'a>,
    pub(super) problems: Problems,
    /// While `[secrets]` is read, errors show only the wrong part of a line: the rest may be a
    /// secret.
    pub(super) discreet: bool,
    folder: &'a Utf8Path,
}

impl<'a> Reader<'a> {
    pub(super) fn new(path: &'a Utf8Path, text: &'a str) -> Self {
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        let source = Source::new(path.as_str(), text);
        Self { source, problems: Problems::default(), discreet: false, folder }
    }

    /// The root table, or all errors of syntax.
    pub(super) fn parse(&mut self) -> Result<Spanned<DeTable<'a>>, Fault> {
        let (root, errors) = DeTable::parse_recoverable(self.source.text);
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
        std::mem::take(&mut self.problems).into_result()?;
        Ok(root)
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
        if path.starts_with('~') { path.into() } else { self.folder.join(path) }
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
        let inside = self.source.text[text.span.clone()].find(&text.text);
        self.push(match inside {
            Some(offset) => self.source.problem_within(text.span.start + offset, spanned),
            None => self.source.problem(text.span.clone(), spanned.message).hint(spanned.hint),
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

    /// The entries of a table in the order of the file.
    pub(super) fn entries<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(Text, &'t Spanned<DeValue<'i>>)> {
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| (Text { text: key.get_ref().to_string(), span: key.span() }, value))
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    fn wrong_type(&mut self, key: &str, wants: &str, value: &Spanned<DeValue<'_>>) {
        let has = value.get_ref().type_str();
        self.bad(value.span(), format!("`{key}` needs {wants}, not {}", article(has)));
    }

    /// A table within a table.
    pub(super) fn table<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        key: &str,
    ) -> Option<&'t DeTable<'i>> {
        let value = table.get(key)?;
        self.as_table(key, value)
    }

    pub(super) fn as_table<'t, 'i>(
        &mut self,
        key: &str,
        value: &'t Spanned<DeValue<'i>>,
    ) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(key, "a table", value);
        }
        table
    }

    /// A text that is not empty and may stand in a command.
    pub(super) fn as_text(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, "a text in quotes", value);
            return None;
        };
        let text = Text { text: text.to_owned(), span: value.span() };
        if text.text.is_empty() {
            self.bad(text.span, format!("`{key}` is empty"));
            return None;
        }
        match plain::check(&text.text) {
            Ok(()) => Some(text),
            Err(spanned) => {
                self.reject(&text, spanned);
                None
            }
        }
    }

    pub(super) fn spanned(&mut self, table: &DeTable<'_>, key: &str) -> Option<Text> {
        let value = table.get(key)?;
        self.as_text(key, value)
    }

    pub(super) fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        self.spanned(table, key).map(|text| text.text)
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<Text>> {
        match value.get_ref() {
            DeValue::Array(_) => self.as_list(key, value),
            _ => self.as_text(key, value).map(|text| vec![text]),
        }
    }

    /// A list of texts, at least one.
    pub(super) fn list(&mut self, table: &DeTable<'_>, key: &str) -> Option<Vec<Text>> {
        let value = table.get(key)?;
        self.as_list(key, value)
    }

    fn as_list(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<Text>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, "a list of texts", value);
            return None;
        };
        if array.is_empty() {
            self.bad(value.span(), format!("`{key}` is an empty list"));
        }
        let texts: Vec<Text> = array.iter().filter_map(|item| self.as_text(key, item)).collect();
        (!texts.is_empty()).then_some(texts)
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        bounds: RangeInclusive<u16>,
    ) -> Option<u16> {
        let value = table.get(key)?;
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_type(key, "a whole number", value);
            return None;
        };
        let read = u16::from_str_radix(number.as_str(), number.radix()).ok();
        let fits = read.filter(|number| bounds.contains(number));
        if fits.is_none() {
            let (low, high) = bounds.into_inner();
            self.bad(value.span(), format!("`{key}` is {number}, outside of {low} to {high}"));
        }
        fits
    }

    /// `become`: whether the shell is opened through sudo.
    pub(super) fn sudo(&mut self, table: &DeTable<'_>) -> Option<bool> {
        let way = self.spanned(table, "become")?;
        match way.text.as_str() {
            "sudo" => Some(true),
            "none" => Some(false),
            other => {
                let problem =
                    self.source.problem(way.span.clone(), format!("`become` cannot be `{other}`"));
                self.push(problem.hint(Some("write \"sudo\" or \"none\"".into())));
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => {
                self.wrong_type(key, "true or false", value);
                None
            }
        }
    }

    /// Variables: texts, numbers or truth values, kept as they are written.
    pub(super) fn vars(&mut self, table: &DeTable<'_>, key: &str) -> BTreeMap<String, String> {
        let Some(table) = self.table(table, key) else { return BTreeMap::new() };
        let mut vars = BTreeMap::new();
        for (name, value) in Self::entries(table) {
            let text = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.as_str().to_owned(),
                DeValue::Boolean(truth) => truth.to_string(),
                _ => {
                    self.wrong_type(&name.text, "one value (text, number, true, false)", value);
                    continue;
                }
            };
            vars.insert(name.text, text);
        }
        vars
    }
}

/// A type of TOML with its article.
fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'i']);
    format!("{} {noun}", if an { "an" } else { "a" })
}
