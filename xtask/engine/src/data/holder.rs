//! The holder of a lock, as the second operator sees it.

use std::fmt;

/// The longest value that is read: a command line of a person fits. The host may say anything.
const LONGEST: usize = 500;

/// The content of a lock file, one `key value` a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// Login name of the person.
    pub who: String,
    /// The control machine, with the address that the person came from when that is known.
    pub from: String,
    /// Process on the control machine.
    pub process: String,
    /// The step and its arguments, masked.
    pub what: String,
    /// The start of the run, RFC 3339.
    pub since: String,
    /// The run's id; empty when it has no record.
    pub run: String,
    /// The ticket of the change; empty without one.
    pub ticket: String,
    /// Why it is made; empty when nobody said it.
    pub reason: String,
    /// Process on the host that holds the lock; empty for locks of the control machine.
    pub shell: String,
}

impl Holder {
    /// Reads the text of [`fmt::Display`]. Unknown lines are ignored: a later version may write
    /// more.
    pub fn parse(text: &str) -> Self {
        let mut holder = Self::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once(' ')) {
            if let Some((_, field)) = holder.fields().into_iter().find(|(name, _)| *name == key) {
                *field = value.chars().take(LONGEST).collect();
            }
        }
        holder
    }

    /// Whether the holder is known. A file that is being written may not name it yet.
    pub const fn is_known(&self) -> bool {
        !self.who.is_empty()
    }

    /// Whether both are the same run.
    pub fn is_same_run(&self, other: &Self) -> bool {
        let of = |holder: &Self| {
            [&holder.from, &holder.process, &holder.since, &holder.run].map(String::clone)
        };
        self.is_known() && of(self) == of(other)
    }

    fn fields(&mut self) -> [(&'static str, &mut String); 9] {
        [
            ("who", &mut self.who),
            ("from", &mut self.from),
            ("process", &mut self.process),
            ("what", &mut self.what),
            ("since", &mut self.since),
            ("run", &mut self.run),
            ("ticket", &mut self.ticket),
            ("reason", &mut self.reason),
            ("shell", &mut self.shell),
        ]
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_line = |value: &str| value.replace(|c: char| c.is_control(), " ");
        let mut copy = self.clone();
        let said = copy.fields().into_iter().filter(|(_, value)| !value.is_empty());
        let lines: Vec<String> =
            said.map(|(key, value)| format!("{key} {}", one_line(value))).collect();
        f.write_str(&lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_line_breaks_cannot_add_lines() {
        let holder = Holder {
            who: "alice".into(),
            from: "ops1 (192.0.2.7)".into(),
            process: "42".into(),
            what: "bk-upgrade paas --module 'a\nshell 1'".into(),
            since: "2026-11-21T17:00:05Z".into(),
            ..Holder::default()
        };
        let read = Holder::parse(&holder.to_string());
        assert_eq!(read.what, "bk-upgrade paas --module 'a shell 1'");
        assert_eq!((read.shell.as_str(), read.run.as_str()), ("", ""));
        assert!(read.is_same_run(&holder) && !Holder::default().is_same_run(&Holder::default()));
        assert!(!Holder::parse("").is_known());
        assert_eq!(Holder::parse("who bob\nlater thing\nbroken").who, "bob");
    }
}
