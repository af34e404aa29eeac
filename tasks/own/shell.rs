//! A step of one's own in POSIX sh: its arguments, and its work on hosts.

use std::sync::OnceLock;

use clap::{ArgMatches, Args as _, Command};
use engine::prelude::*;
use engine::text::own_step::{Mode as Way, OwnStep, SentFile};
use engine::text::snippet::Function;

use super::content::{Content, Head};
use super::file::File;
use super::values::{self, Values};
use crate::list::{Access, Step};

const TOOLS: Snippet = snippet!("ops/tools");

/// A step as its file declares it, with its shell.
#[derive(Debug)]
pub(crate) struct ShellStep {
    step: OwnStep,
    snippet: Snippet,
    text: String,
    path: String,
}

/// The flags that every command has.
pub(super) fn taken() -> &'static [String] {
    static TAKEN: OnceLock<Vec<String>> = OnceLock::new();
    TAKEN.get_or_init(all_taken)
}

fn all_taken() -> Vec<String> {
    let shared = Options::augment_args(clap::Command::new("xtask"));
    let longs = shared.get_arguments().flat_map(|arg| arg.get_long_and_visible_aliases());
    let longs = longs.into_iter().flatten().map(str::to_owned);
    longs.chain(["help", "version", values::HOSTS].map(str::to_owned)).collect()
}

impl ShellStep {
    /// Reads a file.
    ///
    /// # Errors
    /// Exit 2 with each mistake at its place.
    pub(super) fn read(file: &File) -> Result<Self, Fault> {
        let text = file.text()?;
        let taken: Vec<&str> = taken().iter().map(String::as_str).collect();
        let step = OwnStep::parse(file.path.as_str(), &text, &taken)?;
        // A snippet lives as long as the process. There is one for each file that is read.
        let shell = step.snippet(&text).leak();
        let name = file.name().leak();
        Ok(Self { step, snippet: Snippet::new(name, shell), text, path: file.path.to_string() })
    }

    /// The first lines of a file, for lists, or the whole of a short one.
    ///
    /// # Errors
    /// Exit 2 with each mistake in its header; in all of it when it is whole.
    pub(super) fn head(file: &File, text: &str, is_whole: bool) -> Result<Head, Fault> {
        let read = if is_whole { OwnStep::parse } else { OwnStep::head };
        let taken: Vec<&str> = taken().iter().map(String::as_str).collect();
        let step = read(file.path.as_str(), text, &taken)?;
        let access = if step.reads { Access::Reads } else { Access::Changes };
        Ok(Head { help: step.help, access })
    }

