//! The course of a run: its processes, its stages and what was read and answered meanwhile, with times.

use std::collections::BTreeMap;

use serde::Serialize;

use super::entry::{Again, Entry, Resume};
use super::journal::Journal;

/// The course of a run. All times are in UTC.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Course {
    /// Its processes, the first one first.
    pub processes: Vec<Process>,
    /// Its stages, in the order of their start; a part of a stage is one, too: `paas/stop`.
    pub stages: Vec<Stage>,
    /// Questions and acknowledgements.
    pub answers: Vec<Answer>,
    /// The readings of clusters.
    pub clusters: Vec<Reading>,
    /// The identity that each host has shown last.
    pub identities: BTreeMap<String, Identity>,
}

/// One process of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Process {
    /// Why it resumed the run; none for the first.
    pub kind: Option<Again>,
    /// The command line behind the program's name, masked.
    pub args: Vec<String>,
    /// The person.
    pub user: String,
    /// The machine.
    pub from: String,
    /// Its hosts; none for all of the run.
    pub only: Option<Vec<String>>,
    /// The ticket of the change: its own, or that of the process before.
    pub ticket: Option<String>,
    /// Why it is made; as the ticket.
    pub reason: Option<String>,
    /// The time of its first line.
    pub began: String,
    /// The time of its last line.
    pub last: String,
    /// Its exit code; none for one that is running or was killed.
    pub exit: Option<u8>,
}

/// A stage, in one process.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The number of its process, from 0.
    pub process: usize,
    /// The time of its start.
    pub began: String,
    /// The time of its end; none while it runs, and when its process was killed in it.
    pub ended: Option<String>,
}

/// An answer of a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The time.
    pub at: String,
    /// `question` or `acknowledgement`.
    pub kind: &'static str,
    /// The question, or the operation by hand.
    pub what: String,
    /// The answer, or the evidence.
    pub answer: String,
    /// The person; none for a question: that of the process.
    pub user: Option<String>,
}

/// A reading of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// The time.
    pub at: String,
    /// The name of the cluster.
    pub name: String,
    /// The host that goes or went.
    pub host: String,
    /// `before`, `after` or `accepted`.
    pub when: String,
    /// The reading in one line.
    pub reading: String,
}

/// What a host has shown of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its machine-id.
    pub machine_id: String,
    /// The fingerprint of its host key.
    pub host_key: String,
    /// Compared with the pin: `new`, `match` or `changed`.
    pub pin: String,
}

impl Course {
    /// From the journal.
    pub fn of(journal: &Journal) -> Self {
        let mut course = Self::default();
        for line in &journal.lines {
            course.take(&line.at, &line.entry);
            // Lines that other runs add later are not of its time.
            if !matches!(line.entry, Entry::Undone { .. } | Entry::Closed { .. })
                && let Some(process) = course.processes.last_mut()
            {
                process.last.clone_from(&line.at);
            }
        }
        course
    }

    fn take(&mut self, at: &str, entry: &Entry) {
        let at = at.to_owned();
        match entry {
            Entry::Start(it) => self.processes.push(Process {
                kind: None,
                args: it.args.clone(),
                user: it.user.clone(),
                from: it.from.clone(),
                only: None,
                ticket: it.ticket.clone(),
                reason: it.reason.clone(),
                began: at.clone(),
                last: at,
                exit: None,
            }),
            Entry::Resume(it) => self.resume(it, at),
            Entry::Stage { name, .. } => {
                let outer = |stage: &Stage| {
                    name.strip_prefix(&stage.name).is_some_and(|rest| rest.starts_with('/'))
                };
                self.end_stages(&at, |stage| !outer(stage));
                let process = self.processes.len().saturating_sub(1);
                self.stages.push(Stage { name: name.clone(), process, began: at, ended: None });
            }
            Entry::End { exit, .. } => {
                self.end_stages(&at, |_| true);
                if let Some(process) = self.processes.last_mut() {
                    process.exit = Some(*exit);
                }
            }
            Entry::Confirm { what, answer } => {
                let (what, answer) = (what.clone(), answer.clone());
                self.answers.push(Answer { at, kind: "question", what, answer, user: None });
            }
            Entry::Ack { name, text, user } => {
                let (what, answer, user) = (name.clone(), text.clone(), Some(user.clone()));
                self.answers.push(Answer { at, kind: "acknowledgement", what, answer, user });
            }
            Entry::Cluster { name, host, when, reading } => self.clusters.push(Reading {
                at,
                name: name.clone(),
                host: host.clone(),
                when: when.clone(),
                reading: reading.clone(),
            }),
            Entry::Identity { host, machine_id, host_key, pin } => {
                let (machine_id, host_key) = (machine_id.clone(), host_key.clone());
                let shown = Identity { machine_id, host_key, pin: pin.clone() };
                self.identities.insert(host.clone(), shown);
            }
            _ => {}
        }
    }

