//! Near-equal diffs of several hosts as one, with the values that differ in their place.

use crate::data::range::fold;

/// The most places with different values in a line, and in all lines.
const IN_A_LINE: usize = 2;
const IN_ALL: usize = 6;
/// The most columns of the values of one place: with what stands before them, the line fits into 80.
const WIDE: usize = 60;

/// Texts of several hosts, each a list of lines, as one: `+priority {n1=100 n2=90 n3=80}`. None when they differ in more
/// than a few values.
pub fn merged(texts: &[(&[String], &[String])]) -> Option<Vec<String>> {
    let [(_, first), rest @ ..] = texts else { return None };
    if rest.is_empty() || rest.iter().any(|(_, lines)| lines.len() != first.len()) {
        return None;
    }
    let mut places = 0;
    let lines = (0..first.len()).map(|at| {
        let of: Vec<(&[String], &str)> =
            texts.iter().map(|(hosts, lines)| (*hosts, lines[at].as_str())).collect();
        let (line, differing) = one(&of)?;
        places += differing;
        Some(line)
    });
    let lines: Vec<String> = lines.collect::<Option<_>>()?;
    (places <= IN_ALL).then_some(lines)
}

/// One line, and how many of its words differ.
fn one(lines: &[(&[String], &str)]) -> Option<(String, usize)> {
    let (_, first) = lines.first()?;
    if lines.iter().all(|(_, line)| line == first) {
        return Some(((*first).to_owned(), 0));
    }
    if is_heading(first) {
        return None;
    }
    let words: Vec<Vec<&str>> = lines.iter().map(|(_, line)| words(line)).collect();
    let count = words.first()?.len();
    if words.iter().any(|words| words.len() != count) {
        return None;
    }
    let (mut text, mut differing) = (String::new(), 0);
    for at in 0..count {
        let word = words[0][at];
        if words.iter().all(|words| words[at] == word) {
            text.push_str(word);
            continue;
        }
        // A sign, a blank, a comes-or-goes is no value.
        if words.iter().any(|words| !is_value_word(words[at])) {
            return None;
        }
        differing += 1;
        text.push_str(&values(lines.iter().map(|(hosts, _)| *hosts).zip(&words), at)?);
    }
    (differing <= IN_A_LINE).then_some((text, differing))
}

/// What lines have in common that may become one: all but their values.
pub fn shape(line: &str) -> String {
    if is_heading(line) {
        return line.to_owned();
    }
    let part = |word| if is_value_word(word) { "\0" } else { word };
    words(line).into_iter().map(part).collect()
}

/// A heading of a hunk counts lines, and a file is another file.
fn is_heading(line: &str) -> bool {
    ["@@", "--- ", "+++ "].iter().any(|start| line.starts_with(start))
}

/// `{n1=100 n[2-3]=90}`; none when it is too wide.
fn values<'a>(
    of: impl Iterator<Item = (&'a [String], &'a Vec<&'a str>)>,
    at: usize,
) -> Option<String> {
    let mut found: Vec<(&str, Vec<&String>)> = Vec::new();
    // The signs around each value. Of many hosts with many values, only the first ones are read.
    let mut least = 2;
    for (hosts, words) in of {
        let value = words[at];
        if let Some((_, on)) = found.iter_mut().find(|(known, _)| *known == value) {
            on.extend(hosts);
            continue;
        }
        least += value.chars().count() + 2;
        if least > WIDE {
            return None;
        }
        found.push((value, hosts.iter().collect()));
    }
    let parts: Vec<String> =
        found.iter().map(|(value, hosts)| format!("{}={value}", fold(hosts))).collect();
    let text = format!("{{{}}}", parts.join(" "));
    (text.chars().count() <= WIDE).then_some(text)
}

fn is_value_word(word: &str) -> bool {
    word.chars().all(is_value)
}

fn is_value(c: char) -> bool {
    c.is_alphanumeric() || "._:-/".contains(c)
}

/// Values and what stands between them, in their order; together they are the line. The sign of a diff stands alone.
fn words(line: &str) -> Vec<&str> {
    let sign = usize::from(line.starts_with(['+', '-', ' ']));
    let (sign, mut rest) = line.split_at(sign);
    let mut words = vec![sign];
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_value(c) != is_value(first)).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(texts: &[(&str, &str)]) -> Option<String> {
        let lines: Vec<Vec<String>> =
            texts.iter().map(|(_, text)| text.lines().map(str::to_owned).collect()).collect();
        let hosts: Vec<[String; 1]> = texts.iter().map(|(host, _)| [(*host).to_owned()]).collect();
        let texts: Vec<(&[String], &[String])> = hosts
            .iter()
            .zip(&lines)
            .map(|(host, lines)| (host.as_slice(), lines.as_slice()))
            .collect();
        Some(merged(&texts)?.join("\n"))
    }

    #[test]
    fn values_that_differ_stand_in_their_place() {
        let diff = |priority| {
            format!("@@ -1,2 +1,2 @@\n state BACKUP\n-  priority 50\n+  priority {priority}")
        };
        let (one, two, three) = (diff("100"), diff("90"), diff("90"));
        assert_eq!(
            merge(&[("n1", &one), ("n2", &two), ("n3", &three)]).as_deref(),
            Some("@@ -1,2 +1,2 @@\n state BACKUP\n-  priority 50\n+  priority {n1=100 n[2-3]=90}")
        );
        assert_eq!(
            merge(&[("a", "+ip 10.0.0.1/24 eth0"), ("b", "+ip 10.0.0.2/24 eth0")]).as_deref(),
            Some("+ip {a=10.0.0.1/24 b=10.0.0.2/24} eth0")
        );
    }

    #[test]
    fn diffs_that_differ_in_more_stay_apart() {
        for (one, two) in [
            // A line more; another sign; another place in the file; no value; three values.
            ("+a\n+b", "+a"),
            ("+a", "-a"),
            ("@@ -1 +1 @@\n+a", "@@ -2 +2 @@\n+a"),
            ("+a = b", "+a + b"),
            ("+a b c", "+d e f"),
            ("+a b", "+a  b"),
        ] {
            assert_eq!(merge(&[("x", one), ("y", two)]), None, "{one} {two}");
        }
        let many = |letter: &str| (0..7).map(|n| format!("+{letter}{n}\n")).collect::<String>();
        assert_eq!(merge(&[("x", &many("a")), ("y", &many("b"))]), None);
        assert_eq!(merge(&[("x", "+a")]), None);
    }
}
