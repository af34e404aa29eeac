//! The operations of a run, stage by stage: hosts, result, duration, start, and a bar for the duration.

use std::collections::HashMap;

use engine::data::range::fold;
use engine::run::Options;
use engine::run::record::summary::{NOT_REACHED, NOT_RECORDED, Operation, local};
use engine::run::report::style::Style;
use engine::run::report::width;
use engine::text::visible::visible;

use super::Page;

/// Most columns of a bar.
const BAR: usize = 16;
/// Work that is shorter than this many seconds needs no bars.
const SHORTEST: f64 = 0.1;

impl Page<'_> {
    /// The operations on each host, stage by stage; equal lines of several hosts once.
    pub(super) fn operations(&mut self) {
        let Options { verbose, diff, .. } = self.options;
        let summary = self.summary;
        let (mut stage, mut process) = ("", 0);
        let groups = groups(summary.operations.iter(), *verbose, *diff);
        let bars = Bars::of(&groups, width::of_stdout());
        for group in &groups {
            let one = group.first;
            if one.process != process {
                let text = self.style.bold("-- resumed");
                self.line(&text);
            }
            if one.stage != stage || one.process != process && !one.stage.is_empty() {
                let text = self.style.bold(&format!("== {}", one.stage));
                self.line(&text);
            }
            (stage, process) = (&one.stage, one.process);
            self.operation(group, &bars);
        }
        for word in [NOT_REACHED, NOT_RECORDED] {
            let open = summary.hosts.iter().filter(|host| host.outcome == word);
            let open: Vec<&str> = open.map(|host| host.host.as_str()).collect();
            if !open.is_empty() {
                let text = format!("{}: {}", fold(&open), self.style.word(word));
                self.line(&text);
            }
        }
    }

    fn operation(&mut self, group: &Group<'_>, bars: &Bars) {
        let one = group.first;
        self.line(&(group.text(self.style) + &bars.bar(group)));
        if self.options.diff || self.options.verbose {
            for line in one.diff.split_terminator('\n') {
                let text = format!("    {}", self.style.diff(&visible(line)));
                self.line(&text);
            }
        }
        if self.options.verbose {
            if let Some(error) = &one.error {
                let text = format!("    {} {error}", self.style.red("error:"));
                self.line(&text);
            }
            self.printed(one, usize::MAX);
        }
    }
}

/// The operation, or its place.
pub(in crate::commands::runs) fn what(one: &Operation) -> &str {
    if one.what.is_empty() { "outside any operation" } else { &one.what }
}

/// Operations that read alike, with their hosts.
pub(in crate::commands::runs) struct Group<'a> {
    pub(in crate::commands::runs) first: &'a Operation,
    pub(in crate::commands::runs) hosts: Vec<&'a str>,
    /// Of the slowest host.
    seconds: Option<f64>,
}

impl Group<'_> {
    /// `paas[1-3]: changed  disable it   0.6 s   02:33:11   (no undo)`: the start is that of the first host, here.
    fn text(&self, style: Style) -> String {
        let one = self.first;
        let took = self.seconds.map(|took| format!("   {took:.1} s")).unwrap_or_default();
        let mark = match () {
            () if one.undone => "   (undone)",
            () if one.changed && !one.undo => "   (no undo)",
            () => "",
        };
        let began = local(&one.began);
        let began = began.split_once(' ').map_or("", |(_, time)| time);
        let (word, tail) = (style.word(&one.outcome), style.dim(&format!("   {began}{mark}")));
        format!("{}: {word}  {}{took}{tail}", fold(&self.hosts), what(one))
    }

    fn columns(&self) -> usize {
        visible(&self.text(Style::PLAIN)).chars().count()
    }
}

/// Bars in one column on the right, as long as the durations; on a terminal only.
struct Bars {
    /// The column that they begin at.
    at: usize,
    /// Columns of the longest one; none without bars.
    room: usize,
    /// The seconds that it stands for.
    most: f64,
}

