//! systemd units: disabled, absent, active.

mod absent;
mod unit;
mod verbs;

use anyhow::Result;

use self::unit::{Look, Unit};
use self::verbs::Verbs;
use super::action::Action;
use super::builders::poll_builder;
use super::reader::Reader;
use super::{Op, Poll, State, Undo};
use crate::data::fault::Fault;
use crate::data::unit_name::full_name;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const STATE: Snippet = snippet!("/../../snippets/", "ops/units-state");

/// Some units of a host in one state.
#[derive(Debug, Clone)]
pub struct Units {
    names: Vec<String>,
    goal: Goal,
    poll: Poll,
}

#[derive(Debug, Clone)]
enum Goal {
    Disabled,
    Absent { directories: Vec<String> },
    Active { reload: bool, newer: Vec<String>, written: bool },
}

poll_builder!(Units);

impl Units {
    /// Not running and not started at boot. A unit unknown to systemd counts as disabled (X4.30, X4.31).
    /// A name without a suffix is a service.
    pub fn disabled<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::new(names, Goal::Disabled)
    }

    /// Unknown to systemd, its file gone from `/usr/lib/systemd/system` (see [`Units::in_dirs`]).
    /// Refused while one of them runs. systemd reloads its configuration in any case (X4.34).
    pub fn absent<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let directories = vec!["/usr/lib/systemd/system".to_owned()];
        Self::new(names, Goal::Absent { directories })
    }

    /// Running and started at boot.
    pub fn active<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::new(names, Goal::Active { reload: false, newer: Vec::new(), written: false })
    }

    fn new<N: Into<String>>(names: impl IntoIterator<Item = N>, goal: Goal) -> Self {
        let names = names.into_iter().map(|name| full_name(&name.into())).collect();
        Self { names, goal, poll: Poll::NONE }
    }

    /// For [`Units::absent`]: the directories whose files go.
    #[must_use]
    pub fn in_dirs<D: Into<String>>(mut self, all: impl IntoIterator<Item = D>) -> Self {
        if let Goal::Absent { directories } = &mut self.goal {
            *directories = all.into_iter().map(Into::into).collect();
        }
        self
    }

    /// For [`Units::active`]: restarts a unit that started before the last write of one of these files. One second
    /// is no difference. A dry run counts planned writes.
    #[must_use]
    pub fn newer_than<P: Into<String>>(mut self, files: impl IntoIterator<Item = P>) -> Self {
        if let Goal::Active { newer, .. } = &mut self.goal {
            newer.extend(files.into_iter().map(Into::into));
        }
        self
    }

    /// For [`Units::newer_than`]: reloads instead, when the unit has neither started nor reloaded since. The time
    /// comes from systemd, so the next run finishes a killed one.
    #[must_use]
    pub fn reloading(mut self) -> Self {
        if let Goal::Active { reload, .. } = &mut self.goal {
            *reload = true;
        }
        self
    }

    /// For [`Units::newer_than`]: this run has just written one of the files. It is newer then, within the same second, too.
    #[must_use]
    pub fn written(mut self, just: bool) -> Self {
        if let Goal::Active { written, .. } = &mut self.goal {
            *written = just;
        }
        self
    }

    fn look(&self, host: &Reader<'_>) -> Result<Look> {
        let (newer, files) = match &self.goal {
            Goal::Active { newer, .. } => (newer.clone(), Vec::new()),
            Goal::Absent { directories } => (Vec::new(), absent::paths(&self.names, directories)),
            Goal::Disabled => (Vec::new(), Vec::new()),
        };
        if self.names.is_empty() {
            return Err(Fault::usage("no unit is named").into());
        }
        let just = matches!(self.goal, Goal::Active { written: true, .. }) && !host.is_verifying();
        let planned = newer.iter().any(|path| host.planned(path.as_str().into()).is_some());
        let names = Value::List(self.names.clone());
        let (newer, files) = (Value::List(newer), Value::List(files));
        let text = host.ask(STATE, [("NAMES", names), ("PATHS", newer), ("FILES", files)])?;
        let mut look = unit::parse(&text, &self.names)?;
        if planned || just {
            look.newest = Some(i64::MAX);
        }
        Ok(look)
    }
}

