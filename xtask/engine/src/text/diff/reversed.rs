//! The way back of a shown change.

use super::DIFFERS;

/// The way back of a shown change: what has come goes, and `a -> b` is `b -> a`. None when a line has no way back.
pub fn reversed(diff: &str) -> Option<String> {
    if diff.starts_with("--- ") {
        let lines: Vec<&str> = diff.lines().collect();
        let heads = lines.windows(3).filter(|lines| is_head(lines)).count();
        return (heads <= 1).then(|| back(diff));
    }
    let lines = diff.lines().map(|line| {
        let (thing, states) = line.split_once(": ")?;
        let (old, new) = states.split_once(" -> ")?;
        let one = !thing.contains(' ') && !new.contains(" -> ");
        one.then(|| format!("{thing}: {new} -> {old}\n"))
    });
    lines.collect()
}

/// The two lines of a file, and its first hunk.
fn is_head(lines: &[&str]) -> bool {
    let begins = ["--- ", "+++ ", "@@ "];
    lines.iter().zip(begins).all(|(line, begin)| line.starts_with(begin))
}

/// A unified diff from its new side to its old one. In each run of changed lines, those that go come first.
fn back(diff: &str) -> String {
    let (mut text, mut come) = (String::with_capacity(diff.len()), String::new());
    let mut head = Vec::new();
    let mut last = ' ';
    for line in diff.split_inclusive('\n') {
        let rest = || line.get(1..).unwrap_or_default();
        match line.chars().next() {
            Some('-') if head.is_empty() && line.starts_with("--- ") => {
                head.push(line[4..].to_owned());
            }
            Some('+') if head.len() == 1 && line.starts_with("+++ ") => {
                head.push(String::new());
                text += &format!("--- {}+++ {}", side(&line[4..], 'a'), side(&head[0], 'b'));
            }
            Some('-') => {
                come += &format!("+{}", rest());
                last = '-';
            }
            Some('+') => {
                text += &format!("-{}", rest().replace(DIFFERS, ""));
                last = '+';
            }
            // It belongs to the line before it.
            Some('\\') if last == '-' => come += line,
            Some('\\') => text += line,
            first => {
                text += &std::mem::take(&mut come);
                text += &(if first == Some('@') { ranges(line) } else { line.to_owned() });
                last = ' ';
            }
        }
    }
    text + &come
}

/// `a/etc/x` of the other side is `b/etc/x`.
fn side(name: &str, letter: char) -> String {
    let bare = name.strip_prefix("a/").or_else(|| name.strip_prefix("b/"));
    bare.map_or_else(|| name.to_owned(), |bare| format!("{letter}/{bare}"))
}

/// `@@ -1,2 +1,3 @@` is `@@ -1,3 +1,2 @@`.
fn ranges(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    if let [_, old, new, ..] = &mut words[..] {
        std::mem::swap(old, new);
        *old = old.replacen('+', "-", 1);
        *new = new.replacen('-', "+", 1);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::diff::unified;

    #[test]
    fn the_way_back_of_a_diff_is_the_diff_of_the_way_back() {
        let (old, new) = ("1\n2\n3\nend", "1\ntwo\n2b\n3\nend\n");
        for (old, new) in [
            (Some(old), Some(new)),
            (None, Some("a\nb\n")),
            (Some("a"), None),
            (Some("--- x\n+++ y\n"), Some("-- x\n")),
            (Some("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), Some("0\n1\n2\n3\n4\n5\n6\n7\n8\n10\n")),
        ] {
            let there = unified("/etc/x", old, new);
            assert_eq!(reversed(&there), Some(unified("/etc/x", new, old)), "{there}");
        }
        let units = "a.service: active, enabled -> inactive\nb.service: x -> absent\n";
        let back = "a.service: inactive -> active, enabled\nb.service: absent -> x\n";
        assert_eq!(reversed(units).as_deref(), Some(back));
        assert_eq!(reversed("remove /data/x\n"), None);
        assert_eq!(reversed("a: 1 -> 2 -> 3\n"), None);
    }

    #[test]
    fn a_hidden_value_stays_hidden_on_the_way_back() {
        let diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a = ****\n+a = **** (value differs)\n";
        let back = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a = ****\n+a = ****\n";
        assert_eq!(reversed(diff).as_deref(), Some(back));
    }
}
