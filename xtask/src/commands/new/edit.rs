//! Edits of the source by whole lines.

/// `line` before the last line that is `mark`.
pub(super) fn before_last(text: &str, mark: &str, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().rposition(|found| *found == mark)?;
    lines.insert(at, line);
    Some(joined(&lines))
}

/// `line` among the lines that begin with `mark`, where the alphabet has it.
pub(super) fn among(text: &str, mark: &str, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|found| found.starts_with(mark))?;
    let count = lines[first..].iter().take_while(|found| found.starts_with(mark)).count();
    let later = lines[first..first + count].iter().position(|found| *found > line);
    lines.insert(first + later.unwrap_or(count), line);
    Some(joined(&lines))
}

/// `pub mod NAME;` among the modules, where the alphabet has it.
pub(super) fn module(text: &str, name: &str) -> Option<String> {
    let named = |line: &str| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        Some(line.strip_prefix("mod ")?.trim_end_matches(';').to_owned())
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let later = |line: &&str| named(line).is_some_and(|found| *found > *name);
    let at = match lines.iter().position(later) {
        Some(at) => at,
        None => lines.iter().rposition(|line| named(line).is_some())? + 1,
    };
    let line = format!("pub mod {name};");
    lines.insert(at, &line);
    Some(joined(&lines))
}

/// `line` and a blank one before the first line that is `mark`.
pub(super) fn before(text: &str, mark: &str, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|found| *found == mark)?;
    lines.splice(at..at, [line, ""]);
    Some(joined(&lines))
}

/// `row` at the end of the table whose head begins with `head`.
pub(super) fn after_table(text: &str, head: &str, row: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|found| found.starts_with(head))?;
    let count = lines[first..].iter().take_while(|found| found.starts_with('|')).count();
    lines.insert(first + count, row);
    Some(joined(&lines))
}

/// The first value of `name = "VALUE"`.
pub(super) fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""))?;
    line.split('"').next()
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_where_they_belong() {
        assert_eq!(before_last("a\n}\nb\n}\n", "}", "c").unwrap(), "a\n}\nb\nc\n}\n");
        assert_eq!(
            among("x\nmod a;\nmod c;\ny\n", "mod ", "mod b;").unwrap(),
            "x\nmod a;\nmod b;\nmod c;\ny\n"
        );
        assert_eq!(among("mod a;\n", "mod ", "mod b;").unwrap(), "mod a;\nmod b;\n");
        let mods = "x\nmod b;\npub mod d;\n\ny\n";
        assert_eq!(module(mods, "c").unwrap(), "x\nmod b;\npub mod c;\npub mod d;\n\ny\n");
        assert_eq!(module("mod b;\n", "c").unwrap(), "mod b;\npub mod c;\n");
        assert_eq!(before("a\nb\n", "b", "c").unwrap(), "a\nc\n\nb\n");
        assert_eq!(
            after_table("| a |\n|---|\nx\n", "| a", "| b |").unwrap(),
            "| a |\n|---|\n| b |\nx\n"
        );
        assert_eq!(value("# x\nhosts = \"a,b\"\n", "hosts"), Some("a,b"));
        assert_eq!(before_last("a\n", "}", "c"), None);
    }
}
