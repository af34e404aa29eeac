//! Absolute paths on a host.

use super::word::word;

/// An absolute path of plain ASCII without `..`; a slash at the end is kept, since rsync reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsPath(String);

word!(AbsPath, "an absolute path");

impl AbsPath {
    fn check(text: &str) -> Result<String, String> {
        if !text.starts_with('/') {
            return Err("it does not begin with `/`".into());
        }
        if text.split('/').any(|part| part == "..") {
            return Err("it has `..` in it".into());
        }
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_absolute_and_plain() {
        let shown =
            |text: &str| text.parse::<AbsPath>().map_or_else(|e| e.message, |m| m.to_string());
        for good in ["/", "/data/tmp/install/", "/a b/c..d"] {
            assert_eq!(shown(good), good);
        }
        for (text, why) in [
            ("data", "it does not begin with `/`"),
            ("/a/../b", "it has `..` in it"),
            ("/a，b", "character 3 is `，` (U+FF0C) (write `,` there)"),
            (
                "/x/{{ zone_id }}",
                "character 4 begins the placeholder `{{ zone_id }}` (put the real value in its place)",
            ),
        ] {
            assert_eq!(shown(text), format!("`{text}` is not an absolute path: {why}"));
        }
    }
}
