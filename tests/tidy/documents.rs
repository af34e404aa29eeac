//! The documents and the help are true.

use std::collections::BTreeSet;

use camino::Utf8Path;
use engine::data::fault::Kind;
use engine::data::inventory::Inventory;

use super::{File, files, none, read, table};
use crate::support::handbook::folder;
use crate::support::{Xtask, scratch};

/// Every way to end.
const KINDS: [Kind; 10] = [
    Kind::Failed,
    Kind::Usage,
    Kind::Pending,
    Kind::Unreachable,
    Kind::Stopped,
    Kind::Refused,
    Kind::Locked,
    Kind::TimedOut,
    Kind::Interrupted,
    Kind::Terminated,
];

/// The steps as the program lists them.
fn steps() -> BTreeSet<String> {
    let state = scratch();
    let list = Xtask::new(state.path(), &["list", "--json"]).run().stdout;
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let steps = list["steps"].as_array().expect("a list").iter();
    steps.map(|step| step["step"].as_str().expect("a name").to_owned()).collect()
}

/// The table of each runbook, and that of the steps that need no name of a runbook.
#[test]
fn the_readmes_have_every_step_and_no_other() {
    let mut listed = BTreeSet::new();
    let mut rows = Vec::new();
    for runbook in tasks::RUNBOOKS {
        let text = read(&format!("{}/README.md", folder(runbook)));
        let steps = table(&text, &["step", "hosts", "changes", "proof", "undo", "document"]);
        let name = |row: &Vec<String>| row[0].split(']').next().unwrap_or_default().to_owned();
        listed.extend(steps.iter().map(|row| format!("{} {}", runbook.name, name(row))));
        rows.extend(steps);
    }
    let short = table(&read("tasks/README.md"), &["step", "is"]);
    listed.extend(short.iter().map(|row| row[0].clone()));
    rows.extend(short);
    assert_eq!(listed, steps());
    none(
        "an empty cell",
        rows.iter().filter(|row| row.iter().any(String::is_empty)).map(|row| row.join("|")),
    );
}

#[test]
fn the_readme_and_the_help_have_every_exit_code() {
    let mut codes: BTreeSet<u8> = KINDS.into_iter().map(Kind::code).collect();
    assert_eq!(codes.len(), KINDS.len(), "a code is used twice");
    codes.insert(0);
    let rows = table(&read("xtask/README.md"), &["code", "meaning"]);
    let told: BTreeSet<u8> = rows.iter().map(|row| row[0].parse().expect("a code")).collect();
    assert_eq!(told, codes, "xtask/README.md");
    let state = scratch();
    let help = Xtask::new(state.path(), &["--help"]).run().stdout;
    let (_, help) = help.split_once("Exit codes:").expect("the codes");
    let words = help.split(|c: char| !c.is_ascii_digit());
    let told: BTreeSet<u8> = words.filter_map(|word| word.parse().ok()).collect();
    assert_eq!(told, codes, "--help");
}

#[test]
fn the_kinds_of_these_tests_are_all_there_are() {
    let text = read("xtask/engine/src/data/fault.rs");
    let arms = text.lines().filter(|line| {
        line.trim()
            .strip_prefix("Self::")
            .and_then(|rest| rest.split_once(" => "))
            .is_some_and(|(_, code)| code.trim_end_matches(',').parse::<u8>().is_ok())
    });
    assert_eq!(arms.count(), KINDS.len());
}

#[test]
fn architecture_has_every_dependency_and_floor() {
    let text = read("ARCHITECTURE.md");
    let rows = table(&text, &["crate", "home", "reason"]);
    let told: BTreeSet<&str> = rows.iter().flat_map(|row| row[0].split("`, `")).collect();
    let manifest = read("Cargo.toml");
    let section = manifest.split("[workspace.dependencies]").nth(1).expect("dependencies");
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split_once(" = "));
    let used: BTreeSet<&str> =
        names.filter(|(_, spec)| !spec.contains("path = ")).map(|(name, _)| name).collect();
    assert_eq!(told, used);
    for floor in ["data", "text", "transport", "ops", "run"] {
        assert!(text.contains(&format!("`engine::{floor}`")), "{floor}");
    }
}

#[test]
fn what_architecture_calls_tested_is_tested() {
    let text = read("ARCHITECTURE.md");
    let sources: String = files()
        .into_iter()
        .filter(|file| file.path.ends_with(".rs") || file.path.ends_with("check.sh"))
        .map(|file| file.text)
        .collect();
    let rows = table(&text, &["invariant", "held by"]);
    assert!(!rows.is_empty());
    let mut wrong = Vec::new();
    for row in rows {
        let tests =
            row[1].split('`').filter(|name| name.contains('_') && !name.contains([' ', '/', '.']));
        let missing = tests.filter(|name| !sources.contains(&format!("fn {name}(")));
        wrong.extend(missing.map(str::to_owned));
    }
    none("no such test", wrong);
}

