//! The flags of every step.

use std::time::Duration;

use camino::Utf8PathBuf;
use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser};

use crate::data::byte_size::ByteSize;
use crate::data::host_limit::HostLimit;
use crate::data::reason::Reason;
use crate::data::ticket::Ticket;
use crate::text::quote;

/// The forms of the results, each with its help.
fn forms() -> PossibleValuesParser {
    [
        PossibleValue::new("text").help("Lines for people and scripts"),
        PossibleValue::new("json").help("One JSON document at the end"),
        PossibleValue::new("jsonl").help("One JSON object a line, as things happen"),
    ]
    .into()
}

/// How results are written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// Lines for people and scripts.
    #[default]
    Text,
    /// One JSON document at the end.
    Json,
    /// One JSON object a line, as things happen.
    Jsonl,
}

/// The use of colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A demand of `[policy]` that a person can override.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Rule {
    /// Work outside of the maintenance windows.
    Windows,
    /// Work without a ticket.
    Ticket,
}

/// A year in seconds; a longer time is a typing mistake.
pub const LONGEST: u64 = 31_536_000;

/// Flags of every step. Each can also be set as `XTASK_<FLAG>`; the flag wins.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Common options")]
pub struct Options {
    /// Show what would change, and touch nothing
    #[arg(short = 'n', long, visible_alias = "check", global = true, env = "XTASK_DRY_RUN", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub dry_run: bool,
    /// With --dry-run: write the plan into this file, for `apply`
    #[arg(long, value_name = "FILE", global = true)]
    pub save: Option<Utf8PathBuf>,
    /// With --dry-run: exit 3 when changes are pending
    #[arg(long, global = true, env = "XTASK_EXIT_CODE", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub exit_code: bool,
    /// Show the diff of every change
    #[arg(long, global = true, env = "XTASK_DIFF", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub diff: bool,
    /// Answer yes to every question
    #[arg(short = 'y', long, global = true, env = "XTASK_YES", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub yes: bool,
    /// The inventory, - for standard input (repeatable) [default: hosts.toml here or in a directory above]
    #[arg(
        short = 'i',
        long,
        value_name = "FILE",
        global = true,
        env = "XTASK_INVENTORY",
        hide_env = true
    )]
    pub inventory: Vec<Utf8PathBuf>,
    /// Only these hosts of the step
    #[arg(
        short = 'w',
        long,
        value_name = "HOSTSET",
        global = true,
        env = "XTASK_ONLY",
        hide_env = true
    )]
    pub only: Option<String>,
    /// Not these hosts
    #[arg(
        short = 'x',
        long,
        value_name = "HOSTSET",
        global = true,
        env = "XTASK_EXCLUDE",
        hide_env = true
    )]
    pub exclude: Option<String>,
    /// Number of hosts at once
    #[arg(short = 'f', long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..), global = true, env = "XTASK_FANOUT", hide_env = true)]
    pub fanout: u16,
    /// Work in batches of this many hosts, one batch after the other
    #[arg(long, value_name = "N|N%", global = true, env = "XTASK_BATCH", hide_env = true)]
    pub batch: Option<HostLimit>,
    /// Continue with the other hosts until more than this many have failed
    #[arg(long, value_name = "N|N%", global = true, env = "XTASK_MAX_FAIL", hide_env = true)]
    pub max_fail: Option<HostLimit>,
    /// Ask before each further batch, or host of a one-by-one step
    #[arg(long, global = true, env = "XTASK_GATE", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub gate: bool,
    /// Take members of this cluster away even if it loses its service (repeatable)
    #[arg(long, value_name = "CLUSTER", global = true)]
    pub accept_loss: Vec<String>,
    /// Acknowledge a manual operation, with its evidence (repeatable)
    // TEXT may hold commas, so only the variable XTASK_ACK is split at commas.
    #[arg(long, value_name = "NAME[=TEXT]", global = true)]
    pub ack: Vec<String>,
    /// The ticket of the change, for the record and for everybody who is notified
    #[arg(long, value_name = "ID", global = true, env = "XTASK_TICKET", hide_env = true)]
    pub ticket: Option<Ticket>,
    /// Why the change is made, for the record and for everybody who is notified
    #[arg(long, value_name = "TEXT", global = true, env = "XTASK_REASON", hide_env = true)]
    pub reason: Option<Reason>,
    /// Overrule this demand of the policy, for the --reason given (repeatable)
    #[arg(long = "override", value_enum, value_name = "RULE", global = true)]
    pub overrides: Vec<Rule>,
    /// Grace period for running operations after Ctrl-C
    #[arg(
        long,
        value_name = "SECS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(..=LONGEST),
        global = true,
        env = "XTASK_GRACE",
        hide_env = true
    )]
    pub grace: u64,
    /// Time limit for one command
    #[arg(long, value_name = "SECS", default_value_t = 7200, value_parser = clap::value_parser!(u64).range(1..=LONGEST), global = true, env = "XTASK_TIMEOUT", hide_env = true)]
    pub timeout: u64,
    /// Most output of one command; a command that prints more is stopped
    #[arg(long, value_name = "SIZE", default_value_t = ByteSize::OUTPUT, global = true, env = "XTASK_MAX_OUTPUT", hide_env = true)]
    pub max_output: ByteSize,
    /// Time limit for opening a shell on a host [default: 10]
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..=LONGEST), global = true, env = "XTASK_CONNECT_TIMEOUT", hide_env = true)]
    pub connect_timeout: Option<u64>,
    /// Seconds to wait for a held lock (0: fail at once)
    #[arg(
        long,
        value_name = "SECS",
        default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(..=LONGEST),
        global = true,
        env = "XTASK_WAIT",
        hide_env = true
    )]
    pub wait: u64,
    /// Seconds to keep connections open for the next call (0: close at once)
    #[arg(
        long,
        value_name = "SECS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(..=LONGEST),
        global = true,
        env = "XTASK_PERSIST",
        hide_env = true
    )]
    pub persist: u64,
    /// One JSON document on standard output, the same as --output json
    #[arg(long, global = true, env = "XTASK_JSON", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub json: bool,
    /// The form of the results
    // A text: a command that writes files (`runs report`) has an argument of its own in this place.
    #[arg(
        long,
        value_parser = forms(),
        value_name = "FORM",
        default_value = "text",
        global = true,
        env = "XTASK_OUTPUT",
        hide_env = true
    )]
    pub output: String,
    /// Show only results and errors
    #[arg(short, long, global = true, env = "XTASK_QUIET", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub quiet: bool,
    /// Also show kept operations and the output of commands
    #[arg(short, long, global = true, env = "XTASK_VERBOSE", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub verbose: bool,
    /// Do not show a long list through a pager
    #[arg(long, global = true, env = "XTASK_NO_PAGER", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub no_pager: bool,
    /// No notice and no bell at the end of a run of more than 30 s
    #[arg(long, global = true, env = "XTASK_NO_NOTIFY", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub no_notify: bool,
    /// Print the shell script that the step would run on this host
    #[arg(long, value_name = "HOST", global = true, env = "XTASK_EMIT", hide_env = true)]
    pub emit: Option<String>,
    /// Use throw-away hosts on this machine
    #[arg(long, global = true, env = "XTASK_REHEARSE", value_parser = FalseyValueParser::new(), hide_env = true)]
    pub rehearse: bool,
    /// When to use colour
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        global = true,
        env = "XTASK_COLOR",
        hide_env = true
    )]
    pub color: ColorWhen,
}

