//! The keys at the left margin of a document, without those in texts, lists and maps of its values.

use super::wrong;
use crate::data::fault::Fault;
use crate::text::edit::lines::Lines;

/// A key at the left margin.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    /// Its line, from 0.
    pub(super) at: usize,
    /// The byte behind its colon.
    pub(super) value: usize,
}

/// What the next line belongs to.
#[derive(Debug, Clone, Copy)]
enum State {
    /// The structure of the document.
    Open,
    /// The text of a `|` or `>` whose owner is indented by this much.
    Text(usize),
    /// A quoted text.
    Quoted(char),
    /// `[…]` and `{…}`, this deep.
    Flow(usize),
}

/// All keys at the left margin.
///
/// # Errors
/// Several documents, or a root that is no such mapping.
pub(super) fn keys(lines: &Lines<'_>) -> Result<Vec<Key>, Fault> {
    let (mut found, mut state, mut marked): (Vec<Key>, _, _) = (Vec::new(), State::Open, false);
    for (at, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        state = match state {
            State::Text(owner) if body.is_empty() || indent > owner => continue,
            State::Quoted(quote) => quoted(line, quote),
            State::Flow(depth) => flow(line, depth),
            State::Open | State::Text(_) => {
                let directive = line.starts_with('%') && found.is_empty() && !marked;
                if body.is_empty() || body.starts_with('#') || directive {
                    State::Open
                } else if line.starts_with("---") || line.starts_with("...") {
                    if !found.is_empty() || marked || line.trim_end() != "---" {
                        return Err(wrong(lines, at, "the file holds several documents".into()));
                    }
                    marked = true;
                    State::Open
                } else if indent > 0 || line == "-" || line.starts_with("- ") {
                    if found.is_empty() {
                        return Err(no_mapping(lines, at));
                    }
                    inside(line, indent)
                } else {
                    let key = key(line).ok_or_else(|| no_mapping(lines, at))?;
                    let next = value(&line[key.1..], 0);
                    found.push(Key { name: key.0, at, value: key.1 });
                    next
                }
            }
        };
    }
    let at = lines.len().saturating_sub(1);
    match state {
        State::Quoted(_) | State::Flow(_) => {
            Err(wrong(lines, at, "a quote or bracket of the file is never closed".into()))
        }
        _ => Ok(found),
    }
}

fn no_mapping(lines: &Lines<'_>, at: usize) -> Fault {
    wrong(lines, at, "the file is no list of keys at the left margin".into())
        .hint("change the file by hand")
}

/// The key that `text` begins with, and the byte behind its colon.
fn key(text: &str) -> Option<(String, usize)> {
    let blank = |at: usize| text[at..].is_empty() || text[at..].starts_with([' ', '\t']);
    if let Some(quote) = text.chars().next().filter(|c| "'\"".contains(*c)) {
        let end = 1 + text[1..].find(quote)?;
        let colon = text.len() - text[end + 1..].trim_start().strip_prefix(':')?.len();
        return blank(colon).then(|| (text[1..end].to_owned(), colon));
    }
    if text.starts_with(|c| "?[]{}&*!|>@`%,#".contains(c)) {
        return None;
    }
    let mut colons = text.match_indices(':').map(|(at, _)| at + 1);
    let colon = colons.find(|at| blank(*at))?;
    let comment = text[..colon].contains(" #");
    (!comment).then(|| (text[..colon - 1].trim_end().to_owned(), colon))
}

/// A line inside of the value of a key: entries of lists and maps, then a value.
fn inside(line: &str, indent: usize) -> State {
    let (mut at, mut owner) = (indent, indent.saturating_sub(1));
    loop {
        let rest = &line[at..];
        let step = if rest == "-" || rest.starts_with("- ") {
            1
        } else if let Some((_, colon)) = key(rest) {
            colon
        } else {
            return value(rest, owner);
        };
        owner = at;
        at += step;
        at += line[at..].len() - line[at..].trim_start().len();
    }
}

/// The state behind a value that begins in `rest`; `owner` is the indentation of its key.
fn value(rest: &str, owner: usize) -> State {
    let mut rest = rest.trim_start();
    while rest.starts_with(['&', '!']) {
        rest = rest.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start());
    }
    match rest.chars().next() {
        Some('|' | '>') => State::Text(owner),
        Some(quote @ ('\'' | '"')) => quoted(&rest[1..], quote),
        Some('[' | '{') => flow(rest, 0),
        _ => State::Open,
    }
}

/// The state behind the rest of a quoted text.
fn quoted(rest: &str, quote: char) -> State {
    after_quote(rest, quote).map_or(State::Quoted(quote), |_| State::Open)
}

/// The text behind the closing quote.
fn after_quote(text: &str, quote: char) -> Option<&str> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let twice = quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote);
        if c == '\\' && quote == '"' || c == quote && twice {
            chars.next();
        } else if c == quote {
            return Some(&text[at + 1..]);
        }
    }
    None
}

/// The state behind a line of `[…]` or `{…}`, entered `depth` deep.
fn flow(line: &str, mut depth: usize) -> State {
    let (mut rest, mut before) = (line, ' ');
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            '#' if before.is_whitespace() => break,
            '\'' | '"' if before.is_whitespace() || "[{,:".contains(before) => {
                match after_quote(rest, c) {
                    Some(after) => rest = after,
                    // A quoted text over several lines inside of brackets: never closed, for us.
                    None => return State::Quoted(c),
                }
            }
            _ => {}
        }
        before = c;
    }
    if depth == 0 { State::Open } else { State::Flow(depth) }
}