impl Op for Units {
    fn describe(&self) -> String {
        let verb = match &self.goal {
            Goal::Disabled => "disable",
            Goal::Absent { .. } => "remove",
            Goal::Active { .. } => "enable and start",
        };
        format!("{verb} {}", unit::folded(&self.names))
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let look = self.look(host)?;
        match &self.goal {
            Goal::Disabled => Ok(state(look.units.iter().filter_map(disabling))),
            Goal::Absent { .. } => absent::state(host, &look),
            Goal::Active { .. } => self.activation(host, &look),
        }
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let look = self.look(host)?;
        Ok(vec![match &self.goal {
            Goal::Disabled => Verbs {
                stop: names(&look, Unit::is_up),
                disable: names(&look, Unit::is_enabled),
                ..Verbs::default()
            }
            .action(),
            Goal::Absent { .. } => absent::change(host, &look),
            Goal::Active { .. } => Verbs {
                enable: names(&look, Unit::can_enable),
                start: names(&look, |unit| !unit.is_active()),
                restart: names(&look, |unit| self.again(&look, unit) == Some("restart")),
                reload: names(&look, |unit| self.again(&look, unit) == Some("reload")),
                ..Verbs::default()
            }
            .action(),
        }])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let look = self.look(host)?;
        Ok(Some(match &self.goal {
            Goal::Disabled => {
                let (enable, start) = (names(&look, Unit::is_enabled), names(&look, Unit::is_up));
                vec![Verbs { enable, start, ..Verbs::default() }.undo(&self.names)]
            }
            Goal::Absent { .. } => absent::undo(host, &look)?,
            Goal::Active { newer, reload, .. } => {
                let stop = names(&look, |unit| !unit.is_up());
                let disable = names(&look, Unit::can_enable);
                let again = names(&look, |unit| unit.is_up() && !newer.is_empty());
                let started = Verbs { stop, disable, ..Verbs::default() }.undo(&self.names);
                let verbs = if *reload {
                    Verbs { reload: again, ..Verbs::default() }
                } else {
                    Verbs { restart: again, ..Verbs::default() }
                };
                [started].into_iter().chain(verbs.again(newer)).collect()
            }
        }))
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}

impl Units {
    /// The pending changes to run the units, or why they cannot run.
    fn activation(&self, host: &Reader<'_>, look: &Look) -> Result<State> {
        let cannot = |unit: &&Unit| unit.is_unknown() || unit.is_masked();
        if let Some(unit) = look.units.iter().find(cannot) {
            let what = format!("{} is {}", unit.name, unit.words());
            if let Some(pending) = host.pending() {
                return Ok(State::Unknown(format!("{what}; an earlier operation: {pending}")));
            }
            return Err(Fault::failed(what).hint("install or unmask it first").into());
        }
        let lines = look.units.iter().filter_map(|unit| {
            let again = self.again(look, unit);
            let good = unit.is_active() && !unit.can_enable();
            let (name, words) = (&unit.name, unit.words());
            let enabled = if unit.can_enable() { "enabled" } else { unit.enabled() };
            match again {
                None if good => None,
                None => Some(format!("{name}: {words} -> active, {enabled}\n")),
                Some(verb) if good => Some(format!("{name}: {verb}\n")),
                Some(verb) => Some(format!("{name}: {words} -> active, {enabled}, {verb}\n")),
            }
        });
        Ok(state(lines))
    }

    /// The verb that makes a running unit see a change.
    fn again(&self, look: &Look, unit: &Unit) -> Option<&'static str> {
        let Goal::Active { reload, .. } = &self.goal else { return None };
        match unit.is_active() {
            true if *reload => unit.has_not_read(look.newest).then_some("reload"),
            true => unit.is_older_than(look.newest).then_some("restart"),
            false => None,
        }
    }
}

fn names(look: &Look, wanted: impl Fn(&Unit) -> bool) -> Vec<String> {
    look.units.iter().filter(|unit| wanted(unit)).map(|unit| unit.name.clone()).collect()
}

fn disabling(unit: &Unit) -> Option<String> {
    let after = if unit.is_enabled() { "disabled" } else { unit.enabled() };
    let needed = unit.is_up() || unit.is_enabled();
    needed.then(|| format!("{}: {} -> inactive, {after}\n", unit.name, unit.words()))
}

fn state(lines: impl Iterator<Item = String>) -> State {
    let diff: String = lines.collect();
    if diff.is_empty() { State::Kept } else { State::needed(diff) }
}
