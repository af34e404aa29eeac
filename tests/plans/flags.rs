//! Flags behind `apply`.

use super::Site;
use crate::support::rehearsal::compare;

/// Behind the `--` of the planned line further words would be values, and the dry run a real one.
#[test]
fn a_flag_of_apply_is_a_flag_of_any_line() {
    let site = Site::planned("");
    let before = site.bench.snapshot();
    site.seal(|plan| plan["args"].as_array_mut().expect("words").push("--".into()));
    site.apply(0, "-n");
    compare(&before, &site.bench.snapshot());
    assert_eq!(site.runs(), 0);
}