    fn resume(&mut self, it: &Resume, at: String) {
        let before = self.processes.last();
        let ticket = it.ticket.clone().or_else(|| before?.ticket.clone());
        let reason = it.reason.clone().or_else(|| before?.reason.clone());
        self.processes.push(Process {
            kind: Some(it.kind),
            args: it.args.clone(),
            user: it.user.clone(),
            from: it.from.clone(),
            only: it.only.clone(),
            ticket,
            reason,
            began: at.clone(),
            last: at,
            exit: None,
        });
    }

    /// Ends the open stages of the last process that `is_over` takes.
    fn end_stages(&mut self, at: &str, is_over: impl Fn(&Stage) -> bool) {
        let process = self.processes.len().saturating_sub(1);
        let own = self.stages.iter_mut().rev().take_while(|stage| stage.process == process);
        for stage in own.filter(|stage| stage.ended.is_none()) {
            if is_over(stage) {
                stage.ended = Some(at.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(lines: &[(&str, &str)]) -> Journal {
        let line = |(number, (at, body)): (usize, &(&str, &str))| {
            format!("{{\"line\":{},\"at\":\"{at}\",{body}}}\n", number + 1)
        };
        let text: String = lines.iter().enumerate().map(line).collect();
        Journal::parse(text.as_bytes())
    }

    #[test]
    fn a_stage_ends_when_one_begins_that_is_no_part_of_it() {
        let stage = |name: &str| format!(r#""event":"stage","name":"{name}","of":2"#);
        let (paas, stop, update, other) =
            (stage("paas"), stage("paas/stop"), stage("paas/update"), stage("paas2"));
        let resume = r#""event":"resume","kind":"retry","args":["a"],"user":"u","from":"f","pid":1,"only":["h"],"torn":null"#;
        let start = r#""event":"start","schema":2,"run":"r","step":"s","args":[],"user":"u","from":"f","pid":1,"program":"p","cwd":"/","inventory":null,"inventory_sha256":"","rehearsal":false,"undoes":null"#;
        let lines = [
            ("0", start),
            ("1", &paas),
            ("2", &stop),
            ("3", &update),
            ("4", r#""event":"confirm","what":"sure","answer":"yes""#),
            ("5", resume),
            ("6", &paas),
            ("7", &other),
            ("8", r#""event":"end","exit":4"#),
            ("9", r#""event":"undone","by":"x","hosts":[]"#),
        ];
        let course = Course::of(&journal(&lines));
        let stages: Vec<_> = course
            .stages
            .iter()
            .map(|it| (it.name.as_str(), it.process, it.began.as_str(), it.ended.as_deref()))
            .collect();
        let expected = [
            ("paas", 0, "1", None),
            ("paas/stop", 0, "2", Some("3")),
            ("paas/update", 0, "3", None),
            ("paas", 1, "6", Some("7")),
            ("paas2", 1, "7", Some("8")),
        ];
        assert_eq!(stages, expected);
        let processes: Vec<_> = course
            .processes
            .iter()
            .map(|it| (it.kind, it.began.as_str(), it.last.as_str(), it.exit))
            .collect();
        assert_eq!(processes, [(None, "0", "4", None), (Some(Again::Retry), "5", "8", Some(4))]);
        assert_eq!(course.answers.len(), 1);
    }
}
