//! Bracket ranges of names: `web[01-12,14]` stands for thirteen names, `a[1-2]b[1-2]` for four,
//! `n[1-7/2]` for every second one: `n1`, `n3`, `n5`, `n7`.

use super::spanned_error::SpannedError;

pub use fold::fold;

mod fold;

/// The most names one pattern may stand for; more is a typing mistake.
pub const LIMIT: usize = 10_000;

/// The names that `pattern` stands for, in order; the rightmost bracket varies fastest.
///
/// Padding is kept: `[08-10]` gives `08`, `09`, `10`. A pattern without brackets is itself.
///
/// # Errors
/// Names the bytes of a bracket that is not closed, is empty, runs backwards, pads its ends
/// differently, has a step that is no number from 1, or makes more than [`LIMIT`] names.
pub fn expand(pattern: &str) -> Result<Vec<String>, SpannedError> {
    let mut names = vec![String::new()];
    let mut at = 0;
    while let Some(open) = pattern[at..].find(['[', ']']).map(|found| at + found) {
        let inside = bracket(pattern, open)?;
        let numbers = numbers(pattern, inside.clone())?;
        if names.len() * numbers.len() > LIMIT {
            return Err(too_many(open..inside.end + 1));
        }
        let literal = &pattern[at..open];
        names = names
            .iter()
            .flat_map(|name| numbers.iter().map(move |n| format!("{name}{literal}{n}")))
            .collect();
        at = inside.end + 1;
    }
    for name in &mut names {
        name.push_str(&pattern[at..]);
    }
    Ok(names)
}

/// Expands a value that goes with `count` names: one value for each, in step.
///
/// # Errors
/// As [`expand`], and when the pattern stands for another number of values.
pub fn expand_in_step(pattern: &str, count: usize) -> Result<Vec<String>, SpannedError> {
    let values = expand(pattern)?;
    if values.len() == count {
        return Ok(values);
    }
    let message = format!("the name stands for {count} hosts, `{pattern}` for {}", values.len());
    Err(SpannedError::new(0..pattern.len(), message).hint("give one value for each name"))
}

/// The bytes between the brackets that open at `open`.
fn bracket(pattern: &str, open: usize) -> Result<std::ops::Range<usize>, SpannedError> {
    if pattern.as_bytes()[open] == b']' {
        return Err(SpannedError::new(
            open..open + 1,
            "`]` closes nothing: there is no `[` before it",
        ));
    }
    match pattern[open + 1..].find(['[', ']']).map(|found| open + 1 + found) {
        Some(close) if pattern.as_bytes()[close] == b']' => Ok(open + 1..close),
        Some(nested) => Err(SpannedError::new(nested..nested + 1, "a `[` inside of brackets")),
        None => Err(SpannedError::new(open..pattern.len(), "`[` is never closed")),
    }
}

/// The numbers, as text, in one pair of brackets.
fn numbers(pattern: &str, inside: std::ops::Range<usize>) -> Result<Vec<String>, SpannedError> {
    let mut numbers = Vec::new();
    let mut at = inside.start;
    for item in pattern[inside].split(',') {
        let here = at..at + item.len();
        let (ends, step) = match item.split_once('/') {
            Some((ends, step)) => (ends, self::step(ends, step, &here)?),
            None => (item, 1),
        };
        let (first, last) = ends.split_once('-').unwrap_or((ends, ends));
        let (low, high) = (number(first, &here)?, number(last, &here)?);
        if low > high {
            let message = format!("the range `{ends}` runs backwards");
            return Err(SpannedError::new(here, message).hint(format!("write `{last}-{first}`")));
        }
        if first.len() != last.len() && [first, last].iter().any(|n| padded(n)) {
            let message = format!("the ends of `{ends}` are padded differently");
            return Err(SpannedError::new(here, message).hint(format!(
                "write both ends with as many digits, as in `{first:0>w$}-{last:0>w$}`",
                w = first.len().max(last.len())
            )));
        }
        if numbers.len() + (high - low) / step >= LIMIT {
            return Err(too_many(here));
        }
        let width = if padded(first) { first.len() } else { 0 };
        numbers.extend((low..=high).step_by(step).map(|n| format!("{n:0width$}")));
        at += item.len() + 1;
    }
    Ok(numbers)
}

/// The step behind the `/` of a range.
fn step(ends: &str, step: &str, item: &std::ops::Range<usize>) -> Result<usize, SpannedError> {
    let wrong = |message: String| {
        Err(SpannedError::new(item.clone(), message)
            .hint("a step is a number from 1 behind a range, as in `[1-8/2]`"))
    };
    match step.parse::<u32>() {
        _ if !ends.contains('-') => wrong(format!("`{ends}` is one number: a step needs a range")),
        _ if !step.bytes().all(|b| b.is_ascii_digit()) => wrong(format!("`{step}` is not a step")),
        Ok(0) | Err(_) => wrong(format!("`{step}` is not a step")),
        Ok(step) => Ok(step as usize),
    }
}

