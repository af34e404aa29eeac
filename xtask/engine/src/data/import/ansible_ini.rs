//! Ansible's inventory as INI: sections of hosts, `[NAME:children]` and `[NAME:vars]`.

use std::ops::Range;

use super::ansible::{Model, Value};
use super::found::{Found, Word};
use super::literal::{self, Literal};
use super::pattern;
use crate::data::source::{Problem, Problems, Source};

/// The kinds of sections.
enum Section {
    Hosts(usize),
    Children(usize),
    Vars(usize),
    /// Its head is wrong; its lines mean nothing.
    Unknown,
}

struct Reader<'r, 's> {
    source: &'r Source<'s>,
    problems: &'r mut Problems,
    model: Model,
}

/// Reads a file.
pub(in crate::data) fn read(source: &Source<'_>, problems: &mut Problems) -> Found {
    let mut reader = Reader { source, problems, model: Model::default() };
    let none = Word::new("ungrouped", 0..0);
    let mut section = Section::Hosts(reader.model.group(&none));
    let mut start = 0;
    for raw in source.text.split_inclusive('\n') {
        let line = trimmed(source.text, start..start + raw.len());
        start += raw.len();
        let text = &source.text[line.clone()];
        match text.chars().next() {
            None | Some('#' | ';') => {}
            Some('[') if text.find(']').is_some_and(|end| is_end(&text[end + 1..])) => {
                section = reader.section(line);
            }
            Some(_) => reader.line(&section, line),
        }
    }
    let Reader { model, problems, .. } = reader;
    model.found(source, problems)
}

/// Whether nothing but a comment is left of a line.
fn is_end(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with(['#', ';'])
}

/// The bytes of a text without the blanks around it.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let inside = &text[span.clone()];
    let start = span.start + inside.len() - inside.trim_start_matches(blank).len();
    start..start + inside.trim_matches(blank).len()
}

impl Reader<'_, '_> {
    fn word(&self, span: Range<usize>) -> Word {
        Word::new(&self.source.text[span.clone()], span)
    }

    fn bad(&mut self, span: Range<usize>, message: impl Into<String>, hint: &str) {
        let problem: Problem = self.source.problem(span, message);
        self.problems.push(problem.hint(Some(hint.to_owned())));
    }

    /// `[web]`, `[web:vars]`, `[prod:children]`
    fn section(&mut self, line: Range<usize>) -> Section {
        let text = &self.source.text[line.clone()];
        let inside = &text[1..text.find(']').unwrap_or(text.len())];
        let (name, kind) = inside.split_once(':').unwrap_or((inside, "hosts"));
        let (at, kind_at) = (line.start + 1, line.start + 2 + name.len());
        let span = at..at + name.len();
        if name.trim().is_empty() {
            self.bad(line, "a section without a name", "write [GROUP]");
            return Section::Unknown;
        }
        let group = self.model.group(&self.word(span));
        match kind {
            "hosts" => Section::Hosts(group),
            "children" => Section::Children(group),
            "vars" => Section::Vars(group),
            other => {
                let message = format!("`{other}` is no kind of section");
                let hint = "a section is [GROUP], [GROUP:children] or [GROUP:vars]";
                self.bad(kind_at..kind_at + other.len(), message, hint);
                Section::Unknown
            }
        }
    }

    fn line(&mut self, section: &Section, line: Range<usize>) {
        match section {
            Section::Hosts(group) => self.hosts(*group, line),
            Section::Children(group) => {
                let end = self.source.text[line.clone()].find([' ', '\t', '#', ';']);
                let name = self.word(line.start..end.map_or(line.end, |end| line.start + end));
                let child = self.model.group(&name);
                self.model.at(*group).children.push(child);
            }
            Section::Vars(group) => {
                let text = &self.source.text[line.clone()];
                let Some(equals) = text.find('=') else {
                    let end = text.find([' ', '\t', ':']).map_or(line.end, |end| line.start + end);
                    self.bad(line.start..end, "a variable without a value", "write NAME = VALUE");
                    return;
                };
                let name = self.word(trimmed(self.source.text, line.start..line.start + equals));
                let value = self.word(trimmed(self.source.text, line.start + equals + 1..line.end));
                let value = literal(value);
                self.model.at(*group).vars.insert(name.text, value);
            }
            Section::Unknown => {}
        }
    }

    /// `web[01:10]:22 NAME=VALUE NAME="VA LUE"`
    fn hosts(&mut self, group: usize, line: Range<usize>) {
        let Some(words) = words(self.source.text, line.clone()) else {
            // Behind the quote may be a password.
            let end = self.source.text[line.clone()].find(['"', '\'', ' ', '=']);
            let name = line.start..end.map_or(line.end, |end| line.start + end);
            self.bad(name, "a quote is never closed", "close it, or write a backslash before it");
            return;
        };
        let Some((pattern, settings)) = words.split_first() else { return };
        let (names, port) = match pattern::expand(pattern) {
            Ok(expanded) => expanded,
            Err(wrong) => {
                let problem = self.source.problem_within(pattern.span.start, wrong);
                self.problems.push(problem);
                return;
            }
        };
        let mut vars: Vec<(String, Value)> = Vec::new();
        for (number, word) in (2..).zip(settings) {
            match word.text.split_once('=') {
                Some((name, value)) => {
                    let value = Word::new(value, word.span.clone());
                    vars.push((name.to_owned(), literal(value)));
                }
                None => {
                    // The word may be the value of `password = …`.
                    let message = format!("word {number} is no variable");
                    let hint = "write NAME=VALUE without blanks around `=`, one host a line";
                    self.bad(pattern.span.clone(), message, hint);
                }
            }
        }
        for name in &names {
            let host = self.model.host_with_port(name, port.as_ref());
            self.model.host_vars(host).extend(vars.clone());
            self.model.at(group).hosts.push(host);
        }
    }
}

/// A value as Ansible reads it: a literal of Python where it is one, else the text.
fn literal(mut word: Word) -> Value {
    match literal::read(&word.text) {
        Some(Literal::One(text)) => word.text = text,
        Some(Literal::None) => return Value::Null,
        Some(Literal::Other) => return Value::Other,
        None => {}
    }
    Value::One(word)
}

/// The words of a line as a shell splits them, without a comment; `None` for a quote that stays open.
fn words(text: &str, line: Range<usize>) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote: Option<char> = None;
    let mut chars = text[line.clone()].char_indices();
    while let Some((at, c)) = chars.next() {
        let at = line.start + at;
        let open = word.is_some();
        let mut push = |c: char, width: usize| {
            let word = word.get_or_insert_with(|| Word::new("", at..at));
            word.text.push(c);
            word.span.end = at + width;
        };
        match (quote, c) {
            (Some(sign), c) if c == sign => quote = None,
            (Some('"') | None, '\\') => {
                let (_, next) = chars.next()?;
                // In double quotes a backslash stays, except before what it could mean.
                if quote.is_some() && !['"', '\\'].contains(&next) {
                    push('\\', 1);
                }
                push(next, 1 + next.len_utf8());
            }
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_with(|| Word::new("", at..at + 1));
            }
            (None, '#') => break,
            (None, c) if c.is_whitespace() => {
                if open {
                    words.extend(word.take());
                }
            }
            (_, c) => push(c, c.len_utf8()),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
