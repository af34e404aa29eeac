//! One finished operation as a line for a person.

use std::time::Duration;

use super::style::Style;
use super::width::{cut, wide};
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::data::range::fold;
use crate::ops::ensure::{Event, Mode};
use crate::text::mask::Mask;
use crate::text::merge;
use crate::text::visible::visible;

/// The fewest columns that are left to the name of an operation.
const NARROW: usize = 16;

/// The amount of detail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) mode: Mode,
    pub(super) verbose: bool,
    pub(super) diff: bool,
    pub(super) style: Style,
}

/// `changed  write /etc/hosts   0.2 s`, without the host, and a diff below it.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// The word for the result.
    pub(super) word: String,
    /// The operation, masked.
    pub(super) what: String,
    /// The shortest and the longest time; none in a plan.
    pub(super) took: Option<[Duration; 2]>,
    /// What stands behind the time.
    pub(super) mark: String,
    /// The lines of its diff, masked.
    pub(super) diff: Vec<String>,
    pub(super) style: Style,
}

impl Line {
    /// Kept operations give nothing without `verbose`.
    pub(super) fn of(event: &Event<'_>, form: Form, mask: &Mask) -> Option<Self> {
        let style = form.style;
        let word = match &event.result {
            Ok(Outcome::Kept) if !form.verbose => return None,
            Ok(Outcome::Kept) => style.dim("kept"),
            Ok(Outcome::Changed) => style.yellow("changed"),
            Ok(Outcome::Needed) => style.yellow("needed"),
            Ok(Outcome::Unknown) => style.cyan("unknown"),
            Err(error) => style.red(Fault::kind_of(error).word()),
        };
        let mark = match form.mode {
            Mode::Run if matches!(event.result, Ok(Outcome::Changed)) && !event.undo => {
                style.dim("(no undo)")
            }
            Mode::Plan if !event.undo => style.red("(irreversible)"),
            _ => String::new(),
        };
        let shows = form.diff || form.mode == Mode::Plan;
        let shows = shows && !matches!(event.result, Ok(Outcome::Kept));
        let diff = if shows { event.diff } else { "" };
        Some(Self {
            word,
            what: mask.text(event.what),
            took: (form.mode == Mode::Run).then_some([event.took; 2]),
            mark,
            diff: diff.split_terminator('\n').map(str::to_owned).collect(),
            style,
        })
    }

    /// What a host has to say; the time may be another one.
    pub(super) fn said(&self) -> Vec<String> {
        self.with(self.diff.clone())
    }

    /// The same, without the values in the lines of the diff.
    pub(super) fn shape(&self) -> Vec<String> {
        self.with(self.diff.iter().map(|line| merge::shape(line)).collect())
    }

    fn with(&self, diff: Vec<String>) -> Vec<String> {
        let head = [&self.word, &self.what, &self.mark].map(String::clone);
        head.into_iter().chain(diff).collect()
    }

    /// Takes the times of another host in.
    pub(super) fn join(&mut self, other: &Self) {
        if let (Some(took), Some(other)) = (&mut self.took, other.took) {
            *took = [took[0].min(other[0]), took[1].max(other[1])];
        }
    }

    /// With its hosts. The name of the operation is cut where the line would be wider than `width`, and hosts that
    /// would take half of it are counted.
    pub(super) fn text(&self, hosts: &[String], width: Option<usize>) -> String {
        let mut names = fold(hosts);
        if hosts.len() > 1 && width.is_some_and(|width| wide(&names) > width / 2) {
            names = format!("{} hosts", hosts.len());
        }
        let mut tail = self.took.map(|took| format!("   {}", times(took))).unwrap_or_default();
        if !self.mark.is_empty() {
            tail += &format!("   {}", self.mark);
        }
        let head = format!("{names}: {}  ", self.word);
        let what = match width {
            Some(width) => {
                let room = width.saturating_sub(wide(&head) + wide(&tail));
                cut(&self.what, room.max(NARROW))
            }
            None => self.what.clone(),
        };
        let style = self.style;
        // A carriage return that comes or goes is a change, too.
        let below = self.diff.iter().map(|line| format!("\n    {}", style.diff(&visible(line))));
        format!("{head}{what}{tail}{}", below.collect::<String>())
    }
}

/// `0.6 s`, of several hosts `0.6-0.9 s`.
fn times([least, most]: [Duration; 2]) -> String {
    let [least, most] = [least, most].map(|time| format!("{:.1}", time.as_secs_f64()));
    if least == most { format!("{least} s") } else { format!("{least}-{most} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str, times: [u64; 2]) -> Line {
        let took = Some(times.map(Duration::from_millis));
        Line { word: "changed".into(), what: what.into(), took, ..Line::default() }
    }

    fn hosts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_times_of_several_hosts_are_a_range() {
        let mut first = line("stop x", [600; 2]);
        assert_eq!(first.text(&hosts(&["a"]), None), "a: changed  stop x   0.6 s");
        let second = line("stop x", [940; 2]);
        assert_eq!(first.said(), second.said());
        first.join(&second);
        first.mark = "(no undo)".to_owned();
        let text = first.text(&hosts(&["a1", "a2"]), None);
        assert_eq!(text, "a[1-2]: changed  stop x   0.6-0.9 s   (no undo)");
        assert_ne!(first.said(), second.said());
    }

    #[test]
    fn a_line_fits_into_the_terminal() {
        let long = line("disable 配置-a.service and all of the others", [600; 2]);
        let paas = hosts(&["paas1", "paas2", "paas3"]);
        let text = long.text(&paas, Some(44));
        assert_eq!(text, "paas[1-3]: changed  disable 配置-a.…   0.6 s");
        assert!(wide(&text) <= 44);
        assert_eq!(long.text(&paas, Some(80)), long.text(&paas, None));
        assert_eq!(wide(&long.text(&paas[..1], Some(3))), 16 + NARROW + 8);
    }

    #[test]
    fn many_names_are_counted_where_they_leave_no_room() {
        let many: Vec<String> = (1..20).map(|number| format!("node{}", number * 7)).collect();
        let line = line("stop x", [600; 2]);
        assert_eq!(line.text(&many, Some(80)), "19 hosts: changed  stop x   0.6 s");
        assert!(line.text(&many, None).starts_with("node[7,14,21,"));
        let name = hosts(&[&"n".repeat(50)]);
        assert!(line.text(&name, Some(80)).starts_with("nnnn"));
    }
}
