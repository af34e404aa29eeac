//! `key: value` at the left margin of a YAML file; everything else stays unchanged.

use super::lines::Lines;
use crate::data::fault::Fault;

/// `text` with the plain scalar `value` as the value of `key`, with the comment behind it kept.
///
/// A missing key goes to the end.
///
/// # Errors
/// The key stands there twice or holds more than one line, or `value` is no plain scalar.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if value.is_empty() || !value.chars().all(plain) {
        return Err(Fault::usage(format!("the value of {key} is not a plain word: {value:?}")));
    }
    let mut lines = Lines::new(text);
    let Some(at) = find(&lines, key)? else {
        lines.insert(lines.len(), format!("{key}: {value}"));
        return Ok(lines.to_string());
    };
    let (now, comment) = parts(&lines.get(at)[key.len() + 1..]);
    if unquoted(now) == value {
        return Ok(text.to_owned());
    }
    let line = format!("{key}: {value}{comment}");
    lines.replace(at, line);
    Ok(lines.to_string())
}

/// The value of `key`, without quotes and comment; nothing when it is not there or empty.
///
/// # Errors
/// The key stands there twice or holds more than one line.
pub fn get(text: &str, key: &str) -> Result<Option<String>, Fault> {
    let lines = Lines::new(text);
    let value = |at: usize| unquoted(parts(&lines.get(at)[key.len() + 1..]).0).to_owned();
    Ok(find(&lines, key)?.map(value).filter(|value| !value.is_empty()))
}

/// The value without its quotes, and the comment with the blanks before it.
fn parts(rest: &str) -> (&str, &str) {
    let end = rest.find(" #").unwrap_or(rest.len());
    let value = rest[..end].trim();
    (value, if end < rest.len() { &rest[rest[..end].trim_end().len()..] } else { "" })
}

fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

fn find(lines: &Lines<'_>, key: &str) -> Result<Option<usize>, Fault> {
    let rest = |at: usize| lines.get(at).strip_prefix(key)?.strip_prefix(':');
    let is = |at: &usize| rest(*at).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let found: Vec<usize> = (0..lines.len()).filter(is).collect();
    let wrong = |what: &str, at: usize| {
        Fault::failed(format!("{key} {what}")).detail(format!("line {}", at + 1), lines.get(at))
    };
    match found[..] {
        [] => Ok(None),
        [at] => {
            let (value, _) = parts(rest(at).unwrap_or_default());
            // A deeper line continues the value: a list, a map, or more words of a plain one.
            let filled = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
            let next = lines.iter().skip(at + 1).find(filled).unwrap_or_default();
            let deeper =
                next.starts_with([' ', '\t']) || value.is_empty() && next.starts_with("- ");
            if value.starts_with(['|', '>', '[', '{', '&', '*']) || deeper {
                return Err(wrong("holds more than one value", at));
            }
            Ok(Some(at))
        }
        [_, second, ..] => Err(wrong("is set twice", second)),
    }
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn one_value_changes_and_the_rest_stays() {
        let text = "# made up\na: 1\nb:   'x'   # why\n\nc:\n  b: 2\n";
        assert_eq!(set(text, "b", "10.0.0.1").unwrap(), text.replace("b:   'x' ", "b: 10.0.0.1 "));
        assert_eq!(set(text, "b", "x").unwrap(), text);
        assert_eq!(set(text, "d", "y").unwrap(), format!("{text}d: y\n"));
        assert_eq!(set("a:\n", "a", "1").unwrap(), "a: 1\n");
        assert_eq!(set("a:\n---\nb: 1\n", "a", "1").unwrap(), "a: 1\n---\nb: 1\n");
    }

    #[test]
    fn what_is_no_single_value_is_left_alone() {
        for text in [
            "b: 1\nb: 2\n",
            "b:\n  c: 1\n",
            "b: [1]\n",
            "b: |\n  x\n",
            "b:\n\n# why\n  c: 1\n",
            "b:\n- c\n",
            "b: more\n  words\n",
        ] {
            assert!(set(text, "b", "1").is_err(), "{text}");
        }
        assert!(set("b: 1\n", "b", "a: b").is_err());
    }
}
