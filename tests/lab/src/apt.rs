//! The Debian mirror that this machine uses itself, so that no host name stands in the project.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The address of the first source in /etc/apt that has `suite` and `main`.
pub fn mirror(suite: &str) -> Result<String> {
    let texts = sources(Path::new("/etc/apt"));
    texts
        .iter()
        .find_map(|text| one_line(text, suite).or_else(|| paragraphs(text, suite)))
        .with_context(|| format!("no source of /etc/apt has `{suite}` with `main`: add one, the image is made from it"))
}

fn sources(apt: &Path) -> Vec<String> {
    let mut paths = vec![apt.join("sources.list")];
    let parts = fs::read_dir(apt.join("sources.list.d")).into_iter().flatten().flatten();
    let mut parts: Vec<_> = parts.map(|entry| entry.path()).collect();
    parts.sort();
    paths.extend(parts);
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// `deb [options] URI SUITE COMPONENT...`
fn one_line(text: &str, suite: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let mut rest = line.trim().strip_prefix("deb ")?.trim_start();
        if rest.starts_with('[') {
            rest = rest.split_once(']')?.1;
        }
        let words: Vec<&str> = rest.split_whitespace().collect();
        let fits = words.get(1) == Some(&suite) && words[2..].contains(&"main");
        fits.then(|| words[0].to_owned())
    })
}

/// The paragraphs of deb822: `URIs:`, `Suites:`, `Components:`.
fn paragraphs(text: &str, suite: &str) -> Option<String> {
    text.split("\n\n").find_map(|paragraph| {
        let field = |name: &str| {
            let line = paragraph.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().split_whitespace().collect::<Vec<_>>()
        };
        let fits = field("Types:").contains(&"deb")
            && field("Suites:").contains(&suite)
            && field("Components:").contains(&"main");
        fits.then(|| field("URIs:").first().map(|uri| (*uri).to_owned())).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_sources_are_read() {
        let old = "# c\ndeb [signed-by=/k] http://a/debian bookworm main contrib\n";
        assert_eq!(one_line(old, "bookworm").as_deref(), Some("http://a/debian"));
        assert_eq!(one_line(old, "trixie"), None);
        let new = "Types: deb\nURIs: http://s/sec\nSuites: bookworm-security\nComponents: main\n\nTypes: deb\n# c\nURIs: http://b/debian\nSuites: bookworm bookworm-updates\nComponents: main\n";
        assert_eq!(paragraphs(new, "bookworm").as_deref(), Some("http://b/debian"));
    }
}
