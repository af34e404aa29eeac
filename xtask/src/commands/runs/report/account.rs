//! The account of a run: all that a report says, in one value. Every form is made of it.
//!
//! Equal records give equal accounts, except for the time of making. What hosts have printed has its control characters
//! written out, so no form has to think of terminals, directions of text or forbidden characters.

mod done;
mod head;
mod seen;
mod step;

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use engine::run::record::course::Course;
use serde::Serialize;

pub(super) use self::done::Done;
pub(super) use self::head::Head;
use crate::commands::past::Run;

/// The version of the JSON form.
const SCHEMA: u32 = 1;

/// The word for an operation without an end, and for its host, in a running run.
const AT_WORK: &str = "at work";

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    /// The version of this form.
    pub(crate) schema: u32,
    /// Everything but the operations.
    #[serde(flatten)]
    pub(crate) head: Head,
    /// The operations, in the order of their start.
    pub(crate) operations: Vec<Done>,
}

impl Account {
    /// Of a recorded run.
    pub(crate) fn of(run: &Run) -> Self {
        Self::part(run, &|_| true)
    }

    /// The same, with the outputs of the operations that `wants` takes by their places.
    pub(crate) fn part(run: &Run, wants: &dyn Fn(usize) -> bool) -> Self {
        let operations = done::all(&run.at.dir, &run.summary, wants);
        let head = Head::of(run, Course::of(&run.journal));
        let mut account = Self { schema: SCHEMA, head, operations };
        account.find_lost();
        account
    }

    /// Marks the hosts that need attention although none of their operations does.
    fn find_lost(&mut self) {
        let named: HashSet<String> = self.trouble().map(|one| one.it.host.clone()).collect();
        for host in &mut self.head.hosts {
            host.lost = !host.good && host.outcome != AT_WORK && !named.contains(&host.host);
        }
    }

    /// As a JSON document.
    ///
    /// # Errors
    /// None in practice.
    pub(crate) fn document(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The operations that need attention, of the last process that worked on their host.
    pub(crate) fn trouble(&self) -> impl Iterator<Item = &Done> {
        let last = self.last();
        let own = move |one: &&Done| last.get(one.it.host.as_str()) == Some(&one.it.process);
        self.operations.iter().filter(own).filter(|one| !one.good && one.it.outcome != AT_WORK)
    }

    /// For each host, the last process that worked on it: what an earlier one has left was done again.
    pub(crate) fn last(&self) -> HashMap<&str, usize> {
        // Processes follow each other.
        self.operations.iter().map(|one| (one.it.host.as_str(), one.it.process)).collect()
    }
}
