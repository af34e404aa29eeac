//! The comment lines at the top of a step's file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::OwnStep;
use super::arg::{Arg, Presence};
use super::behind;
use super::line::Line;
use super::mode::Mode;
use super::sent_file::SentFile;
use super::words::{ALONE, WORDS};
use crate::data::nearest::did_you_mean;
use crate::data::source::{Problem, Problems, Source};
use crate::text::library;
use crate::text::snippet::is_reserved;

/// The words that can stand there more than once.
const REPEATED: [&str; 5] = ["arg", "secret", "files", "needs", "with"];
/// What a file of shell does not have.
const FOR_RUST: [&str; 4] = ["stage", "stages", "role", "roles"];
/// The longest time limit in seconds: a year.
const LONGEST: u64 = 31_536_000;

/// A header as far as it is read.
pub(super) struct Header {
    pub(super) step: OwnStep,
    /// The words so far that stand there once, with their places.
    seen: BTreeMap<&'static str, Range<usize>>,
    has_help: bool,
    /// The first byte behind the header.
    end: usize,
}

impl Header {
    /// Reads the header of a file.
    pub(super) fn read(source: &Source<'_>, taken: &[&str], problems: &mut Problems) -> Self {
        let mut header =
            Self { step: OwnStep::default(), seen: BTreeMap::new(), has_help: false, end: 0 };
        for line in source.text.split_inclusive('\n') {
            let Some(comment) = line.strip_prefix('#') else { break };
            let start = header.end + 1;
            header.end += line.len();
            let comment = comment.trim_end();
            let is_of_a_tool = comment.trim_start().starts_with("shellcheck ");
            if comment.starts_with('!') || is_of_a_tool {
                continue;
            }
            if let Err(problem) = header.line(source, start, comment, taken) {
                problems.push(*problem);
            }
        }
        header
    }

    /// Whether something stands behind the header.
    pub(super) fn has_ended(&self, source: &Source<'_>) -> bool {
        self.end < source.text.len()
    }

    /// Reports what is missing in the header, and what does not belong behind it: a snippet is read as a whole.
    pub(super) fn check_whole(&self, source: &Source<'_>, problems: &mut Problems) {
        if !self.has_help {
            let problem = source.problem(0..0, "the line of help is missing");
            problems
                .push(problem.hint(Some("begin the file with it: # Rotate the logs".to_owned())));
        } else if !self.seen.contains_key("on") {
            let problem = source.problem(0..0, "the hosts are missing");
            problems.push(problem.hint(Some("add a line as: # on: @web".to_owned())));
        }
        behind::check(source, self.end, problems);
        for (word, at) in self.seen.iter().filter(|_| self.step.reads) {
            if ["confirm", "timeout", "detached"].contains(word) {
                let message = format!("a step with `# reads` has no `{word}`: it changes nothing");
                problems.push(source.problem(at.clone(), message));
            }
        }
        if self.step.reads && !(self.step.files.is_empty() && self.step.secrets.is_empty()) {
            let message = "a step with `# reads` brings no files and no secrets";
            problems.push(source.problem(0..0, message));
        }
    }

    fn line(
        &mut self,
        source: &Source<'_>,
        start: usize,
        comment: &str,
        taken: &[&str],
    ) -> Result<(), Box<Problem>> {
        let line = Line::of(start, comment);
        let text = comment.trim();
        if !self.has_help {
            if text.is_empty() {
                return Ok(());
            }
            let is_word = WORDS.contains(&line.word) || ALONE.contains(&text);
            if is_word {
                self.has_help = true;
                let problem = source.problem(line.at[0].clone(), "the first line is the help");
                let hint = Some("begin the file with it: # Rotate the logs".to_owned());
                // It counts anyway.
                self.line(source, start, comment, taken)?;
                return Err(problem.hint(hint).into());
            }
            self.has_help = true;
            text.trim_end_matches('.').clone_into(&mut self.step.help);
            return Ok(());
        }
        let plain = comment.strip_prefix(' ').unwrap_or(comment);
        if let Some(word) = ALONE.into_iter().find(|word| *word == plain) {
            self.once(source, word, line.whole(plain))?;
            match word {
                "reads" => self.step.reads = true,
                _ => self.step.detached = true,
            }
            return Ok(());
        }
        if line.word.is_empty() {
            return self.prose(source, &line, comment);
        }
        let Some(word) = WORDS.into_iter().find(|word| *word == line.word) else {
            return Err(unknown(source, &line).into());
        };
        if !REPEATED.contains(&word) {
            self.once(source, word, line.at[0].clone())?;
        }
        if line.value.is_empty() {
            return Err(source
                .problem(line.at[0].clone(), format!("`{word}` has no value"))
                .into());
        }
        self.declare(source, word, &line, taken)
    }

    /// Refuses a word that stands there twice.
    fn once(
        &mut self,
        source: &Source<'_>,
        word: &'static str,
        at: Range<usize>,
    ) -> Result<(), Box<Problem>> {
        let Some(first) = self.seen.insert(word, at.clone()) else { return Ok(()) };
        let problem = source.problem(at, format!("`{word}` is there twice"));
        let hint = (word == "on").then(|| FOR_RUST_HINT.to_owned());
        Err(problem.other(source.place(first), "first here").hint(hint).into())
    }

