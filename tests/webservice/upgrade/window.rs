//! `--window`, and `--script`.

use super::{STEP, bench, is_upgraded};
use crate::support::rehearsal::compare;
use crate::support::{Xtask, root, scratch};

/// The first node gives the times; the second one does not fit into a second, and is not touched.
#[test]
fn a_window_that_is_too_short_is_refused_before_anything_is_touched() {
    let bench = bench();
    bench.ends(0, &format!("{STEP} --only-node webservice0"));
    let before = bench.snapshot();
    let refused = bench.ends(6, &format!("{STEP} --window 1s --yes")).stderr;
    for words in [
        "error: does not fit into the window of 1.0 s\n",
        "\n  window    1.0 s, ",
        "\n  work      ",
        "after webservice1/",
        "\n  both      ",
        "hint: start it with a longer --window, or: cargo xtask --rehearse webservice upgrade",
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    compare(&before, &bench.snapshot());
    let map = bench.ends(0, &format!("{STEP} --map")).stdout;
    assert!(
        map.contains("\nleft: ") && map.contains("; undo from here: 0.0 s; both at most: "),
        "{map}"
    );
    let wrong = bench.ends(2, &format!("{STEP} --window 90")).stderr;
    assert!(wrong.contains("`90` is not a length of time such as 90m or 1h30m"), "{wrong}");
    bench.ends(2, &format!("{STEP} --over-budget"));
    let told = bench.ends(0, &format!("{STEP} --window 1s --over-budget")).stderr;
    assert!(
        told.contains("note: does not fit into the window of 1.0 s (--over-budget): work"),
        "{told}"
    );
    is_upgraded(&bench);
}

/// `UPDATE_EXPECT=1` writes it again. It needs no inventory, and no host.
#[test]
fn the_example_is_the_script_of_the_table() {
    let state = scratch();
    let outcome = Xtask::new(state.path(), &["webservice", "upgrade", "--script"]).run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let path = root().join("tasks/webservice/example.sh");
    expect_test::expect_file![path].assert_eq(&outcome.stdout);
}