#[test]
fn every_row_of_a_table_has_the_cells_of_its_head() {
    let mut wrong = Vec::new();
    for file in files().into_iter().filter(|file| file.path.ends_with(".md")) {
        let mut head = None;
        for (number, line) in file.text.lines().enumerate() {
            let cells = line.replace("\\|", "").matches('|').count();
            match head {
                _ if !line.starts_with('|') => head = None,
                None => head = Some(cells),
                Some(head) if head == cells => {}
                Some(_) => wrong.push(format!("{}:{}", file.path, number + 1)),
            }
        }
    }
    none("more or fewer cells than the head of its table", wrong);
}

#[test]
fn the_readme_of_the_benchmark_has_every_case_and_no_other() {
    let rows = table(&read("tests/bench/README.md"), &["case", "work", "measured against"]);
    let told: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let program = read("tests/bench/bench.py");
    let every = program.lines().find_map(|line| line.trim().strip_prefix("every = "));
    let every: Vec<&str> = every.expect("the cases").split('"').skip(1).step_by(2).collect();
    assert_eq!(told, every);
}

#[test]
fn every_step_shows_an_example_and_leaves_the_common_options_alone() {
    let state = scratch();
    let help =
        |words: &[&str]| Xtask::new(state.path(), &[words, &["--help"]].concat()).run().stdout;
    let all = help(&[]);
    let common = all.split_once("\nCommon options:\n").expect("the common options").1;
    let common: Vec<&str> = common.lines().filter_map(long_flag).collect();
    assert!(common.contains(&"--only"), "{common:?}");
    let mut wrong = Vec::new();
    for step in steps() {
        let help = help(&step.split(' ').collect::<Vec<_>>());
        // An argument of the step with the name of a common one takes its place, without a word.
        let own = help.split_once("\nOptions:\n").map_or("", |(_, own)| own);
        let own = own.lines().filter_map(long_flag).filter(|flag| common.contains(flag));
        wrong.extend(own.map(|flag| format!("{step}: {flag} is an option of all steps")));
        let example = format!("\nExamples:\n  cargo xtask {step}");
        let short =
            format!("\nExamples:\n  cargo xtask {}", step.rsplit(' ').next().unwrap_or(&step));
        if !help.contains(&example) && !help.contains(&short) {
            wrong.push(format!("{step}: no example to paste"));
        }
        if !help.ends_with("\nCommon options: cargo xtask --help\n") {
            wrong.push(format!("{step}: does not end with the common options"));
        }
    }
    none("help of a step", wrong);
}

/// `--only` of a line such as `  -w, --only <HOSTSET>`.
fn long_flag(line: &str) -> Option<&str> {
    // Further in is the text of an option.
    let words = line.trim_start();
    let is_option = words.starts_with('-') && line.len() - words.len() <= 6;
    let at = words.find("--").filter(|_| is_option)?;
    words[at..].split([' ', '=', '[']).next().filter(|flag| *flag != "--help")
}

#[test]
fn the_readmes_inventory_is_one() {
    let text = read("xtask/README.md");
    let toml = block(&text, "toml");
    let imported = |path: &Utf8Path| match path.as_str() {
        "install.config" => Ok("10.0.0.11 iam,ssm\n10.0.0.21 monitorv3(monitor)\n".to_owned()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let read = Inventory::parse(Utf8Path::new("hosts.toml"), toml, &imported);
    let inventory = read.unwrap_or_else(|fault| panic!("{fault}\n{:?}", fault.details));
    let hosts = |set: &str| {
        let hosts = engine::text::hostset::resolve(&inventory, set).expect(set);
        engine::text::hostset::fold(hosts)
    };
    assert_eq!(hosts("@iam"), "paas1");
    assert_eq!(hosts("@monitorv3_monitor"), "10.0.0.21");
    assert_eq!(hosts("!@all_of_it"), "10.0.0.21,firstbox");
    assert_eq!(hosts("@paas!paas2,webservice0&@proxies"), "webservice0");
    assert_eq!(hosts("10.0.0.12"), "paas2");
}

/// The first block of a language.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("```{language}\n")).expect("a block");
    rest.split("```").next().unwrap_or_default()
}

#[test]
fn the_changelog_has_a_place_for_what_is_not_released() {
    let text = read("CHANGELOG.md");
    assert!(text.starts_with("# Changelog\n"));
    assert!(text.contains("keepachangelog.com"));
    assert!(text.contains("\n## [Unreleased]\n"));
}

#[test]
fn files_that_documents_name_are_there() {
    let mut wrong = Vec::new();
    // The changelog names former files.
    let documents = files().into_iter().filter(|file| file.path.ends_with(".md"));
    for File { path: document, text } in documents.filter(|file| file.path != "CHANGELOG.md") {
        let named = text.split('`').skip(1).step_by(2);
        let paths = named.filter(|word| {
            let roots = ["tests/", "snippets/", "tasks/", "xtask/", ".ci/"];
            roots.iter().any(|root| word.starts_with(root))
                && !word.contains([' ', '*', '<', '…', '{'])
        });
        let missing = paths.filter(|path| !crate::support::root().join(path).exists());
        wrong.extend(missing.map(|path| format!("{document}: {path}")));
    }
    none("no such file", wrong);
}
