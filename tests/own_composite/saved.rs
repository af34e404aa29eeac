//! A saved plan of a composite whose steps look alike.

use super::{NOTE, STEPS, bench};

const TABLE: &str = "\
help = \"Patch twice\"

[[stages]]
name = \"first\"
run = \"site patch --level=2\"

[[stages]]
name = \"second\"
run = \"site again --level=3\"
";

/// The second step has the same line of help, and shows the level that it finds.
#[test]
fn a_step_behind_a_change_of_its_host_is_done_as_it_was_planned() {
    let patch = STEPS[1].1;
    let again = patch.replace("probe() { [", "probe() { cat /srv/level 2>/dev/null; [");
    let files = [("patch.sh", patch), ("again.sh", &again), ("twice.toml", TABLE)];
    let bench = bench(&[&files[..], &[("note.sh", NOTE)]].concat());
    bench.prepare("web[1-2]");
    let file = bench.state.path().join("plan.json").display().to_string();
    bench.write("web1", "/srv/level", "1\n");
    bench.write("web2", "/srv/level", "1\n");
    bench.ends(0, &format!("site twice -n --save {file}"));
    // The first stage fails; the second one shows another level by then than in the plan.
    bench.write("web1", "/srv/broken", "");
    bench.write("web2", "/srv/broken", "");
    bench.ends(1, &format!("apply {file}"));
    for host in ["web1", "web2"] {
        std::fs::remove_file(bench.path(host, "/srv/broken")).expect("a file");
    }
    let done = bench.ends(0, &format!("apply {file}"));
    assert!(done.stderr.contains("were unknown in the plan"), "{}", done.stderr);
    assert_eq!(bench.read("web2", "/srv/level").as_deref(), Some("3\n"));
}
