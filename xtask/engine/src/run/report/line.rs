//! One finished operation as a line for a person.

use std::time::Duration;

use super::style::{Style, is_mark};
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::data::spanned_error::columns;
use crate::ops::ensure::{Event, Mode};
use crate::text::mask::Mask;
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

    /// Whether two hosts have the same to say; their times may differ.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.is_like(other) && self.diff == other.diff
    }

    /// The same but for the diff.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (&self.word, &self.what, &self.mark) == (&other.word, &other.what, &other.mark)
    }

    /// Takes the times of another host in.
    pub(super) fn join(&mut self, other: &Self) {
        if let (Some(took), Some(other)) = (&mut self.took, other.took) {
            *took = [took[0].min(other[0]), took[1].max(other[1])];
        }
    }

    /// With its hosts. The name of the operation is cut where the line would be wider than `width`.
    pub(super) fn text(&self, hosts: &str, width: Option<usize>) -> String {
        let mut tail = self.took.map(|took| format!("   {}", times(took))).unwrap_or_default();
        if !self.mark.is_empty() {
            tail += &format!("   {}", self.mark);
        }
        let head = format!("{hosts}: {}  ", self.word);
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

/// The columns of a text without its colours.
fn wide(text: &str) -> usize {
    text.chars().filter(|c| !is_mark(*c)).map(columns).sum()
}

/// The beginning of `text`, with `…` for the rest that has no room.
fn cut(text: &str, room: usize) -> String {
    if wide(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let fits = |c: &char| {
        let fits = columns(*c) <= left;
        left = left.saturating_sub(columns(*c));
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str, times: [u64; 2]) -> Line {
        let took = Some(times.map(Duration::from_millis));
        Line { word: "changed".into(), what: what.into(), took, ..Line::default() }
    }

    #[test]
    fn the_times_of_several_hosts_are_a_range() {
        let mut first = line("stop x", [600; 2]);
        assert_eq!(first.text("a", None), "a: changed  stop x   0.6 s");
        let second = line("stop x", [940; 2]);
        assert!(first.is_same(&second));
        first.join(&second);
        first.mark = "(no undo)".to_owned();
        assert_eq!(first.text("a[1-2]", None), "a[1-2]: changed  stop x   0.6-0.9 s   (no undo)");
        assert!(!first.is_same(&second));
    }

    #[test]
    fn a_line_fits_into_the_terminal() {
        let long = line("disable 配置-a.service and all of the others", [600; 2]);
        let text = long.text("paas[1-3]", Some(44));
        assert_eq!(text, "paas[1-3]: changed  disable 配置-a.…   0.6 s");
        assert!(wide(&text) <= 44);
        assert_eq!(long.text("paas[1-3]", Some(80)), long.text("paas[1-3]", None));
        assert_eq!(wide(&long.text("paas[1-3]", Some(3))), 20 + NARROW + 8);
    }
}
