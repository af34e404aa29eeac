//! A composite of one's own: the table that a composite of the program has, from a TOML file.

use clap::{ArgMatches, Command};
use engine::data::composite_file::{CompositeFile, InputRow, StageRow, Turns, Written};
use engine::data::nearest::did_you_mean;
use engine::data::source::{Problems, Source};
use engine::prelude::*;
use engine::run::composite::{self, Input, Line, Script, Stage, Table, Waits, WayBack};
use engine::text::own_step::Kind as Type;
use engine::text::snippet::is_reserved;

use super::content::{Content, Head};
use super::file::{File, Kind};
use super::shell;
use crate::RUNBOOKS;
use crate::common::composite::STEPS;
use crate::list::{self, Access, Row, Runbook, Step};

/// What its file says. It lives as long as the process, as the tables of the program do.
#[derive(Debug)]
pub(crate) struct Composite {
    text: String,
    help: &'static str,
    table: Table,
    no_return: bool,
}

/// A text that lives as long as the process.
fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

impl Composite {
    /// Reads a file.
    ///
    /// # Errors
    /// Exit 2 with each mistake at its place.
    pub(super) fn read(file: &File) -> Result<Self, Fault> {
        let text = file.text()?;
        let source = Source::new(file.path.as_str(), &text);
        let mut read = CompositeFile::read(&source)?;
        let mut problems = Problems::default();
        let inputs = inputs(&read, &source, &mut problems);
        conditions(&mut read, &source, &mut problems);
        let mut of = |line: &Written| step(line, &source, &mut problems);
        let rows: Vec<Option<&Row>> = read.stages.iter().map(|stage| of(&stage.run)).collect();
        let back = read.back.as_ref();
        back.map(of);
        problems.into_result()?;
        let stages = read.stages.iter().zip(&rows).map(|(stage, row)| row_of(stage, *row));
        let stages: Vec<Stage> = stages.collect();
        let no_return = rows
            .iter()
            .zip(&read.stages)
            .any(|(row, stage)| row.is_some_and(|row| row.no_return) && !stage.reversible);
        let table = Table {
            help: details(file, &read),
            hosts: read.hosts.as_deref().map_or("", kept),
            service: kept(read.effect.as_ref().unwrap_or(&read.help)),
            stages: stages.leak(),
            inputs: inputs.leak(),
            way_back: back.map(|line| WayBack::by(kept(&line.text))),
            script: script(file, &read),
            ..Table::recorded(kept(&file.words()), STEPS)
        };
        Ok(Self { text, help: kept(&read.help), table, no_return })
    }

    /// The line of help in the first lines of a file, for lists, or in the whole of a short one.
    ///
    /// # Errors
    /// Exit 2 with each mistake above the first table; in all of it when it is whole, but without its steps.
    pub(super) fn head(file: &File, text: &str, is_whole: bool) -> Result<Head, Fault> {
        let path = file.path.as_str();
        let of_all = |text: &str| -> Result<String, Fault> {
            Ok(CompositeFile::read(&Source::new(path, text))?.help)
        };
        let help = match CompositeFile::help(path, text) {
            Ok(help) if !is_whole => help,
            // The first lines may have been cut, or the help stands behind them.
            Err(_) if !is_whole => of_all(&file.text()?)?,
            _ => of_all(text)?,
        };
        Ok(Head { help, access: Access::Changes })
    }
}

/// The help below its first line.
fn details(file: &File, read: &CompositeFile) -> &'static str {
    let turns = match &read.hosts {
        Some(hosts) => format!(", for one host of {hosts} after the other"),
        None => String::new(),
    };
    let words = file.words();
    kept(&format!(
        "Runs its steps in order{turns}, each with its own checks. Stops at the first\nfailure; the same command continues from there.\n\nFile: {}\n\nExamples:\n  cargo xtask {words} -n\n  cargo xtask {words} --map",
        file.path
    ))
}

