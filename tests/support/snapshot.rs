//! Texts for people, compared with files below `tests/snapshots`; `UPDATE_EXPECT=1` writes them again.

use std::path::Path;

use super::root;

/// Compares `text` with the file, after removing the parts that differ from run to run.
pub(crate) fn same(name: &str, text: &str) {
    let path = root().join("tests/snapshots").join(name);
    expect_test::expect_file![path].assert_eq(text);
}

/// Without times, run ids and the place of the state directory.
pub(crate) fn plain(text: &str, state: &Path) -> String {
    let text = text.replace(&state.display().to_string(), "STATE");
    text.lines().map(|line| format!("{}\n", seconds(&stamps(&names(line))))).collect()
}

/// `20261121-023311` becomes `DATE-TIME`, and `-2` behind it goes.
fn stamps(line: &str) -> String {
    let Some(found) = ["/runs/", "xtask undo "]
        .into_iter()
        .find_map(|before| Some(line.find(before)? + before.len()))
    else {
        return line.to_owned();
    };
    let (head, id) = line.split_at(found);
    if !id.starts_with(|first: char| first.is_ascii_digit()) {
        return line.to_owned();
    }
    let step = id.split('-').skip(2).filter(|word| word.parse::<u32>().is_err());
    let step = step.collect::<Vec<_>>().join("-");
    format!("{head}DATE-TIME-{step}")
}

/// `.keepalived.conf.xtask-IyFDKT`, a new file before it is in its place, gets a name that stays.
fn names(line: &str) -> String {
    let Some(at) = line.find(".xtask-") else { return line.to_owned() };
    let (head, tail) = line.split_at(at + ".xtask-".len());
    format!("{head}XXXXXX{}", tail.get(6..).unwrap_or_default())
}

/// `0.4 s` becomes `0.0 s`.
fn seconds(line: &str) -> String {
    let digit = |c: char| c.is_ascii_digit();
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for at in 1..words.len() {
        let is_unit = words[at].trim_end_matches(')') == "s";
        if is_unit
            && words[at - 1].split('.').count() == 2
            && words[at - 1].replace('.', "").chars().all(digit)
        {
            words[at - 1] = "0.0".to_owned();
        }
    }
    words.join(" ")
}
