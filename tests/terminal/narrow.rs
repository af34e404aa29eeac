//! Long results on a narrow terminal.

use std::path::Path;

use crate::support::drill::Running;
use crate::support::scratch;

/// What `xtask LINE` shows on a terminal of so many columns.
fn shown(state: &Path, columns: usize, line: &str) -> String {
    let line =
        format!("stty cols {columns}; exec \"$0\" --no-pager --color never {line} 2>/dev/null");
    let words = ["env", "TERM=xterm", "sh", "-c", &line, env!("CARGO_BIN_EXE_xtask")];
    let (code, text) = Running::at_terminal(&words.map(str::to_owned), state).leaves();
    assert_eq!(code, 0, "{text}");
    text
}

fn too_wide(text: &str, columns: usize) -> Vec<&str> {
    text.lines().filter(|line| line.chars().count() > columns).collect()
}

/// Nothing is broken in the middle of a word, and columns stay columns.
#[test]
fn lists_and_the_map_fit_into_the_columns() {
    let dir = scratch();
    let state = dir.path();
    for columns in [64, 80] {
        for line in ["list", "webservice traps", "--rehearse webservice upgrade --map"] {
            let text = shown(state, columns, line);
            assert_eq!(too_wide(&text, columns), [""; 0], "{line}");
        }
    }
    // The run of the map is in the list.
    let runs = shown(state, 80, "runs list");
    assert_eq!(too_wide(&runs, 80), [""; 0], "{runs}");
    assert!(runs.contains("-webservice-upgrade ") && runs.contains("COMMAND LINE"), "{runs}");
    let map = |columns| shown(state, columns, "--rehearse webservice upgrade --map");
    let heads = |text: &str| text.lines().find(|line| line.starts_with("for each")).map(str::len);
    let (narrow, wide) = (map(64), map(120));
    assert!(heads(&narrow) < heads(&wide), "{narrow}{wide}");
    assert!(narrow.contains("· to come       · to come"), "{narrow}");
}
