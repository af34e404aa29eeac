//! The last run of this person, in this directory, with this inventory. A run of somebody else, or of another place, is
//! never taken unless it is named.

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::record::origin;
use engine::run::record::store::{self, Head};
use engine::run::record::summary::State;

use super::{Aim, Run};
use crate::{cli, setup};

/// The most runs that an error lists.
const LISTED: usize = 5;

/// The most runs that are read for a list of candidates.
const LOOKED_AT: usize = 200;

/// Where the command was typed, and by whom.
struct Here {
    user: String,
    cwd: String,
    rehearse: bool,
    /// The inventory of the flags.
    given: Option<String>,
    /// Without one: the nearest one, if any.
    nearest: Option<String>,
}

/// The last run here that suits the `aim`.
///
/// # Errors
/// Exit 2 without any, or with several that could be resumed: each is named.
pub(super) fn last(aim: Aim, options: &Options) -> Result<Run> {
    let here = Here::of(options)?;
    let runs = store::all()?;
    let mut found = Vec::new();
    for (place, at) in runs.iter().enumerate().rev() {
        if !at.head.as_ref().is_some_and(|head| here.has(head, aim)) {
            continue;
        }
        // Whether it is the wanted one cannot be known: an older one must not take its place unseen.
        let run = Run::read(at.clone()).with_context(|| format!("choosing a run, {}", at.id))?;
        if suits(&run, aim, &runs[place + 1..]) {
            found.push(run);
        }
        if aim != Aim::Resume && !found.is_empty() {
            break;
        }
    }
    // A run under way is named only when nothing else is there to resume.
    if found.iter().any(|run| run.summary.state != State::Running) {
        found.retain(|run| aim != Aim::Resume || run.summary.state != State::Running);
    }
    if found.len() > 1 {
        let several = Fault::usage(format!("{} runs can be resumed here", found.len()));
        let several = several.detail("runs", lines(&found));
        return Err(several.hint("name one: cargo xtask resume RUN").into());
    }
    found.pop().ok_or_else(|| none(aim, &here, &runs))
}

/// The newest runs whose id begins with `prefix` and that suit the `aim`, if there is one; none that is under way, then.
pub(super) fn newest(aim: Option<Aim>, prefix: &str) -> impl Iterator<Item = Run> {
    let runs = store::all().unwrap_or_default();
    let places = (0..runs.len()).rev().take(LOOKED_AT);
    let prefix = prefix.to_owned();
    places.filter_map(move |place| {
        let at = runs[place].clone();
        let run = at.id.starts_with(&prefix).then(|| Run::read(at).ok())??;
        let fits =
            |aim| run.summary.state != State::Running && suits(&run, aim, &runs[place + 1..]);
        aim.is_none_or(fits).then_some(run)
    })
}

fn suits(run: &Run, aim: Aim, later: &[store::Run]) -> bool {
    let it = &run.summary;
    match aim {
        Aim::Resume => {
            let open = it.resumable || it.state == State::Running;
            open && !later.iter().any(|other| supersedes(other, run))
        }
        // An irreversible change counts: nothing before it is undone by accident.
        Aim::Undo => {
            let is_undo = it.start.as_ref().is_some_and(|start| start.undoes.is_some());
            !is_undo && it.operations.iter().any(|one| one.changed && !one.undone)
        }
        // A map or a check leaves nothing behind; an answer is what was asked for.
        Aim::Show(_) => {
            let answers = it.findings.iter().any(|finding| finding.name != "map");
            !it.operations.is_empty() || it.exit != Some(0) || answers
        }
    }
}

/// Whether a later run has taken the work of `run` over: the same command line, or the same step with the same arguments on
/// all of its open hosts. It has finished, or can be resumed itself.
fn supersedes(later: &store::Run, run: &Run) -> bool {
    let (Some(new), Some(old)) = (&later.head, &run.at.head) else { return false };
    if (&new.step, &new.inventory, new.rehearsal) != (&old.step, &old.inventory, old.rehearsal)
        || cli::own(&new.args) != cli::own(&old.args)
    {
        return false;
    }
    let Ok(later) = Run::read(later.clone()) else { return false };
    let it = &later.summary;
    let takes = |host: &String| it.hosts.iter().any(|other| other.host == *host);
    let same = || plain(&new.args) == plain(&old.args);
    (it.resumable || it.state == State::Done) && (same() || run.summary.open.iter().all(takes))
}

/// The words without the answers to questions.
fn plain(args: &[String]) -> Vec<&str> {
    let words = args.iter().map(String::as_str);
    words.filter(|word| !["-y", "--yes"].contains(word)).collect()
}

fn none(aim: Aim, here: &Here, runs: &[store::Run]) -> anyhow::Error {
    if runs.is_empty() {
        let fault = Fault::usage("no run is recorded yet");
        return fault.hint("see: cargo xtask runs list").into();
    }
    let (can, word) = match aim {
        Aim::Resume => ("can be resumed", "resume"),
        Aim::Undo => ("can be undone", "undo"),
        Aim::Show(word) => ("did any work", word),
    };
    let mut elsewhere = Vec::new();
    for (place, at) in runs.iter().enumerate().rev() {
        let Ok(run) = Run::read(at.clone()) else { continue };
        if elsewhere.len() < LISTED && suits(&run, aim, &runs[place + 1..]) {
            elsewhere.push(run);
        }
    }
    let fault = Fault::usage(format!("no run {} {can}", here.name()));
    let hint = match elsewhere.is_empty() {
        true => "see: cargo xtask runs list".to_owned(),
        false => format!("if you mean one of these, name it: cargo xtask {word} RUN"),
    };
    fault.detail("others", lines(&elsewhere)).hint(hint).into()
}

fn lines(runs: &[Run]) -> String {
    runs.iter().take(LISTED).map(Run::line).collect::<Vec<_>>().join("\n")
}

impl Here {
    fn of(options: &Options) -> Result<Self> {
        let cwd = std::env::current_dir().context("finding the current directory")?;
        let path = |path: Utf8PathBuf| path.canonicalize_utf8().map(Utf8PathBuf::into_string).ok();
        let given = options.inventory.first().cloned().map(|file| {
            let name = file.to_string();
            path(file).unwrap_or(name)
        });
        let nearest = setup::nearest().ok().filter(|_| given.is_none()).and_then(path);
        Ok(Self {
            user: origin::user(),
            cwd: cwd.to_string_lossy().into_owned(),
            rehearse: options.rehearse,
            given,
            nearest,
        })
    }

    /// Whether a run belongs here. To be shown, any inventory will do unless one is given.
    fn has(&self, head: &Head, aim: Aim) -> bool {
        let inventory = match (&self.given, &self.nearest) {
            (Some(given), _) => head.inventory.as_ref() == Some(given),
            _ if matches!(aim, Aim::Show(_)) => true,
            // Throw-away hosts are those of the sample.
            _ if head.rehearsal && head.inventory.is_none() => true,
            _ if self.rehearse => false,
            (None, Some(nearest)) => head.inventory.as_ref() == Some(nearest),
            (None, None) => true,
        };
        let place = head.user == self.user && head.cwd == self.cwd;
        place && inventory && (head.rehearsal || !self.rehearse)
    }

    /// `of ann in /work with hosts.toml`.
    fn name(&self) -> String {
        let with = self.given.as_ref().or(self.nearest.as_ref().filter(|_| !self.rehearse));
        let with = with.map(|file| format!(" with {file}")).unwrap_or_default();
        let hosts = if self.rehearse { " on throw-away hosts" } else { "" };
        format!("of {} in {}{with}{hosts}", self.user, self.cwd)
    }
}
