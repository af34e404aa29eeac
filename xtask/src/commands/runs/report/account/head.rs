//! What a report says once: the run, its hosts, its people and its evidence.

use std::collections::HashSet;

use engine::data::natural;
use engine::run::record::backed::Backed;
use engine::run::record::course::{Answer, Course, Identity, Process, Reading};
use engine::run::record::entry::{Followed, Start};
use engine::run::record::item::Item;
use engine::run::record::summary::{Host as Result, NOT_REACHED, State};
use engine::run::report::failure::at_home;
use engine::text::visible::visible;
use serde::Serialize;

use super::seen::{self, Found};
use super::step::{self, Document, Part};
use crate::commands::past::{Run, command};
use crate::commands::runs::next::{self, Next};
use crate::commands::runs::{counted, is_good, state};

/// The word for a host that a running run has not reached.
const NOT_YET: &str = "not yet";

/// What is said once.
#[derive(Debug, Serialize)]
pub(crate) struct Head {
    /// The time of making, in UTC.
    pub(crate) made: String,
    /// The version of the program that made it.
    pub(crate) maker: &'static str,
    /// The id of the run.
    pub(crate) run: String,
    /// The step, as typed.
    pub(crate) step: String,
    /// The command line, ready to paste, masked.
    pub(crate) command: String,
    /// The state, for programs.
    pub(crate) state: State,
    /// The state, for people: `failed`, `done, journal damaged`.
    pub(crate) word: String,
    /// Nothing in it needs attention.
    pub(crate) good: bool,
    /// The exit code, when it has ended.
    pub(crate) exit: Option<u8>,
    /// The hosts in one line: `1 of 3 hosts failed, 2 changed`.
    pub(crate) verdict: String,
    /// The error that belongs to no host.
    pub(crate) error: Option<String>,
    /// The person of its first process.
    pub(crate) user: String,
    /// The machine.
    pub(crate) from: String,
    /// The ticket of the change, as the last process has it.
    pub(crate) ticket: Option<String>,
    /// Why it was made; as the ticket.
    pub(crate) reason: Option<String>,
    /// The saved plan that it follows.
    pub(crate) plan: Option<Followed>,
    /// The alias that stood for a part of the command line.
    pub(crate) alias: Option<String>,
    /// The version of the program that ran it.
    pub(crate) program: String,
    /// The working directory.
    pub(crate) cwd: String,
    /// The inventory; none for the sample.
    pub(crate) inventory: Option<String>,
    /// SHA-256 of its text.
    pub(crate) inventory_sha256: String,
    /// On throw-away hosts.
    pub(crate) rehearsal: bool,
    /// The run that it undoes.
    pub(crate) undoes: Option<String>,
    /// The runs that undid a part of it.
    pub(crate) undone_by: Vec<String>,
    /// The time of its first line, in UTC.
    pub(crate) began: String,
    /// The time of the last line of its last process.
    pub(crate) ended: String,
    /// The run time of all its processes.
    pub(crate) seconds: f64,
    /// Its document, when the step has one.
    pub(crate) document: Option<Document>,
    /// Its hosts in natural order.
    pub(crate) hosts: Vec<Host>,
    /// Its processes: one, and one for each `resume` or `retry`.
    pub(crate) processes: Vec<Process>,
    /// Its stages with their times.
    pub(crate) stages: Vec<Part>,
    /// Questions and acknowledgements.
    pub(crate) answers: Vec<Answer>,
    /// The readings of clusters.
    pub(crate) clusters: Vec<Reading>,
    /// The backups that were proved.
    pub(crate) backups: Vec<Backed>,
    /// What is still open, each with the command that closes it.
    pub(crate) open: Vec<Item>,
    /// What it has found out.
    pub(crate) findings: Vec<Found>,
    /// The next commands.
    pub(crate) next: Vec<Next>,
    /// The directory of the record.
    pub(crate) record: String,
    /// The lines of its journal.
    pub(crate) lines: usize,
    /// Lines of the journal that were changed after they were written.
    pub(crate) damage: Vec<String>,
}

/// A host.
#[derive(Debug, Serialize)]
pub(crate) struct Host {
    /// Its name.
    pub(crate) host: String,
    /// Its result.
    pub(crate) outcome: String,
    /// The result needs no attention.
    pub(crate) good: bool,
    /// It needs attention, and no operation says why: it was unreachable, or nothing reached it.
    pub(crate) lost: bool,
    /// It has work left.
    pub(crate) open: bool,
    /// It has changes that can be undone.
    pub(crate) undoable: bool,
    /// Its identity, when it has shown one.
    pub(crate) identity: Option<Identity>,
}

