//! The inventories that a command line names, before its command is known.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;

use camino::Utf8PathBuf;

/// Flags of one letter that have a value, besides `-i`.
const WITH_VALUE: &[u8] = b"wxf";

/// The values of `-i` and `--inventory` in these words; without any that of the environment.
pub(crate) fn inventories<'a>(words: impl Iterator<Item = &'a OsString>) -> Vec<Utf8PathBuf> {
    let found = typed(words);
    if !found.is_empty() {
        return found;
    }
    let set = std::env::var_os("XTASK_INVENTORY").filter(|value| !value.is_empty());
    set.and_then(|value| path(&value)).into_iter().collect()
}

fn typed<'a>(mut words: impl Iterator<Item = &'a OsString>) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let word = word.as_bytes();
        if word == b"--" {
            break;
        }
        if word == b"--inventory" {
            found.extend(words.next().and_then(|word| path(word)));
        } else if let Some(value) = word.strip_prefix(b"--inventory=") {
            found.extend(path(OsStr::from_bytes(value)));
        } else if let Some(letters) = word.strip_prefix(b"-").filter(|rest| !rest.starts_with(b"-"))
        {
            let takes = |letter: &u8| *letter == b'i' || WITH_VALUE.contains(letter);
            let Some(at) = letters.iter().position(takes) else { continue };
            let rest = &letters[at + 1..];
            let value = match rest.strip_prefix(b"=").unwrap_or(rest) {
                [] => words.next().map(OsString::as_os_str),
                rest => Some(OsStr::from_bytes(rest)),
            };
            found.extend(value.filter(|_| letters[at] == b'i').and_then(path));
        }
    }
    found
}

fn path(word: &OsStr) -> Option<Utf8PathBuf> {
    word.to_str().map(Utf8PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inventories_are_found_wherever_they_stand() {
        for (line, want) in [
            ("-i a web x --inventory b", "a b"),
            ("web x -ni a --inventory=b -ic -i=d", "a b c d"),
            ("web x -w i -fi -x -i", ""),
            ("-nw i -i a -- -i b", "a"),
            ("--invent a -n list", ""),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let found: Vec<String> = typed(words.iter()).iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), want, "{line}");
        }
    }
}
