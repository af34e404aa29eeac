//! The last line on a terminal: that of an operation takes further hosts in, while nothing stands below it.

use super::line::Line;
use crate::data::natural;
use crate::data::range::fold;

/// The line of an operation, with the hosts that have said the same.
#[derive(Debug)]
pub(super) struct Last {
    hosts: Vec<String>,
    line: Line,
    /// The columns that it was made for.
    width: usize,
}

impl Last {
    /// The next line, and whether it takes the place of `last`. One with a diff has several lines, and never does.
    pub(super) fn after(last: Option<Self>, host: &str, line: Line, width: usize) -> (Self, bool) {
        let takes = |last: &Self| {
            let new = !last.hosts.iter().any(|known| known == host);
            new && last.width == width && line.diff.is_empty() && last.line.is_same(&line)
        };
        match last.filter(takes) {
            Some(mut last) => {
                last.line.join(&line);
                last.hosts.push(host.to_owned());
                last.hosts.sort_by(|left, right| natural::compare(left, right));
                (last, true)
            }
            None => (Self { hosts: vec![host.to_owned()], line, width }, false),
        }
    }

    /// One column stays free: a full line would move the cursor below it.
    pub(super) fn text(&self) -> String {
        self.line.text(&fold(&self.hosts), Some(self.width.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str) -> Line {
        Line { word: "changed".to_owned(), what: what.to_owned(), ..Line::default() }
    }

    #[test]
    fn the_last_line_takes_the_same_of_further_hosts_in() {
        let next = |last, host, what| Last::after(last, host, line(what), 80);
        let (last, replaces) = next(None, "web2", "stop x");
        assert_eq!((last.text().as_str(), replaces), ("web2: changed  stop x", false));
        let (last, replaces) = next(Some(last), "web1", "stop x");
        assert_eq!((last.text().as_str(), replaces), ("web[1-2]: changed  stop x", true));
        // The same once more is another line, and so is another operation.
        let (last, replaces) = next(Some(last), "web1", "stop x");
        assert_eq!((last.text().as_str(), replaces), ("web1: changed  stop x", false));
        let (last, replaces) = next(Some(last), "web2", "stop y");
        assert_eq!((last.text().as_str(), replaces), ("web2: changed  stop y", false));
        // The terminal has another width now: nobody knows where the line stands.
        assert!(!Last::after(Some(last), "web1", line("stop y"), 40).1);
        let mut diff = line("stop y");
        diff.diff = vec!["+a".to_owned()];
        let (last, _) = Last::after(None, "web1", diff.clone(), 80);
        assert!(!Last::after(Some(last), "web2", diff, 80).1);
    }
}
