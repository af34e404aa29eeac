//! The hosts of an ssh_config(5): its `Host` entries without wildcards.
//!
//! `HostName`, `Port` and `User` are taken; all else is for ssh itself. As there, the first value of a key wins, keys
//! have any case, and `=` may stand behind them. `Match` and `Include` are not followed.

use std::collections::HashMap;
use std::ops::Range;

use super::found::{Found, FoundHost, Word};
use crate::data::source::{Problems, Source};

/// Reads a file. Without `with_addresses` a `HostName` is left to ssh.
pub(in crate::data) fn read(
    source: &Source<'_>,
    problems: &mut Problems,
    with_addresses: bool,
) -> Found {
    let mut found = Found::default();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    // The hosts of the entry that is open.
    let mut open: Vec<usize> = Vec::new();
    let mut start = 0;
    for raw in source.text.split_inclusive('\n') {
        let words = words(source.text, start..start + raw.len());
        start += raw.len();
        let Some((key, values)) = words.split_first() else { continue };
        match (key.text.to_ascii_lowercase().as_str(), values) {
            ("host", names) => {
                let names = names.iter().filter(|name| !name.text.contains(['*', '?', '!']));
                let number = |name: &Word| {
                    *numbers.entry(name.text.clone()).or_insert_with(|| {
                        found.hosts.push(FoundHost::new(name.clone()));
                        found.hosts.len() - 1
                    })
                };
                open = names.map(number).collect();
            }
            ("match", _) => open.clear(),
            (key, [value, ..]) => {
                for number in &open {
                    set(&mut found.hosts[*number], key, value, with_addresses);
                }
            }
            _ => {}
        }
    }
    if found.hosts.is_empty() {
        problems.push(source.problem(0..0, "no `Host` entry without wildcards is in it"));
    }
    found
}

fn set(host: &mut FoundHost, key: &str, value: &Word, with_addresses: bool) {
    let slot = match key {
        // `%h` is the name as typed, which only ssh knows.
        "hostname" if with_addresses && !value.text.contains('%') => &mut host.address,
        "port" => &mut host.port,
        "user" if !value.text.contains('%') => &mut host.user,
        _ => return,
    };
    slot.get_or_insert_with(|| value.clone());
}

/// The words of a line; a comment has none.
fn words(text: &str, line: Range<usize>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = line.start;
    let separates =
        |c: char, first: bool| c.is_whitespace() || c == '\u{feff}' || first && c == '=';
    loop {
        let first = words.len() == 1;
        let rest = &text[at..line.end];
        let rest = rest.trim_start_matches(|c| separates(c, first));
        let start = line.end - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            return words;
        }
        let (inside, end) = match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((inside, _)) => (inside, start + inside.len() + 2),
            None => {
                let ends = |c: char| separates(c, words.is_empty());
                let word = rest.split(ends).next().unwrap_or_default();
                (word, start + word.len())
            }
        };
        words.push(Word::new(inside, start..end));
        at = end;
    }
}
