//! A composite of one's own: three shell steps and a table, on rehearsal hosts.

mod mistakes;
mod pictures;
mod saved;

use std::path::Path;

use serde_json::Value;

use crate::support::Xtask;
use crate::support::rehearsal::Bench;

const INVENTORY: &str = "\
[vars]
patch_level = \"2\"

[hosts]
web1 = {}
web2 = {}

[groups]
web = [\"web1\", \"web2\"]
";

/// Before the patch there is a way back, behind it none.
const STEPS: [(&str, &str); 3] = [
    (
        "drain",
        "\
# Take a server out of the load balancer
# on: @web
# arg: --level N (u8 1..3) the level that needs no work
probe() { [ -e /srv/drained ] || [ \"$(cat /srv/level 2>/dev/null)\" = \"$LEVEL\" ]; }
change() { echo drained >/srv/drained; }
undo() { rm -f /srv/drained; }
undone() { [ ! -e /srv/drained ]; }
",
    ),
    (
        "patch",
        "\
# Install the patches
# on: @web
# arg: --level N (u8 1..3, default 3) up to which level
probe() { [ \"$(cat /srv/level 2>/dev/null)\" = \"$LEVEL\" ]; }
change() { while [ -e /srv/hold ]; do sleep 0.1; done; [ ! -e /srv/broken ] && echo \"$LEVEL\" >/srv/level; }
",
    ),
    (
        "serve",
        "\
# Bring a server back behind the load balancer
# on: @web
probe() { [ ! -e /srv/drained ]; }
change() { rm /srv/drained; echo served >>/srv/log; }
undo() { echo drained >/srv/drained; }
",
    ),
];

const TABLE: &str = "\
help = \"Patch the web servers, one after the other\"
effect = \"restarts the web servers, one after the other\"
hosts = \"@web\"

[inputs]
level = { help = \"The level of the patches\", variable = \"patch_level\", default = \"3\", type = \"u8 1..3\" }
remark = { help = \"The remark\" }

[[stages]]
name = \"look\"
help = \"Look at the levels\"
run = \"site level\"

[[stages]]
name = \"drain\"
run = \"site drain --hosts={host} --level={level}\"
scope = \"each\"

[[stages]]
name = \"patch\"
run = \"site patch --hosts={host} --level={level}\"
scope = \"each\"
minutes = 5

[[stages]]
name = \"tell\"
help = \"Write the remark down\"
run = \"site note --hosts={host} --text={remark}\"
scope = \"each\"
given = \"remark\"

[[stages]]
name = \"serve\"
run = \"site serve --hosts={host}\"
scope = \"each\"
gate = true
";

const LEVEL: &str = "\
# Show the level of the patches
# on: @web
# reads
probe() { cat /srv/level 2>/dev/null || echo none; }
";

const NOTE: &str = "\
# Write a text down
# on: @web
# arg: --text TEXT (text) the text
probe() { [ \"$(cat /srv/note 2>/dev/null)\" = \"$TEXT\" ]; }
change() { echo \"$TEXT\" >/srv/note; }
undo() { rm -f /srv/note; }
";

/// With these files below `steps/site`, beside the inventory.
fn bench(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new().with_inventory(INVENTORY);
    let dir = bench.state.path().join("steps/site");
    std::fs::create_dir_all(&dir).expect("a directory");
    for (name, text) in files {
        crate::support::write(&dir.join(name), text);
    }
    bench
}

fn site() -> Bench {
    let steps = STEPS.map(|(name, text)| (format!("{name}.sh"), text));
    let mut files: Vec<(&str, &str)> = steps.iter().map(|(name, text)| (&**name, *text)).collect();
    files.extend([("level.sh", LEVEL), ("note.sh", NOTE), ("maintain.toml", TABLE)]);
    bench(&files)
}

/// The rows of a map, each as its stage and the word of each host.
fn map(bench: &Bench, line: &str) -> String {
    let document = bench.json(0, &format!("{line} --map"));
    let stages = document["findings"]["map"]["stages"].as_array().expect("a list");
    let text = |stage: &Value, field: &str| stage[field].as_str().unwrap_or("-").to_owned();
    let row = |stage: &Value| ["host", "stage", "state"].map(|field| text(stage, field)).join(" ");
    stages.iter().map(row).collect::<Vec<_>>().join("\n")
}

const KILLED: &str = "\
- look done
web1 drain done
web1 patch done
web1 tell done
web1 serve done
web2 drain done
web2 patch failed
web2 tell to come
web2 serve to come";

#[test]
fn three_steps_and_a_table_are_planned_run_killed_finished_and_undone() {
    let bench = site();
    let plan = bench.ends(0, "site maintain -n");
    for host in ["web1", "web2"] {
        for what in
            ["take a server out of the load balancer", "install the patches   (irreversible)"]
        {
            assert!(plan.stderr.contains(&format!("{host}: needed  {what}\n")), "{}", plan.stderr);
        }
        assert_eq!(bench.read(host, "/srv/drained"), None);
    }
    // Killed in the turn of the second host.
    bench.ends(0, "site maintain --only-host web1");
    bench.write("web2", "/srv/hold", "");
    bench.kill_at("site maintain", "install the patches");
    std::fs::remove_file(bench.path("web2", "/srv/hold")).expect("a file");
    assert_eq!(bench.read("web1", "/srv/log").as_deref(), Some("served\n"));
    assert_eq!(bench.read("web2", "/srv/log"), None);
    assert_eq!(map(&bench, "site maintain"), KILLED);
    // The same command finishes it: the first host is left alone.
    let rest = bench.ends(0, "site maintain");
    let skipped = rest.stderr.lines().find(|line| line.starts_with("note: web1 is finished"));
    let skipped = skipped.unwrap_or_else(|| panic!("{}", rest.stderr));
    assert!(skipped.contains("-site-maintain") && skipped.ends_with("; skipped"), "{skipped}");
    assert!(
        rest.stderr.contains("web2/patch") && !rest.stderr.contains("web2/drain\n"),
        "{}",
        rest.stderr
    );
    for host in ["web1", "web2"] {
        assert_eq!(bench.read(host, "/srv/level").as_deref(), Some("2\n"), "{host}");
        assert_eq!(bench.read(host, "/srv/log").as_deref(), Some("served\n"), "{host}");
    }
    // Finished as a whole: the next time is a new one, and keeps everything.
    bench.is_kept("site maintain");
    // An undo goes back to the last point of no return.
    let undo = bench.ends(0, "undo last");
    assert!(undo.stderr.contains("bring a server back"), "{}", undo.stderr);
    assert_eq!(bench.read("web2", "/srv/drained").as_deref(), Some("drained\n"));
}

#[test]
fn only_the_attempt_of_now_counts() {
    let bench = site();
    let finished = "web1 drain done\nweb1 patch done\nweb1 tell done\nweb1 serve done";
    let fresh = "web1 drain to come\nweb1 patch to come\nweb1 tell to come\nweb1 serve to come";
    bench.prepare("web2");
    bench.write("web2", "/srv/broken", "");
    bench.ends(1, "site maintain");
    let shows = |line: &str, what: &str| {
        let shown = map(&bench, line);
        assert!(shown.contains(what), "{line}\n{shown}");
    };
    shows("site maintain", finished);
    // Another value is another work.
    shows("site maintain --level 3", fresh);
    shows("site maintain --fresh", fresh);
    // A part of it that is finished is none of the rest.
    bench.ends(0, "site maintain --only-host web1");
    shows("site maintain", finished);
    // Another file is another work, and the one of before is the same again.
    let file = bench.state.path().join("steps/site/serve.sh");
    let text = std::fs::read_to_string(&file).expect("a step");
    crate::support::write(&file, &format!("{text}\n# changed\n"));
    shows("site maintain", fresh);
    crate::support::write(&file, &text);
    shows("site maintain", finished);
    // A run of other values lies between.
    bench.ends(1, "site maintain --level 1");
    shows("site maintain", fresh);
    shows("site maintain --level 1", finished);
    // What was undone is not done.
    bench.ends(0, "undo last --past");
    shows("site maintain --level 1", fresh);
    // What is finished as a whole is over.
    std::fs::remove_file(bench.path("web2", "/srv/broken")).expect("a file");
    bench.ends(0, "site maintain");
    shows("site maintain", fresh);
}

/// Without hosts it has no turns.
const LIST: &str = "\
help = \"Tell all servers\"

[inputs]
text = { help = \"The text\", default = \"it's done\" }

[[stages]]
name = \"note\"
help = \"Write it down\"
run = \"site note --text={text}\"

[[stages]]
name = \"level\"
run = \"site level\"
";

#[test]
fn a_list_of_ones_own_has_a_script_that_a_shell_runs() {
    let place = LIST.replace("--text={text}", "--text=a {text}");
    let bench = bench(&[
        ("level.sh", LEVEL),
        ("note.sh", NOTE),
        ("tell.toml", LIST),
        ("place.toml", &place),
    ]);
    let script = bench.ends(0, "site tell --script").stdout;
    let file = bench.state.path().join("tell.sh");
    crate::support::write(&file, &script);
    let inventory = bench.state.path().join("hosts.toml");
    let call = |words: &[&str]| {
        let xtask = Xtask::start(Path::new("sh"), bench.state.path(), words);
        let program =
            format!("{} --rehearse -i {}", env!("CARGO_BIN_EXE_xtask"), inventory.display());
        xtask.env("XTASK", program).env("XTASK_YES", "1").run()
    };
    let outcome = call(&[&file.display().to_string()]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    for host in ["web1", "web2"] {
        assert_eq!(bench.read(host, "/srv/note").as_deref(), Some("it's done\n"), "{host}");
    }
    bench.is_kept("site tell");
    let flag = bench.ends(2, "site place --text=-n");
    assert!(flag.stderr.contains("the value `-n` begins with `-`"), "{}", flag.stderr);
    let part = bench.ends(0, "site tell --until note --text x -n").stdout;
    assert!(part.contains("web1: needed") && !part.contains("site level"), "{part}");
}