impl Options {
    /// The form of the results, `--json` considered.
    pub fn form(&self) -> Output {
        match self.output.as_str() {
            _ if self.json => Output::Json,
            "json" => Output::Json,
            "jsonl" => Output::Jsonl,
            _ => Output::Text,
        }
    }

    /// The flags that name the same inventories, each with a blank before it: ` -i a.toml -i b.toml`.
    pub fn inventory_flags(&self) -> String {
        let quoted = |path: &Utf8PathBuf| quote::quote(path.as_str()).ok();
        self.inventory.iter().filter_map(quoted).map(|path| format!(" -i {path}")).collect()
    }

    /// Acknowledged manual operations, each with its evidence: those of `--ack`, else of `XTASK_ACK`.
    pub fn acks(&self) -> Vec<(String, Option<String>)> {
        let variable = std::env::var("XTASK_ACK").unwrap_or_default();
        let words: Vec<&str> = if self.ack.is_empty() {
            variable.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
        } else {
            self.ack.iter().map(String::as_str).collect()
        };
        let parts = |word: &str| match word.split_once('=') {
            Some((name, text)) => (name.to_owned(), Some(text.to_owned())),
            None => (word.to_owned(), None),
        };
        words.into_iter().map(parts).collect()
    }

    /// The limit for one command (trap XX.10).
    pub const fn limit(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}