fn script(file: &File, read: &CompositeFile) -> Script {
    let head = format!(
        "{}.sh - {}\nStarted again, it begins with the first step; what is finished is kept.",
        file.step, read.help
    );
    let hosts = if read.hosts.is_some() { ["HOSTS", "HOST HOST"] } else { ["", ""] };
    Script { hosts, ..Script::of_list(kept(&head)) }
}

fn inputs(read: &CompositeFile, source: &Source<'_>, problems: &mut Problems) -> Vec<Input> {
    let mut taken = shell::taken().to_vec();
    taken.extend(composite::FLAGS.map(str::to_owned));
    let mut inputs = Vec::new();
    for row in &read.inputs {
        let flag = row.name.text.replace('_', "-");
        if taken.contains(&flag) {
            let message = format!("--{flag} is a flag of every composite");
            problems.push(source.problem(row.name.span.clone(), message));
        }
        let variable = row.name.text.to_uppercase();
        if is_reserved(&variable) || variable == "XTASK" {
            let message = format!("{variable} would be its variable in the script, and is taken");
            problems.push(source.problem(row.name.span.clone(), message));
        }
        match input(row) {
            Ok(input) => inputs.push(input),
            Err((at, message, hint)) => {
                problems.push(source.problem(at.span.clone(), message).hint(hint));
            }
        }
    }
    inputs
}

/// Reads the values of `when` by the types of their inputs: `03` is 3.
fn conditions(read: &mut CompositeFile, source: &Source<'_>, problems: &mut Problems) {
    let CompositeFile { inputs, stages, .. } = read;
    for (name, is) in stages.iter_mut().filter_map(|stage| stage.condition.as_mut()) {
        let row = inputs.iter().find(|row| row.name.text == *name);
        let (Some(Ok(kind)), Some(is)) = (row.map(kind), is) else { continue };
        match kind.check(&is.text) {
            Ok(value) => is.text = value,
            Err(why) => {
                let message = format!("`{}` cannot be `{name}`: {why}", is.text);
                problems.push(source.problem(is.span.clone(), message));
            }
        }
    }
}

/// The type of an input.
fn kind(row: &InputRow) -> Result<Type, Mistake<'_>> {
    let Some(written) = &row.kind else { return Ok(Type::Text) };
    Type::read(&written.text).map_err(|(why, hint)| (written, why, hint))
}

/// A mistake, its place and its hint.
type Mistake<'a> = (&'a Written, String, Option<String>);

fn input(row: &InputRow) -> Result<Input, Mistake<'_>> {
    let kind = kind(row)?;
    if let (Type::Switch, Some(written)) = (&kind, &row.kind) {
        return Err((written, "an input has a value, and a switch has none".to_owned(), None));
    }
    let kind: &'static Type = Box::leak(Box::new(kind));
    let mut help = row.help.clone();
    let mut default = None;
    if let Some(written) = &row.default {
        let wrong = |why| (written, format!("the default: {why}"), None);
        default = Some(kind.check(&written.text).map_err(wrong)?);
        help = format!("{help} [default: {}]", written.text);
    }
    let check: composite::Check = Box::leak(Box::new(|text: &str| kind.check(text)));
    let name = kept(&row.name.text);
    let shell = kept(&row.name.text.to_uppercase());
    let input = Input::checked(name, shell, kind.value_name(), kept(&help), check);
    let input = row.variable.iter().fold(input, |input, it| input.variable(kept(it)));
    Ok(default.iter().fold(input, |input, it| input.default(kept(it))))
}

