//! Unified diffs, as `diff -u` and `patch` know them.

mod reversed;

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

pub use reversed::reversed;

/// After this time the diff may be coarse: two long unlike files must not delay a run.
const LIMIT: Duration = Duration::from_secs(2);

/// The diff from `old` to `new`, with three lines of context; empty when they are equal.
///
/// `None` is a file that is not there (`/dev/null` in the header).
pub fn unified(path: &str, old: Option<&str>, new: Option<&str>) -> String {
    if old == new {
        return String::new();
    }
    let bare = path.trim_start_matches('/');
    let side = |text: Option<&str>, letter| match text {
        Some(_) => format!("{letter}/{bare}"),
        None => "/dev/null".to_owned(),
    };
    let (before, after) = (lines(old), lines(new));
    let diff = compare(&before, &after);
    let hunks = diff.unified_diff().context_radius(3).to_string();
    format!("--- {}\n+++ {}\n{hunks}", side(old, 'a'), side(new, 'b'))
}

/// As [`unified`]; binary content is shown by its size.
pub fn unified_bytes(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    if old == new {
        return String::new();
    }
    if let (Ok(old), Ok(new)) = (as_text(old), as_text(new)) {
        return unified(path, old, new);
    }
    match (old, new) {
        (None, Some(new)) => format!("{path}: new, binary, {} bytes\n", new.len()),
        (Some(old), None) => format!("{path}: removed, binary, {} bytes\n", old.len()),
        _ => {
            let size = |side: Option<&[u8]>| side.map_or(0, <[u8]>::len);
            format!("{path}: binary, {} bytes -> {} bytes\n", size(old), size(new))
        }
    }
}

/// How many lines come and go: `+2 -1`.
pub fn summary(old: Option<&str>, new: Option<&str>) -> String {
    let (before, after) = (lines(old), lines(new));
    let diff = compare(&before, &after);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    format!("+{} -{}", count(ChangeTag::Insert), count(ChangeTag::Delete))
}

/// What a masked value that has changed says.
const DIFFERS: &str = " (value differs)";

/// What stands for a secret.
const HIDDEN: &str = "****";

/// A diff behind a mask: lines that go and come with the same masked words say that their value differs.
pub fn hidden_values(diff: &str) -> String {
    if !diff.contains(HIDDEN) {
        return diff.to_owned();
    }
    let mut gone: Vec<&str> = Vec::new();
    let mut text = String::with_capacity(diff.len());
    for line in diff.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        text.push_str(body);
        match body.split_at_checked(1) {
            Some(("-", rest)) => gone.push(rest),
            Some(("+", rest)) if rest.contains(HIDDEN) && gone.contains(&rest) => {
                text.push_str(DIFFERS);
            }
            // What has gone counts within its place.
            Some((" " | "@", _)) => gone.clear(),
            _ => {}
        }
        text.push_str(end);
    }
    text
}

/// Only a newline ends a line here, so that a carriage return is a difference one can see.
fn lines(text: Option<&str>) -> Vec<&str> {
    text.unwrap_or_default().split_inclusive('\n').collect()
}

fn compare<'a>(old: &'a [&'a str], new: &'a [&'a str]) -> TextDiff<'a, 'a, 'a, str> {
    TextDiff::configure().timeout(LIMIT).newline_terminated(true).diff_slices(old, new)
}

/// `side` as text, or an error when it holds NUL or is not UTF-8.
fn as_text(side: Option<&[u8]>) -> Result<Option<&str>, ()> {
    let Some(bytes) = side else { return Ok(None) };
    let text = std::str::from_utf8(bytes).map_err(drop)?;
    if text.contains('\0') { Err(()) } else { Ok(Some(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_three_lines_around() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n";
        expect_test::expect![[r"
            --- a/etc/x
            +++ b/etc/x
            @@ -2,7 +2,7 @@
             2
             3
             4
            -5
            +five
             6
             7
             8
        "]]
        .assert_eq(&unified("/etc/x", Some(old), Some(new)));
        assert_eq!(summary(Some(old), Some(new)), "+1 -1");
        assert_eq!(unified("x", Some(old), Some(old)), "");
    }

    #[test]
    fn files_come_and_go() {
        expect_test::expect![[r"
            --- /dev/null
            +++ b/x
            @@ -0,0 +1 @@
            +a
        "]]
        .assert_eq(&unified("x", None, Some("a\n")));
        expect_test::expect![[r"
            --- a/x
            +++ /dev/null
            @@ -1 +0,0 @@
            -a
            \ No newline at end of file
        "]]
        .assert_eq(&unified("x", Some("a"), None));
        assert_eq!(unified("x", None, Some("")), "--- /dev/null\n+++ b/x\n");
        assert_eq!(summary(None, Some("a\nb")), "+2 -0");
    }

    #[test]
    fn a_missing_final_newline_and_a_carriage_return_are_differences() {
        expect_test::expect![[r"
            --- a/x
            +++ b/x
            @@ -1 +1 @@
            -a
            \ No newline at end of file
            +a
        "]]
        .assert_eq(&unified("x", Some("a"), Some("a\n")));
        assert_eq!(summary(Some("a\r\n"), Some("a\n")), "+1 -1");
    }

    #[test]
    fn bytes_that_are_no_text_are_told_by_size() {
        let text = unified_bytes("x", Some(b"a\n"), Some(b"b\n"));
        assert_eq!(text, unified("x", Some("a\n"), Some("b\n")));
        let told = |old: Option<&[u8]>, new: Option<&[u8]>| unified_bytes("x", old, new);
        assert_eq!(told(Some(b"\0"), Some(b"ab")), "x: binary, 1 bytes -> 2 bytes\n");
        assert_eq!(told(None, Some(b"\xff")), "x: new, binary, 1 bytes\n");
        assert_eq!(told(Some(b"\xff"), None), "x: removed, binary, 1 bytes\n");
        assert_eq!(told(Some(b"\xff"), Some(b"\xff")), "");
    }

    #[test]
    fn a_hidden_value_that_changes_says_so() {
        let diff = "@@ -1,2 +1,2 @@\n-a = ****\n-b = 1\n+a = ****\n+b = 2\n ****\n-****\n";
        assert_eq!(
            hidden_values(diff),
            "@@ -1,2 +1,2 @@\n-a = ****\n-b = 1\n+a = **** (value differs)\n+b = 2\n ****\n-****\n"
        );
        // A new line with a secret is no change of one.
        assert_eq!(hidden_values("+a = ****"), "+a = ****");
    }
}
