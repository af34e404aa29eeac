//! The last line of a run that succeeded: its results, its time, and what takes it back.

use std::time::Duration;

use super::width::{cut, wide};
use crate::data::span::shown;
use crate::ops::ensure::Mode;
use crate::run::back::Reach;
use crate::run::run_summary::RunSummary;

/// The most verbs to name.
const VERBS: usize = 4;
/// Between the parts of the line.
const BETWEEN: &str = " · ";
/// The fewest columns that are left to the name of a point of no return.
const NARROW: usize = 16;

/// The run, as far as its last line needs it.
#[derive(Debug)]
pub(super) struct Footer<'a> {
    pub(super) summary: &'a RunSummary,
    pub(super) mode: Mode,
    pub(super) took: Duration,
    /// What a step adds to the time.
    pub(super) closing: &'a str,
    /// The id of its record; none without one.
    pub(super) run: Option<&'a str>,
    /// What an undo would take back; none for a run that has none: an undo itself.
    pub(super) reach: Option<&'a Reach>,
}

impl Footer<'_> {
    /// `4 changed in 6.1 s · undo: cargo xtask undo 20261129-110103 (stops at rm-venv)`; none without a host. What is wider
    /// than `width` goes on below, part by part.
    pub(super) fn text(&self, width: usize) -> Option<String> {
        let parts = match self.mode {
            _ if self.summary.hosts().next().is_none() => return None,
            Mode::Emit => return None,
            Mode::Plan => vec![self.planned()],
            Mode::Run => self.done(width),
        };
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            match lines.last_mut() {
                Some(last) if wide(last) + wide(BETWEEN) + wide(&part) <= width => {
                    *last += BETWEEN;
                    *last += &part;
                }
                _ => lines.push(part),
            }
        }
        Some(lines.join("\n"))
    }

    /// `-n: 3 needed (disable 3, remove 6); run it without -n`.
    fn planned(&self) -> String {
        let pending = self.summary.hosts().any(|(_, entry)| entry.needed + entry.unknown > 0);
        let next = if pending { "run it without -n" } else { "nothing to do" };
        format!("-n: {}; {next}", self.counts())
    }

    fn done(&self, width: usize) -> Vec<String> {
        let mut parts = vec![format!("{} in {}", self.counts(), shown(self.took.as_secs_f64()))];
        parts.extend((!self.closing.is_empty()).then(|| self.closing.to_owned()));
        let changed = self.summary.hosts().any(|(_, entry)| entry.changed > 0);
        let Some(run) = self.run.filter(|_| changed) else { return parts };
        match self.reach {
            Some(reach) if reach.undoable => {
                parts.push(stops(format!("undo: cargo xtask undo {run}"), reach, width));
            }
            Some(Reach { wall: Some(wall), .. }) => {
                let no_undo = "no undo".to_owned();
                parts.push(walled(no_undo, "point of no return:", wall, width));
                parts.push(format!("run {run}"));
            }
            _ => parts.push(format!("run {run}")),
        }
        parts
    }

    /// `3 changed, 1 kept`; with the verbs of the changes, where those say more than the hosts.
    fn counts(&self) -> String {
        let counts = self.summary.counts();
        let kinds = self.summary.kinds();
        let word = |(_, entry): &(_, &crate::run::run_summary::Entry)| {
            matches!(entry.word(), "changed" | "needed")
        };
        let (hosts, all) = (self.summary.hosts().filter(word).count(), total(&kinds));
        if kinds.len() < 2 && all <= hosts {
            return counts;
        }
        let (named, rest) = kinds.split_at(kinds.len().min(VERBS));
        let mut words: Vec<String> =
            named.iter().map(|(verb, count)| format!("{verb} {count}")).collect();
        words.extend((!rest.is_empty()).then(|| format!("others {}", total(rest))));
        format!("{counts} ({})", words.join(", "))
    }
}

fn total(kinds: &[(&str, usize)]) -> usize {
    kinds.iter().map(|(_, count)| count).sum()
}

/// `text (stops at rm-venv)`, or the text alone.
pub(super) fn stops(text: String, reach: &Reach, width: usize) -> String {
    match &reach.wall {
        Some(wall) => walled(text, "stops at", wall, width),
        None => text,
    }
}

