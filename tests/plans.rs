//! Saved plans: what was reviewed is what is done.

mod flags;
mod identity;

use std::path::PathBuf;
use std::time::Duration;

use engine::run::saved::Plan;
use serde_json::Value;

use crate::support::rehearsal::{Bench, compare};
use crate::support::secrets::Watch;
use crate::support::{Xtask, root, write};

const STEP: &str = "keepalived-vip --profile uecm --vip 172.18.5.224";
const CONF: &str = "/etc/keepalived/keepalived.conf";
const SECRET: &str = "Zq7kW2x";

/// Three hosts, and the file of a plan.
struct Site {
    bench: Bench,
    file: PathBuf,
}

impl Site {
    fn new() -> Self {
        let bench = Bench::mortal().with_env("VRRP_PASSWORD", SECRET);
        bench.prepare("phy[1-3]");
        let file = bench.state.path().join("plan.json");
        Self { bench, file }
    }

    /// With the plan of the step.
    fn planned(words: &str) -> Self {
        let site = Self::new();
        site.bench.ends(0, &format!("{STEP} -n --save {} {words}", site.file.display()));
        site
    }

    fn apply(&self, code: i32, words: &str) -> (String, String) {
        let done = self.bench.ends(code, &format!("apply {} {words}", self.file.display()));
        (done.stdout, done.stderr)
    }

    /// The number of runs since the hosts were made.
    fn runs(&self) -> usize {
        self.bench.runs().len() - 1
    }