/// The step of a line, which can be read as far as it is known. A composite is none.
fn step(line: &Written, source: &Source<'_>, problems: &mut Problems) -> Option<&'static Row> {
    let name = Line(kept(&line.text)).step();
    let words: Vec<&str> = name.split(' ').collect();
    let mut wrong = |message: String, hint: Option<String>| {
        problems.push(source.problem(line.span.clone(), message).hint(hint));
        None
    };
    // A file that names itself, or a file that names it, is not read for it.
    let own = words.get(..2).and_then(|two| super::file(two[0], two[1]));
    let is_composite = |row: &Row| row.composite.is_some();
    if own.is_some_and(|own| own.kind == Kind::Composite)
        || crate::built_in(words[0], words.get(1).unwrap_or(&"")).is_some_and(is_composite)
    {
        let hint = "name its stages instead, each in a line of its own".to_owned();
        return wrong(format!("`{name}` is a composite, and no stage of one"), Some(hint));
    }
    let Some((row, _)) = crate::common::composite::found(&words) else {
        let known = all_words();
        let hint = did_you_mean(&name, known.iter().map(String::as_str));
        return wrong(
            format!("no step `{name}`"),
            hint.or_else(|| Some("see: cargo xtask list".into())),
        );
    };
    if row.access == Access::Prints {
        return wrong(format!("`{name}` prints, and does nothing on hosts"), None);
    }
    // Values come later: a word with one is left out.
    let filled = Line(kept(&line.text)).fill(|_| Ok(composite::Filling::Later)).unwrap_or_default();
    match (STEPS.check)(&filled, &Line(kept(&line.text)).words_with(|_| true)) {
        Ok(()) => Some(row),
        Err(fault) => wrong(format!("`{name}`: {}", fault.message), fault.hints.first().cloned()),
    }
}

/// The words of all steps, for did-you-mean.
fn all_words() -> Vec<String> {
    let of = |book: &&'static Runbook| {
        book.rows.iter().map(|row| format!("{} {}", book.name, row.name()))
    };
    let program = RUNBOOKS.iter().flat_map(of);
    program.chain(super::all().iter().map(File::words)).collect()
}

fn row_of(row: &StageRow, step: Option<&Row>) -> Stage {
    let name = kept(&row.name.text);
    let help = row.help.as_deref().or(step.map(|step| step.help)).map_or("", kept);
    let line = kept(&row.run.text);
    let stage = match (row.scope, row.gate) {
        (Turns::Once, _) => Stage::once(name, help, line),
        (Turns::All, _) => Stage::all(name, help, line),
        (Turns::Each, false) => Stage::each(name, help, line),
        (Turns::Each, true) => Stage::gate(name, help, line),
    };
    let stage = row.minutes.into_iter().fold(stage, |stage, it| stage.minutes(it.into()));
    let stage = match &row.condition {
        Some((name, is)) => {
            let flag = name.replace('_', "-");
            let reason = row.reason.clone().unwrap_or_else(|| match is {
                Some(is) => format!("skipped: --{flag} is not {}", is.text),
                None => format!("skipped: no --{flag}"),
            });
            match is {
                Some(is) => stage.when(kept(name), kept(&is.text), kept(&reason)),
                None => stage.given(kept(name), kept(&reason)),
            }
        }
        None => stage,
    };
    let stage = if row.asks { stage.asks() } else { stage };
    let stage = if row.reversible { stage.reversible() } else { stage };
    match &row.waits {
        Some((what, ack)) => {
            let waits = Waits::new(kept(what));
            stage.waits(ack.iter().fold(waits, |waits, name| waits.ack(kept(name))))
        }
        None => stage,
    }
}

impl Content for Composite {
    fn text(&self) -> &str {
        &self.text
    }

    fn help(&self) -> &str {
        self.help
    }

    fn access(&self) -> Access {
        Access::Changes
    }

    fn is_no_return(&self) -> bool {
        self.no_return
    }

    fn arguments(&'static self, command: Command) -> Command {
        composite::arguments(&self.table, command)
    }

    fn step(&'static self, file: &'static File, matches: &ArgMatches) -> clap::error::Result<Step> {
        Ok(list::composite(&self.table, matches, &file.runbook))
    }

    fn table(&'static self) -> Option<&'static Table> {
        Some(&self.table)
    }
}
