//! The hosts of an ssh_config(5): the names of its `Host` entries that have no wildcard.
//!
//! From a file that ssh itself reads only the names are taken: ssh finds all else. From any other file come `HostName`,
//! `Port` and `User` as ssh would use them: patterns and lines before the first `Host` hold, `Include` is followed, and
//! the first value of a key wins.

use std::collections::{BTreeMap, HashSet};

use super::found::{Found, FoundHost, Word};
use crate::data::source::{Problems, Source};
use lines::{Line, Lines};

pub(in crate::data) use lines::{File, Include};

mod lines;

/// The hosts of one file.
pub(in crate::data) struct Part {
    pub(in crate::data) file: File,
    pub(in crate::data) found: Found,
}

/// Reads a file. `is_own`: ssh reads it, too. There is a part for each file that a name or a value is from.
pub(in crate::data) fn read(
    file: File,
    problems: &mut Problems,
    is_own: bool,
    include: Include<'_>,
) -> Vec<Part> {
    let Lines { files, lines, wrong, .. } = Lines::of(file, include);
    let sources: Vec<Source<'_>> =
        files.iter().map(|file| Source::discreet(file.path.as_str(), &file.text)).collect();
    for wrong in wrong {
        problems.push(sources[wrong.file].problem(wrong.at, wrong.message));
    }
    let mut found: Vec<Found> = files.iter().map(|_| Found::default()).collect();
    let names = names(&lines);
    if names.is_empty() && problems.is_empty() {
        problems.push(sources[0].problem(0..0, "no `Host` entry without wildcards is in it"));
    }
    let mut values = Values { sources: &sources, problems, lines: &lines, found: &mut found };
    for (file, name) in names {
        if is_own {
            values.found[file].hosts.push(FoundHost::new(name));
        } else {
            values.host(file, &name);
        }
    }
    if !is_own {
        values.open();
    }
    let parts = files.into_iter().zip(found);
    parts.map(|(file, found)| Part { file, found }).collect()
}

/// The names of all hosts, each with its file. Of the names of one machine in one line only the first is taken: a
/// host that counts twice is worked on twice.
fn names(lines: &[Line]) -> Vec<(usize, Word)> {
    let (mut names, mut seen) = (Vec::new(), HashSet::new());
    for line in lines.iter().filter(|line| line.key.text.eq_ignore_ascii_case("host")) {
        let mut taken: Vec<(&Word, Option<String>)> = Vec::new();
        for name in line.values.iter().filter(|name| !name.text.contains(['*', '?', '!'])) {
            let address = value(lines, &name.text, "hostname")
                .and_then(|(_, word)| expanded(&word.text, &name.text).ok());
            let same = |(other, there): &(&Word, Option<String>)| {
                address.is_some() && address == *there || is_longer(&other.text, &name.text)
            };
            if !taken.iter().any(same) {
                taken.push((name, address));
            }
        }
        let new = taken.into_iter().filter(|(name, _)| seen.insert(name.text.clone()));
        names.extend(new.map(|(name, _)| (line.file, name.clone())));
    }
    names
}

/// Whether two names differ by a domain only: `web1`, `web1.example.com`.
fn is_longer(one: &str, two: &str) -> bool {
    let longer = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|domain| domain.is_empty() || domain.starts_with('.'))
    };
    longer(one, two) || longer(two, one)
}

/// The value that holds for a host.
fn value<'l>(lines: &'l [Line], name: &str, key: &str) -> Option<(usize, &'l Word)> {
    let mut lines = lines.iter().filter(|line| line.key.text.eq_ignore_ascii_case(key));
    let line = lines.find(|line| line.holds(name) && !line.values.is_empty())?;
    Some((line.file, &line.values[0]))
}

/// A `HostName` with the name of the host in the place of `%h`.
fn expanded(text: &str, name: &str) -> Result<String, char> {
    let (mut full, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        match (c, (c == '%').then(|| chars.next().unwrap_or('%'))) {
            ('%', Some('h')) => full.push_str(name),
            ('%', Some('%')) => full.push('%'),
            ('%', Some(other)) => return Err(other),
            _ => full.push(c),
        }
    }
    Ok(full)
}

/// Finds the values of hosts.
struct Values<'v, 's> {
    sources: &'v [Source<'s>],
    problems: &'v mut Problems,
    lines: &'v [Line],
    found: &'v mut [Found],
}

impl Values<'_, '_> {
    /// Adds a host to the part of its own file, and to that of each value.
    fn host(&mut self, file: usize, name: &Word) {
        let mut hosts = BTreeMap::from([(file, FoundHost::new(name.clone()))]);
        for key in ["hostname", "port", "user"] {
            let Some((file, word)) = value(self.lines, &name.text, key) else { continue };
            let mut word = word.clone();
            if key == "hostname" {
                match expanded(&word.text, &name.text) {
                    Ok(address) => word.text = address,
                    Err(sign) => {
                        let message = format!("`%{sign}` has no meaning in `HostName`");
                        let problem = self.sources[file].problem(word.span.clone(), message);
                        let hint = "%h is the name of the host, %% a percent sign";
                        self.problems.push(problem.hint(Some(hint.into())));
                        continue;
                    }
                }
            }
            let host = hosts.entry(file).or_insert_with(|| {
                FoundHost::new(Word::new(name.text.as_str(), word.span.clone()))
            });
            let slot = match key {
                "hostname" => &mut host.address,
                "port" => &mut host.port,
                _ => &mut host.user,
            };
            *slot = Some(word);
        }
        for (file, host) in hosts {
            self.found[file].hosts.push(host);
        }
        for line in self.lines {
            let is_new = !self.found[line.file].unused.contains(&line.key.text);
            if is_new && line.holds(&name.text) {
                self.unused(line);
            }
        }
    }

    /// What only ssh can decide: a key that matters here is an error.
    fn open(&mut self) {
        for line in self.lines.iter().filter(|line| line.is_open()) {
            if self.unused(line) {
                let message =
                    format!("`{}` below `Match`: only ssh can tell for whom", line.key.text);
                let path = self.sources[0].path;
                let hint = format!("let ssh read the file itself: [ssh] config = \"{path}\"");
                let problem = self.sources[line.file].problem(line.key.span.clone(), message);
                self.problems.push(problem.hint(Some(hint)));
            }
        }
    }

    /// Names a key that has no use here; true for one that has.
    fn unused(&mut self, line: &Line) -> bool {
        match line.key.text.to_ascii_lowercase().as_str() {
            "hostname" | "port" | "user" => true,
            "host" | "match" => false,
            _ => {
                self.found[line.file].unused.insert(line.key.text.clone());
                false
            }
        }
    }
}