    fn run(&'static self, cx: &Context, file: &File, values: &Values) -> Result<()> {
        let inputs = values::inputs(cx, &self.step, values)?;
        let all = cx.hosts(&values.hosts).map_err(|error| self.declared(error, values))?;
        let hosts = match (self.step.mode, all.names().first()) {
            (Way::Once, Some(first)) => cx.hosts(first)?,
            _ => all,
        };
        if self.step.reads {
            self.needs(&hosts)?;
            return self.answers(&hosts, file, inputs);
        }
        let stdin = self.secrets(cx)?;
        let files = self.files(file)?;
        let op = self.operation(file, inputs, stdin);
        if let Some(what) = &self.step.confirm {
            hosts.confirm(what)?;
        }
        self.needs(&hosts)?;
        let work = |host: &Host<'_>| {
            files.iter().try_for_each(|file| host.ensure(file).map(drop))?;
            host.ensure(&*op).map(drop)
        };
        match self.step.mode {
            Way::Serial => hosts.ending().one_by_one(work, |_| Ok(())),
            Way::Parallel | Way::Once => hosts.ending().each(work),
        }
    }

    /// The place of the hosts in the file, unless the command line names others.
    fn declared(&self, error: anyhow::Error, values: &Values) -> anyhow::Error {
        match error.downcast::<Fault>() {
            Ok(fault) if values.hosts == self.step.on => {
                fault.detail("from", format!("# on: {}, in {}", self.step.on, self.path)).into()
            }
            Ok(fault) => fault.into(),
            Err(error) => error,
        }
    }

    fn needs(&self, hosts: &Hosts<'_>) -> Result<()> {
        if self.step.needs.is_empty() {
            return Ok(());
        }
        let tools = [("TOOLS", Value::list(&self.step.needs))];
        let assert = Assert::new(TOOLS, tools, "a tool of this step is not installed")
            .hint(format!("install it there; `# needs:` in {} asks for it", self.path));
        hosts.look_each(|host| host.ensure(&assert).map(drop))
    }

    /// The output of `probe` on each host.
    fn answers(
        &self,
        hosts: &Hosts<'_>,
        file: &File,
        inputs: Vec<(&'static str, Value)>,
    ) -> Result<()> {
        let what = Shell::new(self.snippet, inputs.clone()).describe();
        let action = Action::probe(self.snippet, inputs);
        hosts.ending().find_each(|host| {
            let said = host.look(&what, |reader| {
                let (holds, said) = reader.answer(&action)?;
                let failed = || Fault::failed(format!("check failed: {what}"));
                if holds { Ok(said) } else { Err(failed().detail("found", said.trim_end()).into()) }
            })?;
            let said = said.trim_end();
            // A line of the result for each line of the answer, as `pcmd` has it.
            let text = said.replace('\n', &format!("\n{}: ", host.name()));
            Ok(Finding::new(&file.step, said, text))
        })
    }

    /// All secrets, a line each. A plan and a script need their names only.
    fn secrets(&self, cx: &Context) -> Result<Option<String>> {
        let names = &self.step.secrets;
        names.iter().try_for_each(|name| cx.inventory.secret(name).map(drop))?;
        if names.is_empty() {
            return Ok(None);
        }
        let mut lines = String::new();
        for name in names.iter().filter(|_| cx.is_real()) {
            let secret = cx.secret(name)?;
            if secret.expose().contains('\n') {
                let fault = Fault::usage(format!("secret `{name}` has more than one line"));
                return Err(fault.hint("an own step gets a line for each secret").into());
            }
            lines.extend([secret.expose(), "\n"]);
        }
        Ok(Some(lines))
    }

    fn files(&self, file: &File) -> Result<Vec<FileContent>> {
        let read = |sent: &SentFile| {
            let content = FileContent::new(sent.remote.as_str(), file.beside(&sent.local)?);
            Ok(match &sent.mode {
                Some(mode) => content.mode(mode),
                None => content,
            })
        };
        self.step.files.iter().map(read).collect()
    }

    /// The operation: without a probe of its own, or with inputs of its own, a script that runs once.
    fn operation(
        &self,
        file: &File,
        inputs: Vec<(&'static str, Value)>,
        stdin: Option<String>,
    ) -> Box<dyn Op> {
        let job = format!("own-{}-{}", file.runbook, file.step);
        let limit = self.step.timeout.map(Duration::from_secs);
        let plain = Shell::new(self.snippet, inputs.clone()).doubting_kept();
        if self.step.has(Function::Probe) && !self.step.has(Function::Inputs) {
            let op = stdin.into_iter().fold(plain, |op, lines| op.stdin(lines, true));
            let op = limit.into_iter().fold(op, Shell::within);
            return Box::new(if self.step.detached { op.detached(job) } else { op });
        }
        let what = plain.describe();
        let op = Script::new(self.snippet.name, self.snippet, inputs).called(what);
        // Without a look at the host the marker decides, and no other operation writes it.
        let looks = self.step.has(Function::Probe) || self.step.has(Function::Inputs);
        let op = if looks { op.doubting_kept() } else { op };
        let op = stdin.into_iter().fold(op, |op, lines| op.stdin(lines, true));
        let op = limit.into_iter().fold(op, Script::within);
        Box::new(if self.step.detached { op.detached(job) } else { op })
    }
}

impl Content for ShellStep {
    fn text(&self) -> &str {
        &self.text
    }

    fn help(&self) -> &str {
        &self.step.help
    }

    fn access(&self) -> Access {
        if self.step.reads { Access::Reads } else { Access::Changes }
    }

    fn is_no_return(&self) -> bool {
        !self.step.reads && !self.step.has(Function::Undo)
    }

    fn arguments(&'static self, command: Command) -> Command {
        let details = self.step.details.trim_matches('\n');
        let gap = if details.is_empty() { "" } else { "\n\n" };
        let command = command.long_about(format!("{details}{gap}File: {}", self.path));
        values::arguments(command, &self.step)
    }

    fn step(&'static self, file: &'static File, matches: &ArgMatches) -> clap::error::Result<Step> {
        let values = values::read(matches, &self.step);
        let run = move |cx: &Context, values: &Values| self.run(cx, file, values);
        Ok(Step::of(values, !self.step.reads, &file.runbook, run))
    }
}
