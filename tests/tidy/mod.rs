//! The rules of the project that no compiler checks. Each failure says the file, the rule and why.

mod circles;
mod documents;
mod english;
mod faults;
mod files;
mod floors;
mod losses;
mod readme;
mod snippets;
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use xshell::{Shell, cmd};

use crate::support::root;

/// A file of the project.
pub(crate) struct File {
    /// From the root of the workspace: `tasks/lib.rs`.
    pub(crate) path: String,
    /// Empty for one that is not text.
    pub(crate) text: String,
}

/// All files of the project: those git knows or would add; without git, all but the built ones.
pub(crate) fn files() -> Vec<File> {
    let shell = Shell::new().expect("a shell");
    shell.change_dir(root());
    let listed = cmd!(shell, "git ls-files --cached --others --exclude-standard");
    let listed = listed.quiet().ignore_stderr().read().ok().filter(|list| !list.is_empty());
    let mut paths: Vec<String> = match listed {
        Some(list) => list.lines().map(str::to_owned).collect(),
        None => walk(&root()),
    };
    paths.sort();
    let present = paths.into_iter().filter(|path| root().join(path).is_file());
    present.map(|path| File { text: read(&path), path }).collect()
}

/// The text of one file.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn walk(dir: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "target" && name != ".git" {
            paths.extend(walk(&path));
        } else if path.is_file() {
            let path = path.strip_prefix(root()).unwrap_or(&path);
            paths.push(path.to_string_lossy().into_owned());
        }
    }
    paths
}

/// The cells of the Markdown tables whose head starts with these words, without their marks.
pub(crate) fn table(text: &str, head: &[&str]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let Some(line) = line.trim().strip_prefix('|') else {
            inside = false;
            continue;
        };
        let plain = |cell: &str| cell.trim().trim_matches(['`', '[', ']']).to_owned();
        let cells: Vec<String> = line.trim_end_matches('|').split('|').map(plain).collect();
        if cells.iter().zip(head).all(|(cell, head)| cell == head) && cells.len() >= head.len() {
            inside = true;
        } else if inside && !cells.iter().all(|cell| cell.trim_matches(['-', ':']).is_empty()) {
            rows.push(cells);
        }
    }
    rows
}

/// The lines of a Rust file that run in the program: no comments, and nothing of its tests.
pub(crate) fn code(file: &File) -> Vec<(usize, &str)> {
    let body = file.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    let body = body.enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    body.map(|(number, line)| (number + 1, line)).collect()
}

/// Whether a file holds tests only.
pub(crate) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Fails with all of `wrong`, one a line.
#[track_caller]
pub(crate) fn none(rule: &str, wrong: impl IntoIterator<Item = String>) {
    let wrong: BTreeSet<String> = wrong.into_iter().collect();
    let list: Vec<String> = wrong.into_iter().collect();
    assert!(list.is_empty(), "{rule}:\n  {}", list.join("\n  "));
}
