//! No file is forgotten, and none is where nobody looks.

use std::collections::BTreeSet;

use super::{File, files, none, read};

/// The files of the root, and no other.
const TOP: [&str; 17] = [
    ".cargo",
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "hosts.toml",
    "rustfmt.toml",
    "rust-toolchain.toml",
    "snippets",
    "tasks",
    "tests",
    "xtask",
];

/// Crates by their root file; cargo itself finds these.
const ROOTS: [&str; 8] = [
    "tasks/lib.rs",
    "tests/main.rs",
    "tests/lab/src/lib.rs",
    "tests/lab/src/main.rs",
    "tests/lab/tests/main.rs",
    "xtask/build.rs",
    "xtask/src/main.rs",
    "xtask/engine/src/lib.rs",
];

#[test]
fn the_root_has_only_what_belongs_there() {
    let files = files();
    let tops: BTreeSet<&str> =
        files.iter().filter_map(|file| file.path.split('/').next()).collect();
    let strange = tops.into_iter().filter(|top| !TOP.contains(top));
    none("unknown at the root: put it into a folder, or into TOP", strange.map(str::to_owned));
}

#[test]
fn every_rust_file_is_a_module_of_a_crate() {
    let rust: Vec<File> = files().into_iter().filter(|file| file.path.ends_with(".rs")).collect();
    let mut reached: BTreeSet<String> = ROOTS.iter().map(|root| (*root).to_owned()).collect();
    // Cargo finds examples and the engine's tests by their place.
    let by_place =
        |path: &str| path.contains("/examples/") || path == "xtask/engine/tests/ops/main.rs";
    reached.extend(rust.iter().map(|file| file.path.clone()).filter(|path| by_place(path)));
    let mut queue: Vec<String> = reached.iter().cloned().collect();
    while let Some(path) = queue.pop() {
        let Some(file) = rust.iter().find(|file| file.path == path) else { continue };
        for child in children(file) {
            if rust.iter().any(|file| file.path == child) && reached.insert(child.clone()) {
                queue.push(child);
            }
        }
    }
    let lost = rust.into_iter().map(|file| file.path).filter(|path| !reached.contains(path));
    none("no `mod` leads to it: cargo does not build it", lost);
}

/// Where the modules of a file may be.
fn children(file: &File) -> Vec<String> {
    let (dir, name) = file.path.rsplit_once('/').expect("a folder");
    let is_root = ROOTS.contains(&file.path.as_str())
        || ["mod.rs", "main.rs"].contains(&name)
        || dir.ends_with("/examples");
    let base =
        if is_root { dir.to_owned() } else { format!("{dir}/{}", name.trim_end_matches(".rs")) };
    let mut found = Vec::new();
    for line in file.text.lines().map(str::trim) {
        if let Some(path) = line.strip_prefix("#[path = \"").and_then(|rest| rest.split_once('"')) {
            found.push(format!("{dir}/{}", path.0));
        }
        let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
        // A row of `runbook!` is a module, unless it is a member of a family.
        let listed = file.text.contains("runbook! {") && line.contains(" => \"");
        let module = match &words[..] {
            [.., "mod", name] if line.ends_with(';') => Some(*name),
            [name, "=>" | "on", ..] if listed => Some(*name),
            _ => None,
        };
        let paths =
            module.map(|name| [format!("{base}/{name}.rs"), format!("{base}/{name}/mod.rs")]);
        found.extend(paths.into_iter().flatten());
    }
    found
}

#[test]
fn every_stand_in_and_tool_of_the_tests_is_named_by_somebody() {
    let all = files();
    let kinds = ["tests/standins/", "tests/lib/", "tests/bench/"];
    let tools = all.iter().filter(|file| kinds.iter().any(|kind| file.path.starts_with(kind)));
    let unnamed = tools.filter(|tool| {
        let (dir, name) = tool.path.rsplit_once('/').expect("a folder");
        let stem = name.trim_end_matches(".py");
        // A file names what is below its own directory from there: `bkcli.d/sync-job`.
        let below = |file: &File| {
            let (own, _) = file.path.rsplit_once('/')?;
            tool.path.strip_prefix(own)?.strip_prefix('/')
        };
        let names = |file: &&File| {
            file.path != tool.path
                && (file.text.contains(&tool.path)
                    || below(file)
                        .is_some_and(|path| path.contains('/') && file.text.contains(path))
                    || file.path.starts_with(dir) && file.text.contains(stem))
        };
        !all.iter().any(|file| names(&file))
    });
    let entries = ["tests/bench/run", "tests/bench/README.md"];
    let unnamed = unnamed.map(|file| file.path.clone()).filter(|path| !entries.contains(&&**path));
    none("nobody names it", unnamed);
}

#[test]
fn every_fixture_belongs_to_a_role_of_the_sample_inventory() {
    let inventory = read("hosts.toml");
    let all = files();
    let fixtures = all.iter().filter_map(|file| file.path.strip_prefix("tests/fixtures/"));
    let roles: BTreeSet<&str> = fixtures.filter_map(|path| path.split('/').next()).collect();
    let known = |role: &&str| {
        let host = format!("[hosts.{role}]");
        let group = format!("\n{role} = ");
        ["all", "shared"].contains(role) || inventory.contains(&host) || inventory.contains(&group)
    };
    let strange = roles.into_iter().filter(|role| !known(role));
    none("no host or group of hosts.toml has this name", strange.map(str::to_owned));
}