    fn plan(&self) -> Value {
        let text = std::fs::read_to_string(&self.file).expect("a plan");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The plan after somebody has written into it.
    fn edit(&self, change: impl FnOnce(&mut Value)) {
        let mut plan = self.plan();
        change(&mut plan);
        write(&self.file, &plan.to_string());
    }

    /// The same as a program would write it, with the hash of what it says.
    fn seal(&self, change: impl FnOnce(&mut Value)) {
        self.edit(|file| {
            change(&mut file["plan"]);
            let plan: Plan = serde_json::from_value(file["plan"].clone()).expect("a plan");
            file["sha256"] = plan.sha256().into();
        });
    }
}

#[test]
fn a_plan_is_done_as_it_was_reviewed_and_the_second_time_all_is_kept() {
    let site = Site::planned("--ticket CHG-7");
    let (bench, before) = (&site.bench, site.bench.snapshot());
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(&site.file).expect("a plan").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    let plan = &site.plan()["plan"];
    assert_eq!([&plan["step"], &plan["ticket"]], ["keepalived-vip", "CHG-7"]);
    let args: Vec<&str> =
        plan["args"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(!args.contains(&"-n") && args.ends_with(&["--ticket", "CHG-7"]), "{args:?}");
    let write = &plan["hosts"][0]["operations"][2];
    assert_eq!([&write["what"], &write["state"]], [&format!("write {CONF}"), "needed"]);
    let script = write["commands"][0].as_str().expect("a script");
    assert!(script.contains(CONF) && script.contains("SECRET_FILE"), "{script}");
    // A look changes nothing.
    let (stdout, stderr) = site.apply(0, "-n");
    assert_eq!(stdout, "phy1: needed\nphy2: needed\nphy3: needed\n");
    assert!(stderr.starts_with(&format!("apply {}: ", site.file.display())), "{stderr}");
    compare(&before, &bench.snapshot());
    let (stdout, _) = site.apply(0, "");
    assert_eq!(stdout, "phy1: changed\nphy2: changed\nphy3: changed\n");
    assert!(bench.read("phy1", CONF).unwrap().contains(SECRET));
    let start = &bench.journals().pop().expect("a run")[0];
    assert_eq!([&start["step"], &start["ticket"]], ["keepalived-vip", "CHG-7"]);
    assert_eq!(start["plan"]["sha256"], site.plan()["sha256"]);
    assert_eq!(start["plan"]["path"], site.file.to_str().unwrap());
    let (stdout, stderr) = site.apply(0, "");
    assert_eq!(stdout, "phy1: kept\nphy2: kept\nphy3: kept\n");
    assert!(stderr.contains("phy1: an earlier run of this plan has done: write "), "{stderr}");
    // It is undone as any run.
    let run = bench.runs()[1].clone();
    bench.ends(0, &format!("undo {run} --yes"));
    assert_eq!(bench.read("phy1", CONF), None);
}

#[test]
fn a_host_that_changed_meanwhile_is_refused_and_the_others_go_on() {
    let site = Site::planned("");
    site.bench.write("phy2", CONF, "# mine\n");
    let (stdout, stderr) = site.apply(6, "-n");
    assert_eq!(stdout, "phy1: needed\nphy2: refused\nphy3: needed\n", "{stderr}");
    assert_eq!(site.runs(), 0);
    let (stdout, stderr) = site.apply(6, "");
    assert_eq!(stdout, "phy1: changed\nphy2: refused\nphy3: changed\n", "{stderr}");
    let said = "  phy2: refused: another state than planned: restrict permissions of \
                /etc/keepalived/keepalived.conf\n    planned  kept\n    found    needed\n             \
                /etc/keepalived/keepalived.conf: mode 644 -> 640\n";
    assert!(stderr.contains(said), "{stderr}");
    assert!(stderr.contains("hint: look at the host, then make a new plan"), "{stderr}");
    assert_eq!(site.bench.read("phy2", CONF).unwrap(), "# mine\n");
    // The remedy holds: the plan of now for that host.
    std::fs::remove_file(&site.file).expect("a plan");
    site.bench.ends(0, &format!("{STEP} -w phy2 -n --save {}", site.file.display()));
    assert_eq!(site.apply(0, "").0, "phy2: changed\n");
}

#[test]
fn a_plan_that_was_killed_half_way_is_finished() {
    let site = Site::planned("");
    let line = format!("apply {}", site.file.display());
    site.bench.kill(&line, 2, Duration::ZERO);
    let (stdout, stderr) = site.apply(0, "");
    assert!(!stdout.contains("refused"), "{stdout}{stderr}");
    let ends = |host| site.bench.read(host, CONF).is_some_and(|text| text.contains(SECRET));
    assert!(["phy1", "phy2", "phy3"].into_iter().all(ends));
    // `resume` of such a run follows the plan, too.
    let killed = site.bench.runs()[1].clone();
    site.bench.write("phy3", CONF, "# mine\n");
    let resumed = site.bench.ends(6, &format!("resume {killed}"));
    assert!(
        resumed.stderr.contains("phy3: refused: another change than planned"),
        "{}",
        resumed.stderr
    );
}

#[test]
fn a_failed_host_is_finished_by_the_second_apply() {
    let site = Site::planned("");
    site.bench.order("phy2", "systemctl", "code=1\nmessage=no\nonly=start\n");
    let (stdout, _) = site.apply(1, "");
    assert_eq!(stdout, "phy1: changed\nphy2: failed\nphy3: not reached\n");
    site.bench.heal("phy2", "systemctl");
    let (stdout, stderr) = site.apply(0, "");
    assert_eq!(stdout, "phy1: kept\nphy2: changed\nphy3: changed\n", "{stderr}");
    assert!(
        stderr.contains("phy2: an earlier run of this plan has begun: enable and start"),
        "{stderr}"
    );
}

#[test]
fn a_plan_holds_for_its_program_its_snippets_its_time_and_its_bytes() {
    let site = Site::planned("");
    let before = site.bench.snapshot();
    let refused = |change: &dyn Fn(&mut Value), words: &str, said: &str| {
        let text = std::fs::read_to_string(&site.file).expect("a plan");
        site.seal(change);
        let (stdout, stderr) = site.apply(6, words);
        assert!(stdout.is_empty() && stderr.contains(said), "{said}\n{stderr}");
        assert!(
            stderr.contains(" make a new plan, and have it reviewed:  cargo xtask "),
            "{stderr}"
        );
        write(&site.file, &text);
    };
    refused(&|plan| plan["program"] = "0.0 (x)".into(), "", "differs  program 0.0 (x) -> ");
    let snippet = |plan: &mut Value| plan["snippets"]["ops/file"] = "0123456789abcdef".into();
    refused(&snippet, "", "differs  snippets/ops/file.sh has changed");
    let text = |plan: &mut Value| plan["inventory_sha256"] = "0".repeat(64).into();
    refused(&text, "", "differs  hosts.toml (sample) has changed");
    let old = |plan: &mut Value| plan["made"] = "2026-01-01T00:00:00Z".into();
    refused(&old, "", "old, and --max-age is 24 h 00 m");
    let wrong = site.bench.ends(2, &format!("apply {} --max-age x", site.file.display()));
    assert!(wrong.stderr.contains("`x` is not a length of time"), "{}", wrong.stderr);
    site.edit(|file| file["plan"]["made"] = "2126-01-01T00:00:00Z".into());
    let (_, stderr) = site.apply(6, "");
    assert!(stderr.contains(" was changed after it was written\n"), "{stderr}");
    for (text, said) in [
        ("{}", "is not a saved plan: missing field `plan`"),
        ("{\"plan\":{\"schema\":2}}", "has format 2, and this program reads 1"),
        ("nothing", "is not a saved plan: expected "),
    ] {
        write(&site.file, text);
        let wrong = site.bench.run(&format!("apply {}", site.file.display()));
        assert!([2, 6].contains(&wrong.code) && wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    compare(&before, &site.bench.snapshot());
    assert_eq!(site.runs(), 0);
}

#[test]
fn a_plan_is_saved_from_a_whole_dry_run_only() {
    let site = Site::new();
    let file = site.file.display().to_string();
    for (line, said) in [
        (format!("{STEP} --save {file}"), "--save is for a dry run only"),
        (format!("{STEP} -n --emit phy1 --save {file}"), "--save is for a dry run only"),
        (format!("pcmd -w phy1 true -n --save {file}"), "`pcmd` has no plan to save"),
        (format!("{STEP} -n --save /nowhere/plan.json"), "no such directory"),
        (format!("{STEP} -qn --save {file}"), "-n cannot be taken out of this command line"),
    ] {
        let wrong = site.bench.ends(2, &line);
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    let mend = site.bench.cut_off("phy2");
    let said = site.bench.ends(4, &format!("{STEP} -n --save {file}")).stderr;
    assert!(said.contains("note: the plan is not saved: "), "{said}");
    assert!(!site.file.exists());
    mend();
    site.bench.ends(0, &format!("{STEP} -n --save {file}"));
    let again = site.bench.ends(2, &format!("{STEP} -n --save {file}")).stderr;
    assert!(again.contains("is there already, and no plan is written over it"), "{again}");
    let whole = site.bench.ends(6, "webservice upgrade -n --save other.json").stderr;
    assert!(whole.contains("computes values of a stage after the stages before it"), "{whole}");
    for words in ["-i other.toml", "--emit phy1"] {
        let wrong = site.apply(2, words).1;
        assert!(wrong.contains("cannot stand beside a saved plan"), "{wrong}");
    }
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(&site.file, everybody).expect("a file of our own");
    let wrong = site.apply(2, "").1;
    assert!(wrong.contains("can be written by everybody"), "{wrong}");
}

#[test]
fn no_secret_is_in_a_plan_or_on_the_way_to_it() {
    let watch = Watch::start(vec![SECRET.to_owned()]);
    let site = Site::new();
    // The environment of the program itself has it: that is where the inventory takes it from.
    site.bench.ends(0, &format!("{STEP} -n --save {} -v", site.file.display()));
    site.apply(0, "-v --diff");
    watch.ends();
    let text = std::fs::read_to_string(&site.file).expect("a plan");
    assert!(!text.contains(SECRET));
    let names = ["keepalived.conf", "keepalived.conf.xtask-bak", "keepalived.conf.xtask-bak-1"];
    site.bench.assert_only_in(SECRET, &names);
    let typed = format!("{STEP} -n --save {}x --reason {SECRET}", site.file.display());
    let wrong = site.bench.ends(6, &typed).stderr;
    assert!(wrong.contains("a secret stands in the command line"), "{wrong}");
}

#[test]
fn a_plan_fits_its_schema() {
    let site = Site::planned("--reason why");
    let schema = site.bench.ends(0, "apply --schema").stdout;
    let dir = site.bench.state.path();
    write(&dir.join("schema.json"), &schema);
    let (mut more, mut less) = (site.plan(), site.plan());
    more["plan"]["more"] = 1.into();
    less["plan"]["hosts"][0]["operations"][0].as_object_mut().unwrap().remove("hash");
    let lines = format!("{}\n!\n{more}\n!\n{less}\n", site.plan());
    write(&dir.join("plans.jsonl"), &lines);
    let tool = root().join("tests/lib/journal_schema.py");
    for python in ["python3", "/usr/bin/python3"] {
        let mut check = Xtask::program(python);
        check.arg(&tool).arg(dir.join("schema.json")).arg(dir.join("plans.jsonl"));
        let Ok(said) = check.output() else { continue };
        if said.status.code() != Some(3) {
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
            return;
        }
    }
    eprintln!(
        "SKIPPED: no python3-jsonschema here; install it: apt-get install python3-jsonschema"
    );
}

/// Stages on several hosts, with operations that are unknown until earlier ones have run.
#[test]
fn a_step_of_several_stages_is_done_as_it_was_planned() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    let file = bench.state.path().join("plan.json").display().to_string();
    bench.ends(0, &format!("bk-upgrade paas -n --save {file}"));
    let done = bench.ends(0, &format!("apply {file}"));
    assert_eq!(
        done.stdout,
        "bk-control: changed\npaas1: changed\npaas2: changed\npaas3: changed\n"
    );
    let unknown = "note: 3 operations were unknown in the plan: compared by name, and by commands \
                   where the plan has them\n";
    assert!(done.stderr.contains(unknown), "{}", done.stderr);
    bench.is_kept("bk-upgrade paas");
}