/// One number of a range.
fn number(text: &str, item: &std::ops::Range<usize>) -> Result<usize, SpannedError> {
    if text.is_empty() {
        return Err(SpannedError::new(item.clone(), "a number is missing in the brackets"));
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if digits && text.len() > 9 {
        return Err(SpannedError::new(
            item.clone(),
            format!("`{text}` is too large: nine digits at most"),
        ));
    }
    digits.then(|| text.parse().ok()).flatten().ok_or_else(|| {
        SpannedError::new(item.clone(), format!("`{text}` is not a number"))
            .hint("brackets hold numbers and ranges, as in `[1-3,7]`")
    })
}

/// Whether a number is written with leading zeros.
fn padded(number: &str) -> bool {
    number.len() > 1 && number.starts_with('0')
}

fn too_many(at: std::ops::Range<usize>) -> SpannedError {
    SpannedError::new(at, format!("more than {LIMIT} names"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[test]
    fn ranges_expand_in_order_with_their_padding() {
        for (pattern, want) in [
            ("web", "web"),
            ("paas[1-3]", "paas1 paas2 paas3"),
            ("web[08-10,14]", "web08 web09 web10 web14"),
            ("[0-1]x", "0x 1x"),
            ("a[1-2]b[1-2]", "a1b1 a1b2 a2b1 a2b2"),
            ("10.0.0.[9-11]", "10.0.0.9 10.0.0.10 10.0.0.11"),
            ("n[1-8/2]", "n1 n3 n5 n7"),
            ("n[0-10/5,7]", "n0 n5 n10 n7"),
            ("n[08-12/02]", "n08 n10 n12"),
            ("n[1-3/9]", "n1"),
            (
                "n[0-900000/100000]",
                "n0 n100000 n200000 n300000 n400000 n500000 n600000 n700000 n800000 n900000",
            ),
            ("n[0-10,3]", "n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n3"),
        ] {
            assert_eq!(expand(pattern).unwrap().join(" "), want, "{pattern}");
        }
    }

    fn refused(pattern: &str, want: Expect) {
        let fault = expand(pattern).unwrap_err().into_fault("range", pattern);
        want.assert_eq(&crate::data::testing::shown(&fault));
    }

    #[test]
    fn a_wrong_range_is_shown() {
        refused(
            "web[3-1]",
            expect![[r#"
                the range `3-1` runs backwards
                    range web[3-1]
                              ^^^
                hint: write `1-3`
            "#]],
        );
        refused(
            "web[1-012]",
            expect![[r#"
                the ends of `1-012` are padded differently
                    range web[1-012]
                              ^^^^^
                hint: write both ends with as many digits, as in `001-012`
            "#]],
        );
        refused(
            "web[1-99999]",
            expect![[r#"
                more than 10000 names
                    range web[1-99999]
                              ^^^^^^^
            "#]],
        );
        refused(
            "web[1-200]r[1-200]",
            expect![[r#"
                more than 10000 names
                    range web[1-200]r[1-200]
                                     ^^^^^^^
            "#]],
        );
        refused(
            "web[1,,3]",
            expect![[r#"
                a number is missing in the brackets
                    range web[1,,3]
                                ^
            "#]],
        );
        refused(
            "web[a-c]",
            expect![[r#"
                `a` is not a number
                    range web[a-c]
                              ^^^
                hint: brackets hold numbers and ranges, as in `[1-3,7]`
            "#]],
        );
        for pattern in ["n[1-8/0]", "n[1-8/-1]", "n[1-8/]", "n[1-8/+2]", "n[1-8/2/2]", "n[1/2]"] {
            let fault = expand(pattern).unwrap_err();
            let hint = "a step is a number from 1 behind a range, as in `[1-8/2]`";
            assert_eq!(fault.hint.as_deref(), Some(hint), "{pattern}");
        }
        refused(
            "web[1-8/0]",
            expect![[r#"
                `0` is not a step
                    range web[1-8/0]
                              ^^^^^
                hint: a step is a number from 1 behind a range, as in `[1-8/2]`
            "#]],
        );
        refused(
            "web[1-3",
            expect![[r#"
                `[` is never closed
                    range web[1-3
                             ^^^^
            "#]],
        );
        refused(
            "web1-3]",
            expect![[r#"
                `]` closes nothing: there is no `[` before it
                    range web1-3]
                                ^
            "#]],
        );
        refused(
            "web[1[2]]",
            expect![[r#"
                a `[` inside of brackets
                    range web[1[2]]
                               ^
            "#]],
        );
    }

    #[test]
    fn a_value_range_has_to_be_as_long_as_the_names() {
        assert_eq!(expand_in_step("10.0.0.[11-13]", 3).unwrap()[2], "10.0.0.13");
        let spanned = expand_in_step("10.0.0.[11-12]", 3).unwrap_err();
        assert_eq!(spanned.message, "the name stands for 3 hosts, `10.0.0.[11-12]` for 2");
        let spanned = expand_in_step("10.0.0.1", 3).unwrap_err();
        assert_eq!(spanned.message, "the name stands for 3 hosts, `10.0.0.1` for 1");
    }
}