impl Bars {
    fn of(groups: &[Group<'_>], width: Option<usize>) -> Self {
        let most = groups.iter().filter_map(|group| group.seconds).fold(0.0, f64::max);
        let longest = groups.iter().map(Group::columns).max().unwrap_or(0);
        let Some(width) = width.filter(|_| most >= SHORTEST) else {
            return Self { at: 0, room: 0, most };
        };
        // A line that is too long has no bar.
        let at = longest.min(width.saturating_sub(BAR + 3)) + 2;
        Self { at, room: width.saturating_sub(at + 1).min(BAR), most }
    }

    /// With the blanks before it.
    fn bar(&self, group: &Group<'_>) -> String {
        let (columns, seconds) = (group.columns(), group.seconds.unwrap_or(0.0));
        if self.room == 0 || columns + 2 > self.at || seconds < self.most / 1000.0 {
            return String::new();
        }
        let length = (seconds / self.most * self.room as f64).round() as usize;
        format!("{}{}", " ".repeat(self.at - columns), "▇".repeat(length.clamp(1, self.room)))
    }
}

/// The operations that read alike together: also with their diffs, or without them. With `apart` each is alone.
pub(in crate::commands::runs) fn groups<'a>(
    operations: impl Iterator<Item = &'a Operation>,
    apart: bool,
    diffs: bool,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    // The groups of operations that read alike; a host is in the first of them once, and so on.
    let mut alike: HashMap<_, (Vec<usize>, HashMap<&str, usize>)> = HashMap::new();
    for one in operations {
        let diff = diffs.then_some(&one.diff);
        let read = (&one.what, &one.stage, &one.outcome, diff, &one.error);
        let alone = apart.then_some(groups.len());
        let (places, counts) =
            alike.entry((read, one.process, one.undo, one.undone, alone)).or_default();
        let count = counts.entry(&one.host).or_default();
        match places.get(*count) {
            Some(&place) => {
                let group = &mut groups[place];
                group.hosts.push(&one.host);
                group.seconds = group.seconds.into_iter().chain(one.seconds).reduce(f64::max);
            }
            None => {
                places.push(groups.len());
                groups.push(Group { first: one, hosts: vec![&one.host], seconds: one.seconds });
            }
        }
        *count += 1;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(what: &str, seconds: f64) -> Operation {
        Operation {
            op: 1,
            stage: String::new(),
            process: 0,
            host: "h".to_owned(),
            began: "2026-11-21T02:33:11.123Z".to_owned(),
            what: what.to_owned(),
            outcome: "changed".to_owned(),
            seconds: Some(seconds),
            diff: String::new(),
            changed: true,
            undo: true,
            undone: false,
            error: None,
            outputs: Vec::new(),
        }
    }

    #[test]
    fn bars_are_as_long_as_the_time_and_fit_into_the_width() {
        let long = "a".repeat(100);
        let all = [("one", 8.0), ("three", 2.0), ("four", 0.01), ("no", 0.0), (&long, 8.0)];
        let all: Vec<_> = all.iter().map(|(what, took)| operation(what, *took)).collect();
        let groups = groups(all.iter(), false, false);
        let bars = Bars::of(&groups, Some(80));
        let lengths: Vec<usize> =
            groups.iter().map(|group| bars.bar(group).trim().chars().count()).collect();
        assert_eq!(lengths, [16, 4, 1, 0, 0]);
        for group in &groups[..4] {
            assert!(group.columns() + bars.bar(group).chars().count() < 80);
        }
        for width in [None, Some(0), Some(10)] {
            let bars = Bars::of(&groups, width);
            assert!(groups.iter().all(|group| bars.bar(group).is_empty()), "{width:?}");
        }
        // Short lines: the bars stand near them.
        let bars = Bars::of(&groups[..2], Some(200));
        assert_eq!(bars.at, groups[1].columns() + 2);
    }
}
