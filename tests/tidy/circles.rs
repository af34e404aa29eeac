//! No circle of imports over more than two files.

use std::collections::{BTreeMap, BTreeSet};

use super::{code, files, is_test, none};

/// The crates, by the folder of their source.
const CRATES: [&str; 3] = ["xtask/engine/src/", "tasks/", "xtask/src/"];

/// Larger circles, by one of their files, and why.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "xtask/src/cli.rs",
    "`resume` and `retry` parse a recorded command line, and run it as a typed one",
)];

type Module = Vec<String>;

/// The files of a crate by their module, with the code that runs.
fn modules(root: &str) -> BTreeMap<Module, (String, String)> {
    let mut found = BTreeMap::new();
    for file in files() {
        let Some(path) = file.path.strip_prefix(root).filter(|path| path.ends_with(".rs")) else {
            continue;
        };
        if is_test(&file.path) {
            continue;
        }
        let mut module: Module =
            path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        module.retain(|part| !["mod", "lib", "main"].contains(&part.as_str()));
        let lines: Vec<&str> = code(&file).into_iter().map(|(_, line)| line).collect();
        found.insert(module, (file.path.clone(), lines.join("\n")));
    }
    found
}

/// The paths of a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn flatten(tree: &str) -> Vec<String> {
    let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(inner[from..at.min(inner.len())].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    let parts = parts.into_iter().filter(|part| !part.is_empty()).flat_map(flatten);
    parts.map(|part| format!("{head}{part}")).collect()
}

/// The paths that a text names, and those that it passes on with `pub use`.
fn paths(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut named, mut passed) = (Vec::new(), Vec::new());
    let mut rest = String::new();
    for statement in text.split_inclusive(';') {
        let is_use = |word: &str| {
            let at = statement.rfind(word)?;
            let before = statement[..at].chars().next_back();
            before.is_none_or(char::is_whitespace).then(|| &statement[at + word.len()..])
        };
        let tree = is_use("use ")
            .filter(|tree| !tree.contains('('))
            .map(|tree| tree.trim_end_matches(';'));
        match tree {
            Some(tree) if statement.contains("pub use ") => passed.extend(flatten(tree)),
            Some(tree) => named.extend(flatten(tree)),
            None => rest.push_str(statement),
        }
    }
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = rest.split(|c| !inside(c));
    named.extend(
        words
            .filter(|word| word.starts_with("crate::") || word.starts_with("super::"))
            .map(str::to_owned),
    );
    (named, passed)
}

/// Which file each file of a crate imports from.
fn imports(root: &str) -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules(root);
    let texts: BTreeMap<&Module, _> =
        modules.iter().map(|(module, (_, text))| (module, paths(text))).collect();
    let passed_on = |module: &Module, name: &str| {
        let paths = &texts.get(module)?.1;
        let path = paths.iter().find(|path| path.rsplit("::").next() == Some(name))?;
        let child =
            path.split("::").next().filter(|child| !["crate", "super", "self"].contains(child))?;
        Some([module.clone(), vec![child.to_owned()]].concat())
    };
    let resolve = |from: &Module, path: &str| {
        let mut at = from.clone();
        for (number, part) in path.split("::").enumerate() {
            let child = [at.clone(), vec![part.to_owned()]].concat();
            match part {
                "crate" if number == 0 => at.clear(),
                "self" if number == 0 => {}
                "super" => drop(at.pop()),
                _ if number == 0 => return None,
                _ if modules.contains_key(&child) => at = child,
                _ => {
                    return passed_on(&at, part)
                        .filter(|child| modules.contains_key(child))
                        .or(Some(at));
                }
            }
        }
        Some(at)
    };
    let edges = modules.iter().map(|(module, (path, _))| {
        let named = texts[module].0.iter().filter_map(|path| resolve(module, path));
        let files = named.filter(|other| other != module).filter_map(|other| modules.get(&other));
        (path.clone(), files.map(|(path, _)| path.clone()).collect())
    });
    edges.collect()
}

fn reached(from: &str, edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(path) = open.pop() {
        for next in &edges[&path] {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[test]
fn no_circle_has_more_than_two_files() {
    let mut wrong = BTreeSet::new();
    for root in CRATES {
        let edges = imports(root);
        assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 10, "{root}: no imports found");
        let all: BTreeMap<&String, BTreeSet<String>> =
            edges.keys().map(|path| (path, reached(path, &edges))).collect();
        for (path, reached) in &all {
            let circle: Vec<&str> = reached
                .iter()
                .filter(|other| all[other].contains(*path))
                .map(String::as_str)
                .collect();
            let excepted = EXCEPTIONS.iter().any(|(file, _)| circle.contains(file));
            if circle.len() > 2 && !excepted {
                wrong.insert(circle.join(" -> "));
            }
        }
    }
    none("a circle of imports: move the leaf types to leaf files", wrong);
}

#[test]
fn a_use_tree_is_read_whole() {
    assert_eq!(flatten("a::{self, b::{c, d}, e as f}"), ["a::self", "a::b::c", "a::b::d", "a::e"]);
    let (named, passed) = paths("pub use x::Y;\nuse super::a::{B, c};\nlet d = crate::e::f(1);\n");
    assert_eq!(named, ["super::a::B", "super::a::c", "crate::e::f"]);
    assert_eq!(passed, ["x::Y"]);
}
