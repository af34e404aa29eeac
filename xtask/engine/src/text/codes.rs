//! The ids of traps and records in a text. They are for the source and the tests: a person gets one line with the command
//! that explains them.

use crate::data::natural;

/// `text` without ids in parentheses, and the ids of traps among them.
pub fn without(text: &str) -> (String, Vec<String>) {
    let (mut clean, mut traps, mut rest) = (String::new(), Vec::new(), text);
    while let Some(at) = rest.find('(') {
        let (before, from) = rest.split_at(at);
        let inside = from.find(')').map_or("", |end| &from[1..end]);
        let ids: Vec<&str> = inside.split([',', ' ', '\n']).filter(|id| !id.is_empty()).collect();
        if !ids.is_empty() && ids.iter().all(|id| is_id(id)) {
            clean += before.trim_end_matches([' ', '\n']);
            traps.extend(ids.into_iter().filter(|id| is_trap(id)).map(str::to_owned));
            rest = &from[inside.len() + 2..];
        } else {
            clean += before;
            clean.push('(');
            rest = &from[1..];
        }
    }
    (clean + rest, traps)
}

/// Each once, in the order of their numbers.
pub fn sort(traps: &mut Vec<String>) {
    traps.sort_by(|left, right| natural::compare(left, right));
    traps.dedup();
}

/// `X0.20`, `XX.9`.
pub fn is_trap(word: &str) -> bool {
    let Some((document, number)) = word.strip_prefix('X').and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (document == "X" || digits(document)) && digits(number)
}

/// A trap, or a record: `WS-25`.
fn is_id(word: &str) -> bool {
    let record = word.split_once('-').is_some_and(|(runbook, number)| {
        runbook.len() == 2
            && runbook.bytes().all(|byte| byte.is_ascii_uppercase())
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    record || is_trap(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_and_other_words_in_parentheses_stay() {
        for (text, clean, traps) in [
            ("last (X0.20). Refuses", "last. Refuses", &["X0.20"][..]),
            ("code\n(X0.24, XX.9): a", "code: a", &["X0.24", "XX.9"]),
            ("runs (WS-25)", "runs", &[]),
            ("a (X0.5 and more) b", "a (X0.5 and more) b", &[]),
            ("a () (b (X1.2)", "a () (b", &["X1.2"]),
            ("open (", "open (", &[]),
        ] {
            let (found, ids) = without(text);
            assert_eq!(
                (found.as_str(), ids),
                (clean, traps.iter().map(|id| (*id).to_owned()).collect())
            );
        }
    }
}
