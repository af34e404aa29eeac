//! Rules for every Rust file.

use super::{File, code, files, is_test, none};

/// Longest file, in lines.
const LENGTH: usize = 300;

/// Longer files, and why they are in one piece.
const LONGER: [(&str, usize, &str); 0] = [];

fn rust() -> Vec<File> {
    files().into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

/// Places of the program's code outside `homes` that hold one of `words`.
fn places(words: &[&str], homes: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in rust() {
        if is_test(&file.path) || homes.iter().any(|home| file.path.starts_with(home)) {
            continue;
        }
        for (number, line) in code(&file) {
            found.extend(
                words
                    .iter()
                    .filter(|word| line.replace("clap::Command::new(", "").contains(**word))
                    .map(|word| format!("{}:{number}: {word}", file.path)),
            );
        }
    }
    found
}

#[test]
fn only_transport_starts_processes() {
    let words = ["process::Command", "Command::new(", "duct::", "xshell::", "cmd!("];
    // A build script asks git for the commit.
    let homes = ["xtask/engine/src/transport/", "xtask/build.rs"];
    none("starts a process outside transport", places(&words, &homes));
}

#[test]
fn only_the_report_prints() {
    let words = ["println!", "print!(", "eprint!(", "dbg!(", "io::stdout()", "io::stderr()"];
    // A build script speaks to cargo.
    let homes = ["xtask/engine/src/run/report/", "xtask/build.rs"];
    // Asking whether it is a terminal prints nothing.
    let found = places(&words, &homes).into_iter();
    let asks = |place: &String| {
        let (path, rest) = place.split_once(':').expect("a place");
        let number: usize = rest.split(':').next().expect("a number").parse().expect("a number");
        super::read(path).lines().nth(number - 1).is_some_and(|line| line.contains("is_terminal"))
    };
    none("prints outside engine::run::report", found.filter(|place| !asks(place)));
}

#[test]
fn nothing_is_left_open_or_waved_through() {
    let mut found = Vec::new();
    // Written in two pieces, so that this file does not find itself.
    let words = [concat!("#[al", "low("), concat!("to", "do!("), concat!("unimpl", "emented!(")];
    for file in rust() {
        for (number, line) in file.text.lines().enumerate() {
            found.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}:{}: {word}", file.path, number + 1)),
            );
        }
    }
    none("say `#[expect(…, reason = \"…\")]`, or do it", found);
}

#[test]
fn every_file_says_what_it_is() {
    let silent = rust().into_iter().filter(|file| !file.text.starts_with("//! "));
    none("does not open with `//!`", silent.map(|file| file.path));
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for file in rust() {
        let lines = file.text.lines().count();
        let exception = LONGER.iter().find(|(path, ..)| *path == file.path);
        let limit = exception.map_or(LENGTH, |(_, limit, _)| *limit);
        if lines > limit {
            wrong.push(format!("{}: {lines} lines, {limit} are allowed", file.path));
        }
        if exception.is_some() && lines <= LENGTH {
            wrong.push(format!("{}: has {lines} lines and needs no exception", file.path));
        }
    }
    none("too long for one reading: split it, or say why not in LONGER", wrong);
}

#[test]
fn dependencies_are_named_once_and_used() {
    let manifests = ["xtask/Cargo.toml", "xtask/engine/Cargo.toml", "tasks/Cargo.toml"];
    let mut wrong = Vec::new();
    for path in manifests {
        let home = path.trim_end_matches("Cargo.toml");
        let text = super::read(path);
        let names = text.lines().filter_map(|line| line.split_once(".workspace = true"));
        let names = names.map(|(name, _)| name).filter(|name| name.chars().all(is_crate_name));
        let package = ["version", "edition", "rust-version", "license", "publish"];
        for name in names.filter(|name| !package.contains(name)) {
            let module = format!("{}::", name.replace('-', "_"));
            let test = |file: &File| path == "xtask/Cargo.toml" && file.path.starts_with("tests/");
            let belongs = |file: &File| {
                let below = file.path.starts_with(home);
                test(file) || below && (home != "xtask/" || !file.path.starts_with("xtask/engine/"))
            };
            if !rust().iter().any(|file| belongs(file) && file.text.contains(&module)) {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    none("a dependency without a use", wrong);
}

fn is_crate_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}