/// `text (words wall)`; the wall is cut where it would be wider than `width`.
fn walled(text: String, words: &str, wall: &str, width: usize) -> String {
    let head = format!("{text} ({words} ");
    let room = width.saturating_sub(wide(&head) + 1).max(NARROW);
    format!("{head}{})", cut(wall, room))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::outcome::Outcome;

    const RUN: &str = "20261129-110103";

    fn footer(mode: Mode, work: &[(&str, Outcome, &str)], reach: Option<(bool, &str)>) -> String {
        let mut summary = RunSummary::default();
        for (host, outcome, what) in work {
            summary.count(host, *outcome);
            if matches!(outcome, Outcome::Changed | Outcome::Needed) {
                summary.count_kind(what);
            }
        }
        let reach = reach.map(|(undoable, wall)| Reach {
            undoable,
            wall: Some(wall.to_owned()).filter(|wall| !wall.is_empty()),
        });
        let (summary, took, reach) = (&summary, Duration::from_millis(6100), reach.as_ref());
        let footer = Footer { summary, mode, took, closing: "", run: Some(RUN), reach };
        footer.text(usize::MAX).unwrap_or_default()
    }

    #[test]
    fn the_last_line_has_results_time_and_the_way_back() {
        use Outcome::{Changed, Kept};
        let run = |work, reach| footer(Mode::Run, work, reach);
        let four = [("a", Changed, "stop x"), ("b", Changed, "stop x"), ("c", Kept, "stop x")];
        assert_eq!(
            run(&four, Some((true, ""))),
            "2 changed, 1 kept in 6.1 s · undo: cargo xtask undo 20261129-110103"
        );
        assert_eq!(
            run(&four[..2], Some((true, "rm-venv"))),
            "2 changed in 6.1 s · undo: cargo xtask undo 20261129-110103 (stops at rm-venv)"
        );
        assert_eq!(
            run(&four[..1], Some((false, "update"))),
            "1 changed in 6.1 s · no undo (point of no return: update) · run 20261129-110103"
        );
        assert_eq!(run(&four[..1], None), "1 changed in 6.1 s · run 20261129-110103");
        assert_eq!(run(&four[2..], Some((true, "rm-venv"))), "1 kept in 6.1 s");
        assert_eq!(run(&[], None), "");
    }

    #[test]
    fn changes_are_counted_by_their_verbs() {
        use Outcome::{Changed, Kept};
        let works = ["write /a", "write /b", "by hand: x", "stop y", "make z", "load q", "set r"];
        let works: Vec<_> = works.into_iter().map(|what| ("a", Changed, what)).collect();
        assert_eq!(
            footer(Mode::Run, &works, None),
            "1 changed (write 2, by hand 1, load 1, make 1, others 2) in 6.1 s · run 20261129-110103"
        );
        assert_eq!(footer(Mode::Run, &[("a", Kept, "write /a")], None), "1 kept in 6.1 s");
    }

    #[test]
    fn a_dry_run_says_what_a_run_would_be() {
        use Outcome::{Kept, Needed, Unknown};
        let plan = |work| footer(Mode::Plan, work, None);
        let work = [("a", Needed, "stop x"), ("b", Needed, "stop x"), ("c", Unknown, "load y")];
        assert_eq!(plan(&work[..2]), "-n: 2 needed; run it without -n");
        assert_eq!(plan(&work), "-n: 2 needed, 1 unknown; run it without -n");
        assert_eq!(plan(&[("a", Kept, "stop x")]), "-n: 1 kept; nothing to do");
    }

    #[test]
    fn a_line_too_wide_is_broken_between_its_parts() {
        let mut summary = RunSummary::default();
        summary.count("a", Outcome::Changed);
        let reach = Reach { undoable: true, wall: None };
        let footer = Footer {
            summary: &summary,
            mode: Mode::Run,
            took: Duration::from_secs(90),
            closing: "24 stages",
            run: Some(RUN),
            reach: Some(&reach),
        };
        let undo = "undo: cargo xtask undo 20261129-110103";
        assert_eq!(footer.text(80), Some(format!("1 changed in 1 m 30 s · 24 stages · {undo}")));
        assert_eq!(footer.text(50), Some(format!("1 changed in 1 m 30 s · 24 stages\n{undo}")));
        let wall = Some("make a file, with what the test has put in the way".to_owned());
        let walled = Footer { reach: Some(&Reach { undoable: false, wall }), ..footer };
        let expected = [
            "1 changed in 1 m 30 s · 24 stages",
            "no undo (point of no return: make a file, with what the test h…)",
            "run 20261129-110103",
        ];
        assert_eq!(walled.text(64), Some(expected.join("\n")));
    }
}
