//! A runbook is one list in the order of its document. A row is a command: its file, its help line, its dispatch.

mod parse;
mod part;

use clap::{ArgMatches, Args, Command};
use engine::prelude::*;
use engine::run::composite::{self, Table};

pub use self::parse::{Own, Parse};

/// A runbook: what `mod.rs` of its folder lists.
#[derive(Debug)]
pub struct Runbook {
    /// The word on the command line: `bk-upgrade`.
    pub name: &'static str,
    /// What it is about, in one line.
    pub title: &'static str,
    /// The file name of its document.
    pub document: &'static str,
    /// Its commands.
    pub rows: &'static [Row],
}

/// One command. Everything that is known without running it stands here.
#[derive(Debug)]
pub struct Row {
    /// The module, which is the command with `_` for `-`: `stop_services`.
    pub module: &'static str,
    /// The documented steps by their ids: `WS-15`.
    pub records: &'static str,
    /// Their lines in the document: `111-115`; empty where the document has none.
    pub lines: &'static str,
    /// What it does to hosts.
    pub access: Access,
    /// It has operations without undo: `undo` stops at it.
    pub no_return: bool,
    /// The first line of its help, without the mark of [`Self::about`].
    pub help: &'static str,
    /// Whether its name alone is a command, too.
    pub on_top: bool,
    /// The constant and its file below `common`, for a member of a family: `module::PAAS`.
    pub family: Option<&'static str>,
    /// Its table, for a runbook as one step.
    pub composite: Option<&'static Table>,
    /// Adds its arguments and the details of its help.
    pub arguments: fn(Command) -> Command,
    /// Reads its arguments.
    pub parse: Parse,
}

/// What a command does to hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It can change them: one such run at a time for each runbook.
    Changes,
    /// It only reads, also while a run of the runbook changes hosts.
    Reads,
    /// It prints what the program knows, without any host.
    Prints,
}

/// A step with its arguments, ready to run.
#[derive(Debug)]
pub struct Step {
    /// The runbook whose lock the run takes; none for one that only reads.
    pub lock: Option<&'static str>,
    /// The work.
    pub work: Work,
}

/// The work of a step.
pub enum Work {
    /// On hosts.
    Run(On<Context>),
    /// Without any host.
    Print(On<Options>),
}

/// What is left to do once there is a `T`.
pub type On<T> = Box<dyn Fn(&T) -> Result<()>>;

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Run(_)) { "Run" } else { "Print" })
    }
}

/// Steps that differ in values only. A member is a constant of the type that has this trait.
pub trait Family: Sync + 'static {
    /// The arguments of each member.
    type Args: 'static;

    /// Adds the arguments and the details of the help of this member.
    fn arguments(&self, command: Command) -> Command;

    /// Reads its arguments.
    ///
    /// # Errors
    /// Those of clap.
    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Self::Args>;

    /// Runs this member.
    ///
    /// # Errors
    /// When a host has failed, or a guard refuses.
    fn run(&self, cx: &Context, args: &Self::Args) -> Result<()>;
}

impl Access {
    /// What stands behind the help of a command that only reads.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Changes => "",
            Self::Reads | Self::Prints => " (reads only)",
        }
    }
}

impl Row {
    /// The word on the command line: `stop-services`.
    pub fn name(&self) -> String {
        self.module.replace('_', "-")
    }

    /// As a command; what it takes is built when it is the one that was typed.
    pub fn command(&self) -> Command {
        let command = clap::Command::new(self.name()).about(self.about()).defer(self.arguments);
        match self.parse {
            Parse::Program(_) => command,
            // Its arguments are found by its words.
            Parse::Own(own) => command.display_name(own.words()),
        }
    }

    /// The command with its arguments, ready to run.
    ///
    /// # Errors
    /// Those of clap.
    pub fn step(&self, matches: &ArgMatches) -> clap::error::Result<Step> {
        match self.parse {
            Parse::Program(parse) => parse(matches),
            Parse::Own(own) => own.step(matches),
        }
    }

