//! Help in the width of the terminal, where clap does not break a line: the usage, and a long word on its own.

use engine::run::report::width;

/// Columns of a page without a terminal, and most columns of any page.
const WIDTH: usize = 100;
/// Columns before the second line of the usage, and before a word that is too long for its column.
const INDENT: usize = 10;

/// The columns of help, as clap counts them.
pub(super) fn columns() -> usize {
    let named = || std::env::var("COLUMNS").ok()?.parse().ok();
    width::of_stdout().or_else(named).filter(|width| *width > 0).unwrap_or(WIDTH).min(WIDTH)
}

/// `text`, which may have colours, with no line wider than that; a longer word stays whole.
pub(super) fn to(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches(' ');
        if wide(line) <= columns {
            out += line;
        } else if line.contains("Usage:") {
            out += &broken(line, columns);
        } else if !words.trim_end().contains(' ') && line.len() - words.len() > INDENT {
            out += &" ".repeat(columns.saturating_sub(wide(words)).max(INDENT));
            out += words;
        } else {
            out += line;
        }
    }
    out
}

/// Broken before a flag.
fn broken(line: &str, columns: usize) -> String {
    let (mut out, mut room) = (String::new(), columns);
    // A flag and its value stay together.
    let mut parts: Vec<String> = Vec::new();
    for word in line.trim_end().split(' ') {
        match parts.last_mut() {
            Some(last) if visible(word).starts_with('<') && visible(last).starts_with("--") => {
                *last += &format!(" {word}");
            }
            _ => parts.push(word.to_owned()),
        }
    }
    for part in parts {
        let needed = wide(&part) + 1;
        if needed > room && !out.is_empty() {
            out += &format!("\n{}", " ".repeat(INDENT));
            room = columns.saturating_sub(INDENT);
        } else if !out.is_empty() {
            out.push(' ');
        }
        out += &part;
        room = room.saturating_sub(needed);
    }
    out + "\n"
}

fn wide(text: &str) -> usize {
    visible(text.trim_end()).chars().count()
}

/// Without colours.
fn visible(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('\x1b') {
        out += before;
        rest = from.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usage_is_broken_before_a_flag_and_a_long_word_moves_to_the_left() {
        let usage = "\x1b[1mUsage:\x1b[0m xtask a [OPTIONS] --base <FILE> --repo <DIR>\n";
        let expected =
            "\x1b[1mUsage:\x1b[0m xtask a [OPTIONS] --base <FILE>\n          --repo <DIR>\n";
        assert_eq!(to(usage, 40), expected);
        assert_eq!(to(usage, 80), usage);
        let word = format!("{}/a/long/path]\n", " ".repeat(30));
        assert_eq!(to(&word, 30), format!("{}/a/long/path]\n", " ".repeat(17)));
        assert_eq!(to(&word, 12), format!("{}/a/long/path]\n", " ".repeat(10)));
        assert_eq!(to("two words\n", 4), "two words\n");
    }
}
