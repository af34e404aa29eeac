//! Ansible's host patterns: `web[01:10]`, `db[a:f]`, `web[1:9:2]`, `web1:2222`, `[2001:db8::1]:22`.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::found::Word;
use crate::data::range::LIMIT;
use crate::data::spanned_error::SpannedError;

/// The names of a pattern, and the port behind it.
pub(super) fn expand(word: &Word) -> Result<(Vec<Word>, Option<Word>), SpannedError> {
    let (pattern, port) = split_port(&word.text);
    let start = word.span.start;
    let port =
        port.map(|port| Word::new(&word.text[port.clone()], start + port.start..start + port.end));
    let names = names(pattern)?;
    let named = |text: String| Word::new(text, word.span.clone());
    Ok((names.into_iter().map(named).collect(), port))
}

/// `web1:2222` has a port, `fe80::1` has none.
fn split_port(text: &str) -> (&str, Option<Range<usize>>) {
    let outside = text.rfind(']').map_or(0, |end| end + 1);
    match text[outside..].split_once(':') {
        Some((host, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            let begin = outside + host.len() + 1;
            (&text[..begin - 1], Some(begin..text.len()))
        }
        _ => (text, None),
    }
}

fn names(pattern: &str) -> Result<Vec<String>, SpannedError> {
    let inside = pattern.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = inside.filter(|it| it.parse::<Ipv6Addr>().is_ok()) {
        return Ok(vec![address.to_owned()]);
    }
    let (mut names, mut at) = (vec![String::new()], 0);
    while let Some(open) = pattern[at..].find('[').map(|found| at + found) {
        let Some(close) = pattern[open..].find(']').map(|found| open + found) else {
            return Err(SpannedError::new(open..pattern.len(), "`[` is never closed"));
        };
        let values = range(&pattern[open + 1..close]).ok_or_else(|| {
            SpannedError::new(open..close + 1, "this is no range of hosts")
                .hint("write it as [01:10], [1:9:2] or [a:f]")
        })?;
        if names.len().saturating_mul(values.len()) > LIMIT {
            let message = format!("the ranges stand for more than {LIMIT} hosts");
            return Err(SpannedError::new(open..close + 1, message));
        }
        let literal = &pattern[at..open];
        let each = |name: &String| {
            let name = name.clone();
            values.iter().map(move |value| format!("{name}{literal}{value}")).collect::<Vec<_>>()
        };
        names = names.iter().flat_map(each).collect();
        at = close + 1;
    }
    names.iter_mut().for_each(|name| name.push_str(&pattern[at..]));
    Ok(names)
}

/// `01:10`, `a:f`, each with a step behind it; the begin may be left out: `:3`.
fn range(inside: &str) -> Option<Vec<String>> {
    let mut parts = inside.split(':');
    let (begin, end) = (parts.next()?, parts.next()?);
    let step: usize = parts.next().map_or(Ok(1), str::parse).ok()?;
    if step == 0 || parts.next().is_some() {
        return None;
    }
    if let (&[first], &[last]) = (begin.as_bytes(), end.as_bytes()) {
        let same = |is: fn(&u8) -> bool| is(&first) && is(&last) && first <= last;
        if same(u8::is_ascii_lowercase) || same(u8::is_ascii_uppercase) {
            return Some(
                (first..=last).step_by(step).map(|byte| char::from(byte).into()).collect(),
            );
        }
    }
    let begin = if begin.is_empty() { "0" } else { begin };
    let padded = begin.len() > 1 && begin.starts_with('0');
    if padded && begin.len() != end.len() {
        return None;
    }
    let width = if padded { begin.len() } else { 0 };
    let (first, last) = (begin.parse::<usize>().ok()?, end.parse::<usize>().ok()?);
    if first > last || (last - first) / step > LIMIT {
        return None;
    }
    Some((first..=last).step_by(step).map(|number| format!("{number:0width$}")).collect())
}