impl Head {
    pub(super) fn of(run: &Run, course: Course) -> Self {
        let summary = &run.summary;
        let start = summary.start.as_ref();
        let text =
            |of: fn(&Start) -> &String| start.map(|start| visible(of(start))).unwrap_or_default();
        let last = |of: fn(&Process) -> &Option<String>| {
            course.processes.last().and_then(|it| of(it).as_deref().map(visible))
        };
        let step = text(|it| &it.step);
        let word = state(summary);
        let (ticket, reason) = (last(|it| &it.ticket), last(|it| &it.reason));
        let parts = step::parts(&step, &course.stages);
        let Course { processes, answers, clusters, mut identities, .. } = course;
        let results: Vec<Result> = summary.hosts.iter().map(|it| now(it, summary.state)).collect();
        let verdict = counted(&results);
        let hosts = results.into_iter().map(|it| Host {
            good: is_good(&it.outcome) || it.outcome == NOT_YET,
            lost: false,
            open: it.open,
            undoable: it.undoable,
            identity: identities.remove(&it.host).map(seen::identity),
            outcome: it.outcome,
            host: it.host,
        });
        let quiet = [State::Done, State::Running, State::Undone, State::PartlyUndone];
        Self {
            made: made(),
            maker: env!("XTASK_VERSION"),
            run: summary.id.clone(),
            command: start.map(|start| visible(&command(&start.args))).unwrap_or_default(),
            state: summary.state,
            good: quiet.contains(&summary.state) && summary.damage.is_empty(),
            word,
            exit: summary.exit,
            verdict,
            error: summary.error.as_deref().map(visible),
            user: text(|it| &it.user),
            from: text(|it| &it.from),
            ticket,
            reason,
            plan: start.and_then(|it| it.plan.clone()).map(seen::plan),
            alias: start.and_then(|it| it.alias.clone()),
            program: text(|it| &it.program),
            cwd: text(|it| &it.cwd),
            inventory: start.and_then(|it| it.inventory.as_deref().map(visible)),
            inventory_sha256: text(|it| &it.inventory_sha256),
            rehearsal: start.is_some_and(|it| it.rehearsal),
            undoes: start.and_then(|it| it.undoes.clone()),
            undone_by: summary.undone_by.clone(),
            began: summary.began.clone(),
            ended: processes.last().map_or_else(|| summary.last.clone(), |it| it.last.clone()),
            seconds: summary.seconds,
            document: step::document(&step),
            hosts: hosts.collect(),
            stages: parts,
            answers: answers.into_iter().map(seen::answered).collect(),
            processes: processes.into_iter().map(seen::process).collect(),
            clusters: clusters.into_iter().map(seen::reading).collect(),
            backups: summary.backups.iter().map(seen::backup).collect(),
            open: summary.items.iter().map(seen::item).collect(),
            findings: summary.findings.iter().map(seen::found).collect(),
            next: next::of(summary),
            record: at_home(&run.at.dir),
            lines: run.journal.lines.len(),
            damage: summary
                .damage
                .iter()
                .map(|(line, what)| format!("line {line} of the journal {what}"))
                .collect(),
            // A journal without a start has only its name.
            step: if step.is_empty() { summary.id.clone() } else { step },
        }
    }

    /// The names of the hosts by their results, those that need attention first: `failed`, hosts.
    pub(crate) fn by_outcome(&self) -> Vec<(&str, bool, Vec<&str>)> {
        self.grouped(|_| true)
    }

    /// Those of the hosts that need attention without an operation that says why.
    pub(crate) fn lost(&self) -> Vec<(&str, bool, Vec<&str>)> {
        self.grouped(|host| host.lost)
    }

    fn grouped(&self, wants: impl Fn(&Host) -> bool) -> Vec<(&str, bool, Vec<&str>)> {
        let mut seen = HashSet::new();
        let hosts = || self.hosts.iter().filter(|host| wants(host));
        let words = hosts().filter(|host| seen.insert(&host.outcome));
        let mut groups: Vec<(&str, bool, Vec<&str>)> = words
            .map(|first| {
                let same = hosts().filter(|host| host.outcome == first.outcome);
                let names = same.map(|host| host.host.as_str()).collect();
                (first.outcome.as_str(), first.good, names)
            })
            .collect();
        groups.sort_by(|left, right| {
            left.1.cmp(&right.1).then_with(|| natural::compare(left.0, right.0))
        });
        groups
    }
}

/// A host that nothing has reached is no trouble as long as the run is at work.
fn now(host: &Result, state: State) -> Result {
    let mut host = host.clone();
    if state == State::Running && host.outcome == NOT_REACHED {
        NOT_YET.clone_into(&mut host.outcome);
    }
    host
}

/// The time, in UTC.
fn made() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
