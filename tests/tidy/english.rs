//! The English of messages, help, comments and documents: no phrase that readers stumble over.

use super::{File, files, none};

/// Where the rule holds.
const CLEAN: [&str; 21] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "README.md",
    "hosts.toml",
    "snippets/bk-upgrade/",
    "snippets/lib/",
    "snippets/ops/",
    "snippets/os-upgrade/",
    "snippets/session/",
    "snippets/uecm/",
    "snippets/webservice/",
    "tasks/",
    "tests/",
    "xtask/README.md",
    "xtask/engine/src/data/",
    "xtask/engine/src/ops/",
    "xtask/engine/src/run/",
    "xtask/engine/src/text/",
    "xtask/engine/src/transport/",
    "xtask/engine/tests/",
    "xtask/src/",
];

/// Recorded output, and the list of the phrases.
const APART: [&str; 2] = ["tests/snapshots/", "tests/tidy/english.rs"];

/// Phrases that are wrong anywhere, and better words.
const ANYWHERE: [(&str, &str); 15] = [
    ("come true", "happen, hold, succeed"),
    ("comes true", "happens, holds, succeeds"),
    ("came true", "happened, held, succeeded"),
    ("go on with", "continue, resume"),
    ("goes on with", "continues, resumes"),
    ("going on with", "continuing, resuming"),
    ("went on with", "continued, resumed"),
    ("nothing to go on", "cannot be resumed"),
    ("anew", "again, new"),
    ("told", "shown, reported, told apart: separated"),
    ("what runs", "running operations"),
    ("who asks", "the caller"),
    ("whoever", "name the person or the program"),
    ("for the time being", "temporarily"),
    ("goes on over", "spans"),
];

/// Phrases that are wrong at the end of a clause: `as it is written` is fine.
const AT_THE_END: [(&str, &str); 3] = [
    ("as it is", "unchanged, plain"),
    ("all the same", "anyway"),
    ("as it was", "unchanged, the state before"),
];

/// One piece of text for readers, and the line on which it begins.
type Prose = (usize, String);

#[test]
fn no_phrase_stops_a_reader() {
    let one_of = |list: &[&str], file: &File| list.iter().any(|path| file.path.starts_with(path));
    let clean = |file: &File| one_of(&CLEAN, file) && !one_of(&APART, file);
    let mut wrong = Vec::new();
    for file in files().into_iter().filter(clean) {
        for (line, text) in prose(&file) {
            let found = banned(&text).into_iter();
            wrong.extend(found.map(|(phrase, instead)| {
                format!("{}:{line}: \"{phrase}\"; better: {instead}", file.path)
            }));
        }
    }
    none("words that stop a reader", wrong);
}

/// The banned phrases in `text`.
fn banned(text: &str) -> Vec<(&'static str, &'static str)> {
    let text = text.to_lowercase();
    let inside = |c: char| c.is_alphanumeric() || "_-{}".contains(c);
    let found = |phrase: &str, ends: bool| {
        text.match_indices(phrase).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + phrase.len()..]);
            let word = !before.ends_with(inside) && !after.starts_with(inside);
            // A document may name the phrase in quotes.
            let quoted = before.ends_with('"') && after.starts_with('"');
            let end = after.is_empty() || after.starts_with(['.', ',', ';', ':', ')', '!', '?']);
            word && !quoted && (end || !ends)
        })
    };
    let anywhere = ANYWHERE.into_iter().filter(|(phrase, _)| found(phrase, false));
    anywhere.chain(AT_THE_END.into_iter().filter(|(phrase, _)| found(phrase, true))).collect()
}

/// The text of a file that is written for people.
fn prose(file: &File) -> Vec<Prose> {
    // A script may have a name without an ending.
    let ending = std::path::Path::new(&file.path).extension().and_then(|ending| ending.to_str());
    match ending.or(file.text.starts_with("#!").then_some("sh")) {
        Some("rs") => [paragraphs(&file.text, "//"), strings(&file.text)].concat(),
        Some("sh" | "py" | "toml") => {
            let code = file.text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
            let code = code.filter(|(_, line)| !line.trim_start().starts_with('#'));
            paragraphs(&file.text, "#").into_iter().chain(code).collect()
        }
        Some("md") => paragraphs(&file.text, ""),
        _ => Vec::new(),
    }
}

/// Runs of lines that begin with `mark`, each run as one text.
fn paragraphs(text: &str, mark: &str) -> Vec<Prose> {
    let mut found: Vec<Prose> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        let words = line.trim().strip_prefix(mark);
        let words = words.map(|words| words.trim_start_matches(['/', '!', '#']).trim());
        match words.filter(|words| !words.is_empty()) {
            Some(words) if open => {
                let last = found.last_mut().expect("an open text");
                last.1.extend([" ", words]);
            }
            Some(words) => found.push((at + 1, words.to_owned())),
            None => {}
        }
        open = words.is_some_and(|words| !words.is_empty());
    }
    found
}

/// The string literals of Rust code.
fn strings(text: &str) -> Vec<Prose> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['"', '/', '\'']) {
        let start = at + next;
        let rest = &text[start..];
        at = start
            + match rest.as_bytes() {
                [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
                // A quote as a character; a lifetime is passed over.
                [b'\'', b'"', b'\'', ..] => 3,
                [b'\'', b'\\', _, b'\'', ..] => 4,
                [b'"', ..] => {
                    let (literal, length) = literal(&text[..start], rest);
                    let line = text[..start].matches('\n').count() + 1;
                    found.push((line, literal.replace("\\n", " ")));
                    length
                }
                _ => 1,
            };
    }
    found
}

/// The literal that `rest` opens with, as one line, and its length; raw when `before` says so.
fn literal(before: &str, rest: &str) -> (String, usize) {
    let opening = before.trim_end_matches('#');
    let raw = opening.strip_suffix('r').is_some_and(|code| !code.ends_with(char::is_alphanumeric));
    let end = if raw {
        let close = format!("\"{}", "#".repeat(before.len() - opening.len()));
        rest[1..].find(&close).map(|end| end + 1)
    } else {
        let mut escaped = false;
        rest.char_indices().skip(1).find_map(|(at, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(at)
        })
    };
    let end = end.unwrap_or(rest.len() - 1);
    let lines = rest[1..end].lines().map(|line| line.trim().trim_end_matches('\\'));
    (lines.collect::<Vec<_>>().join(" "), end + 1)
}

#[test]
fn phrases_are_found_in_prose_and_nowhere_else() {
    let text = "/// It does not come\n/// true, as it is.\nlet told = say(\"{told} anew\"); // 'x'\n\
                let x = ['\"', '\\''];\nlet y = (r#\"a \" told\"#, \"as it is written\");\n";
    let file = File { path: "a.rs".into(), text: text.into() };
    let found: Vec<_> = prose(&file)
        .into_iter()
        .flat_map(|(line, text)| banned(&text).into_iter().map(move |(phrase, _)| (line, phrase)))
        .collect();
    assert_eq!(found, [(1, "come true"), (1, "as it is"), (3, "anew"), (5, "told")]);
    let file = File { path: "a/run".into(), text: "#!/bin/sh\n# told\n".into() };
    assert!(prose(&file).iter().any(|(_, text)| !banned(text).is_empty()));
    let file = File { path: "a.md".into(), text: "never \"told\", goes\non with\n".into() };
    assert_eq!(prose(&file), [(1, "never \"told\", goes on with".to_owned())]);
    assert_eq!(banned("never \"told\", goes on with"), [("goes on with", "continues, resumes")]);
}
