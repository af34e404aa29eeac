//! The floors of the engine and the arrow between the crates.

use std::collections::BTreeMap;

use super::{File, code, files, none, read, table};

const ENGINE: &str = "xtask/engine/src/";

/// Module and floor, as the engine's own page has them.
fn table_of_floors() -> BTreeMap<String, u32> {
    let page: String = read("xtask/engine/src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| format!("{line}\n"))
        .collect();
    let rows = table(&page, &["floor", "module"]);
    let floor = |row: &Vec<String>| {
        (row[1].trim_matches(['[', ']', '`']).to_owned(), row[0].parse().expect("a number"))
    };
    rows.iter().map(floor).collect()
}

/// The floors that a line of `file` names: `crate::ops::…`, `crate::{ops, …}`, `super::super::ops`.
fn named<'a>(module: &[&str], line: &'a str) -> Vec<&'a str> {
    let word = |text: &'a str| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
    };
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                found.extend(group.split(',').map(|part| word(part.trim_start())));
            }
            None => found.push(word(rest)),
        }
    }
    // `super` out of the floor ends at the crate's root.
    for (at, _) in line.match_indices("super::") {
        let mut rest = &line[at..];
        let mut up = 0;
        while let Some(next) = rest.strip_prefix("super::") {
            (rest, up) = (next, up + 1);
        }
        if up == module.len() {
            found.push(word(rest));
        }
    }
    found
}

/// `xtask/engine/src/ops/units/verbs.rs` is `["ops", "units", "verbs"]`.
fn module(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts
}

#[test]
fn every_module_of_the_engine_has_a_floor() {
    let floors = table_of_floors();
    assert_eq!(floors.values().copied().collect::<Vec<_>>().len(), 6, "{floors:?}");
    let files = files();
    let inside = files.iter().filter_map(|file| file.path.strip_prefix(ENGINE));
    let homeless = inside.filter(|path| *path != "lib.rs" && !floors.contains_key(module(path)[0]));
    none("not in the table of xtask/engine/src/lib.rs", homeless.map(str::to_owned));
}

#[test]
fn a_file_imports_only_from_its_floor_and_those_below() {
    let floors = table_of_floors();
    let mut wrong = Vec::new();
    for file in files() {
        let Some(path) = file.path.strip_prefix(ENGINE).filter(|path| *path != "lib.rs") else {
            continue;
        };
        let module = module(path);
        let own = floors[module[0]];
        for (number, line) in code(&file) {
            for name in named(&module, line) {
                if floors.get(name).is_some_and(|floor| *floor > own) {
                    wrong.push(format!("{}:{number}: {name} is above {}", file.path, module[0]));
                }
            }
        }
    }
    none("imports from a floor above", wrong);
}

#[test]
fn the_floors_below_sessions_do_no_work_on_the_machine() {
    let is_pure = |file: &File| {
        ["data/", "text/"].iter().any(|floor| file.path.starts_with(&format!("{ENGINE}{floor}")))
            && !super::is_test(&file.path)
    };
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| is_pure(file)) {
        for (number, line) in code(file) {
            let io = ["std::fs", "std::net::Tcp", "std::process", "std::thread", "std::env"];
            wrong.extend(
                io.iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}:{number}: {word}", file.path)),
            );
        }
    }
    none("data and text have no I/O", wrong);
}

#[test]
fn the_engine_knows_no_step() {
    let manifest = read("xtask/engine/Cargo.toml");
    assert!(!manifest.contains("tasks"), "the engine depends on no crate of steps");
    let engine = files();
    let engine = engine.iter().filter(|file| file.path.starts_with("xtask/engine/"));
    let wrong = engine.filter(|file| code(file).iter().any(|(_, line)| line.contains("tasks::")));
    none("names a step", wrong.map(|file| file.path.clone()));
}

#[test]
fn the_readers_of_these_tests_see_what_they_should() {
    let module = module("ops/units/verbs.rs");
    assert_eq!(named(&module, "use crate::run::Context;"), ["run"]);
    assert_eq!(named(&module, "use crate::{data::x, run};"), ["data", "run"]);
    assert_eq!(named(&module, "use super::super::super::run::Context;"), ["run"]);
    assert!(named(&module, "use super::super::reader;").is_empty());
}
