//! The lines of an ssh_config(5) and of the files that it includes, each with what it holds for.

use std::ops::Range;
use std::rc::Rc;

use camino::Utf8PathBuf;

use crate::data::import::found::Word;
use crate::data::wildcard;

/// Files inside each other: the limit of ssh.
const DEPTH: usize = 16;

/// A file with its path to show.
#[derive(Debug)]
pub(in crate::data) struct File {
    pub(in crate::data) path: Utf8PathBuf,
    pub(in crate::data) text: String,
}

/// What the lines below a `Host` or a `Match` hold for.
#[derive(Debug)]
pub(super) enum Condition {
    /// Patterns, `!` before those that must not match.
    Host(Vec<String>),
    /// Only ssh can tell.
    Match,
}

/// A key with its values.
#[derive(Debug)]
pub(super) struct Line {
    /// The place of its file among all files.
    pub(super) file: usize,
    pub(super) key: Word,
    pub(super) values: Vec<Word>,
    /// All of these must hold.
    pub(super) conditions: Vec<Rc<Condition>>,
}

/// A mistake in the file of this number.
pub(super) struct Wrong {
    pub(super) file: usize,
    pub(super) at: Range<usize>,
    pub(super) message: String,
}

/// Gives the files that a word of `Include` names.
pub(in crate::data) type Include<'i> = &'i dyn Fn(&str) -> Result<Vec<File>, String>;

/// All lines in the order in which ssh reads them.
pub(super) struct Lines<'i> {
    pub(super) files: Vec<File>,
    pub(super) lines: Vec<Line>,
    pub(super) wrong: Vec<Wrong>,
    include: Include<'i>,
}

impl<'i> Lines<'i> {
    pub(super) fn of(file: File, include: Include<'i>) -> Self {
        let (files, lines, wrong) = (Vec::new(), Vec::new(), Vec::new());
        let mut read = Self { files, lines, wrong, include };
        read.file(file, &[], 0);
        read
    }

    /// Adds a file that is included where the `outer` conditions hold.
    fn file(&mut self, file: File, outer: &[Rc<Condition>], depth: usize) {
        let (number, text) = (self.files.len(), file.text.clone());
        self.files.push(file);
        let mut conditions = outer.to_vec();
        let mut start = 0;
        for raw in text.split_inclusive('\n') {
            let mut words = words(&text, start..start + raw.len());
            start += raw.len();
            if words.is_empty() {
                continue;
            }
            let key = words.remove(0);
            let new = match key.text.to_ascii_lowercase().as_str() {
                "host" => {
                    Some(Condition::Host(words.iter().map(|word| word.text.clone()).collect()))
                }
                "match" => Some(Condition::of_match(&words)),
                "include" => {
                    for word in words {
                        self.include(number, &word, &conditions, depth);
                    }
                    continue;
                }
                _ => None,
            };
            if let Some(new) = new {
                conditions = outer.iter().cloned().chain([Rc::new(new)]).collect();
            }
            let conditions = conditions.clone();
            self.lines.push(Line { file: number, key, values: words, conditions });
        }
    }

    fn include(&mut self, file: usize, word: &Word, conditions: &[Rc<Condition>], depth: usize) {
        let files = if depth < DEPTH {
            (self.include)(&word.text)
        } else {
            Err(format!("more than {DEPTH} files include each other"))
        };
        match files {
            Ok(files) => files.into_iter().for_each(|it| self.file(it, conditions, depth + 1)),
            Err(message) => self.wrong.push(Wrong { file, at: word.span.clone(), message }),
        }
    }
}

impl Condition {
    fn of_match(words: &[Word]) -> Self {
        match words {
            [all] if all.text.eq_ignore_ascii_case("all") => Self::Host(vec!["*".to_owned()]),
            _ => Self::Match,
        }
    }

    fn holds(&self, name: &str) -> bool {
        let Self::Host(patterns) = self else { return false };
        let (mut found, mut refused) = (false, false);
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(pattern) => refused |= wildcard::matches(pattern, name),
                None => found |= wildcard::matches(pattern, name),
            }
        }
        found && !refused
    }
}

impl Line {
    /// Whether it holds for a host.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.conditions.iter().all(|condition| condition.holds(name))
    }

    /// Whether only ssh can tell what it holds for.
    pub(super) fn is_open(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(**condition, Condition::Match))
    }
}

/// The words of a line; a comment has none.
fn words(text: &str, line: Range<usize>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = line.start;
    let separates =
        |c: char, first: bool| c.is_whitespace() || c == '\u{feff}' || first && c == '=';
    loop {
        let first = words.len() == 1;
        let rest = &text[at..line.end];
        let rest = rest.trim_start_matches(|c| separates(c, first));
        let start = line.end - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            return words;
        }
        let (inside, end) = match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((inside, _)) => (inside, start + inside.len() + 2),
            None => {
                let ends = |c: char| separates(c, words.is_empty());
                let word = rest.split(ends).next().unwrap_or_default();
                (word, start + word.len())
            }
        };
        words.push(Word::new(inside, start..end));
        at = end;
    }
}
