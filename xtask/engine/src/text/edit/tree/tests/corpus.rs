//! Two hundred files as they are on hosts, each with two edits and their diffs.

use super::*;

/// A file, its marks (`crlf`, `nofinal`, `bom`), and its edits.
pub(super) struct Case<'a> {
    pub(super) name: &'a str,
    pub(super) text: String,
    pub(super) edits: Vec<Edit<'a>>,
}

pub(super) struct Edit<'a> {
    pub(super) line: &'a str,
    pub(super) change: (Option<Selector>, Change),
    /// `-12 text` removes line 12, `+12 text` stands before it.
    diff: Vec<&'a str>,
}

pub(super) const FILES: [(Format, &str); 9] = [
    (Yaml, include_str!("../../../../../tests/trees/compose.yaml.txt")),
    (Yaml, include_str!("../../../../../tests/trees/k8s.yaml.txt")),
    (Yaml, include_str!("../../../../../tests/trees/spring.yaml.txt")),
    (Yaml, include_str!("../../../../../tests/trees/tidb.yaml.txt")),
    (Yaml, include_str!("../../../../../tests/trees/k3s.yaml.txt")),
    (Json, include_str!("../../../../../tests/trees/daemon.json.txt")),
    (Json, include_str!("../../../../../tests/trees/package.json.txt")),
    (Json, include_str!("../../../../../tests/trees/settings.json.txt")),
    (Json, include_str!("../../../../../tests/trees/k8sjson.json.txt")),
];

pub(super) fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("#=== ") {
            cases.push(Case { name, text: String::new(), edits: vec![] });
            continue;
        }
        let case = cases.last_mut().unwrap();
        match (line.strip_prefix("#>>> "), case.edits.last_mut()) {
            (Some(edit), _) => {
                case.edits.push(Edit { line: edit, change: change(edit), diff: vec![] })
            }
            (None, Some(edit)) => edit.diff.push(line),
            (None, None) => case.text += &format!("{line}\n"),
        }
    }
    cases
}

fn change(edit: &str) -> (Option<Selector>, Change) {
    let words: Vec<&str> = edit.split('\t').collect();
    let value = || value(&serde_json::from_str(words[2]).unwrap());
    let want = match words[0] {
        "set" => Want::Set(value()),
        "remove" => Want::Remove,
        "append" => Want::Append(value()),
        "member" => Want::Member(value()),
        other => panic!("{other}"),
    };
    (words.get(3).map(|it| it.parse().unwrap()), Change { path: words[1].parse().unwrap(), want })
}

fn value(json: &serde_json::Value) -> Value {
    use serde_json::Value as J;
    match json {
        J::Null => Value::Null,
        J::Bool(it) => (*it).into(),
        J::Number(it) => it.as_i64().map_or_else(|| it.as_f64().unwrap().into(), Value::from),
        J::String(it) => it.into(),
        J::Array(all) => Value::list(all.iter().map(value)),
        J::Object(all) => Value::map(all.iter().map(|(key, it)| (key, value(it)))),
    }
}

/// The text with its diff.
fn expected(text: &str, diff: &[&str]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut added = vec![String::new(); lines.len() + 1];
    for line in diff {
        let (number, rest) = line[1..].split_once(' ').unwrap();
        let at = number.parse::<usize>().unwrap() - 1;
        if line.starts_with('-') {
            assert_eq!(lines[at], format!("{rest}\n"));
            lines[at].clear();
        } else {
            added[at] += &format!("{rest}\n");
        }
    }
    lines.push(String::new());
    added.iter().zip(&lines).map(|(added, line)| format!("{added}{line}")).collect()
}

/// As the file is on its host.
pub(super) fn marked(text: &str, name: &str) -> String {
    let mut text = text.to_owned();
    if name.contains("nofinal") {
        text = text.trim_end_matches('\n').to_owned();
    }
    if name.contains("crlf") {
        text = text.replace('\n', "\r\n");
    }
    if name.contains("bom") { format!("\u{FEFF}{text}") } else { text }
}

#[test]
fn every_edit_of_real_looking_files_has_its_diff() {
    let mut count = 0;
    for (format, text) in FILES {
        for case in cases(text) {
            count += 1;
            let before = marked(&case.text, case.name);
            for edit in &case.edits {
                let after = marked(&expected(&case.text, &edit.diff), case.name);
                let change = std::slice::from_ref(&edit.change);
                let made = apply(format, &before, change);
                assert_eq!(made.as_deref(), Ok(&*after), "{}: {}", case.name, edit.line);
                assert_eq!(
                    apply(format, &after, change).as_deref(),
                    Ok(&*after),
                    "{} twice",
                    edit.line
                );
                comes_back(format, &before, &after, &edit.change);
            }
        }
    }
    assert_eq!(count, 200);
}

/// A new key that goes again leaves the old text.
fn comes_back(
    format: Format,
    before: &str,
    after: &str,
    (selector, change): &(Option<Selector>, Change),
) {
    let (_, body) = split(before).unwrap();
    let documents = read(format, body).unwrap();
    let at = select::document(body, &documents, selector.as_ref()).unwrap();
    let page = Page::new(body, format, &documents[at]);
    let found = page.find(&change.path).unwrap();
    let empty = found.node.is_null()
        || matches!(&found.node.shape, node::Shape::Map(_, pairs) if pairs.is_empty());
    let steps = change.path.steps().len();
    if found.depth + 1 == steps && !empty && matches!(change.want, Want::Set(_)) {
        let back = Change { path: change.path.clone(), want: Want::Remove };
        let text = apply(format, after, &[(selector.clone(), back)]);
        assert_eq!(text.as_deref(), Ok(before), "{} and back", change.path);
    }
}
