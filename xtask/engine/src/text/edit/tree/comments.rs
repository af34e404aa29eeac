//! The comments of a text: an edit may not lose one.

use super::node::{Format, Node};

/// All comments outside of scalars, in order.
pub(super) fn comments<'a>(text: &'a str, format: Format, documents: &[Node]) -> Vec<&'a str> {
    let mut nodes = Vec::new();
    documents.iter().for_each(|document| document.all(&mut nodes));
    let mut scalars: Vec<_> =
        nodes.iter().filter(|it| it.text().is_some()).map(|it| &it.span).collect();
    scalars.sort_by_key(|span| span.start);
    let (mut found, mut at) = (Vec::new(), 0);
    for span in scalars.into_iter().filter(|span| !span.is_empty()) {
        at = between(text, format, at, span.start, &mut found).max(span.end);
    }
    between(text, format, at, text.len(), &mut found);
    found
}

/// The comments that begin between two bytes. Gives the end of the last one.
fn between<'a>(
    text: &'a str,
    format: Format,
    from: usize,
    to: usize,
    found: &mut Vec<&'a str>,
) -> usize {
    let mut at = from;
    while at < to {
        let rest = &text[at..];
        let blank = at == 0 || text[..at].ends_with(char::is_whitespace);
        let length = match format {
            Format::Yaml if rest.starts_with('#') && blank => rest.find('\n'),
            Format::Json if rest.starts_with("//") => rest.find('\n'),
            Format::Json if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
            _ => {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
        };
        let length = length.unwrap_or(rest.len());
        found.push(rest[..length].trim_end());
        at += length;
    }
    at
}

/// Whether `some` is `all`, or what is left of it.
pub(super) fn are_left(some: &[&str], all: &[&str]) -> bool {
    let mut all = all.iter();
    some.iter().all(|it| all.any(|other| other == it))
}