    /// Why an own command cannot be used.
    pub fn fault(&self) -> Option<&'static Fault> {
        match self.parse {
            Parse::Program(_) => None,
            Parse::Own(own) => own.fault(),
        }
    }

    /// The first line of its help, marked where it only reads.
    pub fn about(&self) -> String {
        format!("{}{}", self.help, self.access.mark())
    }

    /// Adds arguments: the help line stays the first, their details follow it.
    pub fn details(command: Command, arguments: impl FnOnce(Command) -> Command) -> Command {
        let help = command.get_about().map(ToString::to_string).unwrap_or_default();
        let command = arguments(command);
        let details = command.get_long_about().or(command.get_about()).map(ToString::to_string);
        let details = details.filter(|details| !details.is_empty() && *details != help);
        let long = details.map_or_else(|| help.clone(), |more| format!("{help}\n\n{more}"));
        command.about(help).long_about(long)
    }
}

impl Step {
    /// A step of `runbook` that runs `work` with `args`.
    pub fn of<A: 'static>(
        args: A,
        changes: bool,
        runbook: &'static str,
        work: impl Fn(&Context, &A) -> Result<()> + 'static,
    ) -> Self {
        let lock = changes.then_some(runbook);
        Self { lock, work: Work::Run(Box::new(move |cx| work(cx, &args))) }
    }
}

/// The step of a composite. Its script needs no host and no inventory.
pub fn composite(table: &'static Table, matches: &ArgMatches, runbook: &'static str) -> Step {
    let args = composite::Args::read(table, matches);
    if args.is_script() {
        let print = |_: &Options| engine::run::report::print(&composite::script(table));
        return Step { lock: None, work: Work::Print(Box::new(print)) };
    }
    let changes = args.changes();
    Step::of(args, changes, runbook, composite::run)
}

/// Reads the arguments of a command.
///
/// # Errors
/// Those of clap.
pub fn read<A: Args>(matches: &ArgMatches) -> clap::error::Result<A> {
    A::from_arg_matches(matches)
}

/// The list of a runbook. A row is
/// `module => "records", "lines", ACCESS, "help line";`, where ACCESS is
///
/// - `reads`, `changes`, or `changes(|args| …)` when the arguments decide;
/// - `no_return`, for a step that changes hosts with operations that have no undo; `no_return(|args| …)` as above;
/// - `composite`, for the runbook as one step: it has a `TABLE`, and no `Args` and no `run`;
/// - `prints`, for a command that has `print(&Options, &Args)` instead of `run(&Context, &Args)`.
///
/// `module on top => …` is a command without the name of the runbook, too. `name = MEMBER => …` is a member of a
/// family: data, no file. A row without its file does not compile.
#[macro_export]
macro_rules! runbook {
    (
        $name:literal, $title:literal, $document:literal;
        $( $module:ident $(on $top:ident)? $(= $family:ident :: $member:ident)? => $records:literal, $lines:literal,
           $access:ident $(($when:expr))?, $help:literal; )*
    ) => {
        $( $crate::runbook_part!(module $module $($family)?); )*

        /// The runbook as it is listed.
        pub static RUNBOOK: $crate::list::Runbook = $crate::list::Runbook {
            name: $name,
            title: $title,
            document: $document,
            rows: &[ $( $crate::list::Row {
                module: stringify!($module),
                records: $records,
                lines: $lines,
                access: $crate::runbook_part!(access $access),
                no_return: $crate::runbook_part!(no_return $access),
                help: $help,
                on_top: $crate::runbook_part!(top $($top)?),
                family: $crate::runbook_part!(family $($family $member)?),
                composite: $crate::runbook_part!(composite $module $access),
                arguments: |command| $crate::list::Row::details(command, |command| {
                    $crate::runbook_part!(arguments command $module $access $($family $member)?)
                }),
                parse: $crate::list::Parse::Program(|matches| $crate::runbook_part!(
                    parse matches $name $module $access ($($when)?) $($family $member)?
                )),
            } ),* ],
        };
    };
}