    /// A line of the details; a single word may be a mistyped one.
    fn prose(
        &mut self,
        source: &Source<'_>,
        line: &Line<'_>,
        comment: &str,
    ) -> Result<(), Box<Problem>> {
        let text = comment.strip_prefix(' ').unwrap_or(comment);
        let is_one_word = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
        if let Some(hint) = did_you_mean(text, ALONE).filter(|_| is_one_word) {
            let problem = source.problem(line.whole(text), format!("unknown word `{text}`"));
            return Err(problem.hint(Some(hint)).into());
        }
        self.step.details += text;
        self.step.details.push('\n');
        Ok(())
    }

    fn declare(
        &mut self,
        source: &Source<'_>,
        word: &str,
        line: &Line<'_>,
        taken: &[&str],
    ) -> Result<(), Box<Problem>> {
        let [_, at] = &line.at;
        let value = line.value;
        let wrong = |message: String| source.problem(at.clone(), message);
        match word {
            "on" => value.clone_into(&mut self.step.on),
            "confirm" => self.step.confirm = Some(value.to_owned()),
            "mode" => self.step.mode = mode(value).map_err(|(why, hint)| wrong(why).hint(hint))?,
            "arg" => self.arg(source, line, taken)?,
            "files" => self.step.files.push(SentFile::read(value).map_err(wrong)?),
            "secret" => {
                self.step.secrets.extend(words(value, "a name of [secrets]").map_err(wrong)?)
            }
            "needs" => self.step.needs.extend(words(value, "a program").map_err(wrong)?),
            "timeout" => {
                let seconds = value.parse().ok().filter(|seconds| (1..=LONGEST).contains(seconds));
                let why =
                    || wrong(format!("`{value}` is not a number of seconds from 1 to {LONGEST}"));
                self.step.timeout = Some(seconds.ok_or_else(why)?);
            }
            _ => {
                let strange = |name: &&str| !library::NAMES.contains(name);
                if let Some(name) = value.split_whitespace().find(strange) {
                    let hint = did_you_mean(name, library::NAMES)
                        .unwrap_or_else(|| format!("the libraries: {}", library::NAMES.join(", ")));
                    return Err(wrong(format!("unknown library `{name}`")).hint(Some(hint)).into());
                }
            }
        }
        Ok(())
    }

    fn arg(
        &mut self,
        source: &Source<'_>,
        line: &Line<'_>,
        taken: &[&str],
    ) -> Result<(), Box<Problem>> {
        let start = line.at[1].start;
        let arg = Arg::read(line.value).map_err(|error| source.problem_within(start, error))?;
        let name = line.value.split_whitespace().next().unwrap_or_default();
        let at = start..start + name.len();
        let wrong = |message: String| source.problem(at.clone(), message);
        if arg.long.as_deref().is_some_and(|long| taken.contains(&long)) {
            let hint = "see them: cargo xtask --help".to_owned();
            return Err(wrong(format!("all commands have a flag {name} already"))
                .hint(Some(hint))
                .into());
        }
        if is_reserved(&arg.variable) {
            let hint = format!("another name, as {name}-of-log");
            let message =
                format!("{name} would be the variable {}, which the shell owns", arg.variable);
            return Err(wrong(message).hint(arg.long.is_some().then_some(hint)).into());
        }
        if self.step.args.iter().any(|known| known.variable == arg.variable) {
            return Err(wrong(format!("the argument {name} is there twice")).into());
        }
        let by_place = |arg: &&Arg| arg.long.is_none();
        let last = self.step.args.iter().rfind(by_place);
        let open = last.is_some_and(|last| last.presence != Presence::Required);
        if open && arg.long.is_none() && arg.presence == Presence::Required {
            return Err(wrong(format!("{name} stands behind one that may be left out")).into());
        }
        self.step.args.push(arg);
        Ok(())
    }
}

const FOR_RUST_HINT: &str =
    "several roles of hosts, and stages, are written in Rust: cargo xtask new RUNBOOK STEP";

/// A word that no header has.
fn unknown(source: &Source<'_>, line: &Line<'_>) -> Problem {
    let word = line.word;
    let problem = source.problem(line.at[0].clone(), format!("unknown word `{word}`"));
    let hint = match word {
        "hosts" => "did you mean `on`?".to_owned(),
        "in" => "inputs come from the lines # arg:".to_owned(),
        "reads" | "detached" => format!("it stands alone: # {word}"),
        _ if FOR_RUST.contains(&word) => FOR_RUST_HINT.to_owned(),
        _ => did_you_mean(word, WORDS.into_iter().chain(ALONE)).unwrap_or_else(|| {
            format!(
                "the words are {}; prose has no word with a colon at its start",
                WORDS.join(", ")
            )
        }),
    };
    problem.hint(Some(hint))
}

fn mode(value: &str) -> Result<Mode, (String, Option<String>)> {
    if let Some((_, mode)) = Mode::WORDS.into_iter().find(|(word, _)| *word == value) {
        return Ok(mode);
    }
    let words = Mode::WORDS.map(|(word, _)| word);
    let hint = did_you_mean(value, words).unwrap_or_else(|| format!("one of {}", words.join(", ")));
    Err((format!("unknown mode `{value}`"), Some(hint)))
}

/// Plain words.
fn words(value: &str, noun: &str) -> Result<Vec<String>, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let good = |word: &&str| !word.starts_with('-') && word.chars().all(plain);
    let strange = value.split_whitespace().find(|word| !good(word));
    strange.map_or_else(
        || Ok(value.split_whitespace().map(str::to_owned).collect()),
        |word| Err(format!("`{word}` is not {noun}")),
    )
}
