//! A step with a program that asks at a terminal: what is shown and kept of it, and what is left when it is ended.

use std::collections::BTreeSet;
use std::path::Path;

use expect_test::expect;

use crate::ending::signal;
use crate::support::drill::Drill;
use crate::support::{processes, sleepers, wait_until};

/// It asks in the way of passwd, and then shows the secret, as no program should.
const INSTALL: &str = r#"
printf 'Mode [1-5]: '
read -r mode
[ ! -e "${0%/*}/early" ] || sleep "$(cat "${0%/*}/early")"
printf 'New password: ' >/dev/tty
stty -echo </dev/tty
read -r word </dev/tty
stty echo </dev/tty
printf '\nmode %s, \033[1mword %s\033[0m\n' "$mode" "$word"
[ ! -e "${0%/*}/late" ] || sleep "$(cat "${0%/*}/late")"
"#;
const SECRET: &str = "hunter2-of-the-terminal";

fn drill(hosts: &str) -> Drill {
    let drill = Drill::on(hosts).with_secret(SECRET);
    for host in ["h001", "h002"] {
        drill.put(host, "install", INSTALL);
    }
    drill
}

/// Files below `dir` that hold the secret.
fn holders(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        if kind.is_dir() {
            found.extend(holders(&path));
        } else if kind.is_file() {
            let text = std::fs::read(&path).unwrap_or_default();
            if String::from_utf8_lossy(&text).contains(SECRET) {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    found
}

/// Processes with the secret among their arguments or in their environment.
fn carriers() -> Vec<String> {
    let all = processes("").into_iter().filter(|pid| {
        let part = |name| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        String::from_utf8_lossy(&[part("cmdline"), part("environ")].concat()).contains(SECRET)
    });
    all.map(|pid| pid.to_string()).collect()
}

/// Directories in which a keyboard is made.
fn keyboards() -> BTreeSet<String> {
    let entries = std::fs::read_dir("/tmp").into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("xtask.")).collect()
}

#[test]
fn a_program_that_asks_is_planned_printed_run_and_kept_and_its_secret_is_nowhere() {
    let (drill, others) = (drill("h[001-002]"), keyboards());
    let plan = drill.ends(0, "--dry-run --diff interactive");
    expect![[r#"
        exit 0
        -- stdout
        h001: needed
        h002: needed
        -- stderr
        h[001-002]: needed  install with a program that asks
            answers: Mode [1-5]: -> 5
            answers: New password: -> ****
        -n: 2 needed; run it without -n
    "#]]
    .assert_eq(&plan.shown(&[]));
    let script = drill.ends(0, "--emit h001 interactive").stdout;
    let asks = "# It asks at the terminal:\n#   Mode [1-5]: -> 5\n#   New password: -> ****\n(\n";
    assert!(script.contains(asks) && script.ends_with("change\n)\n"), "{script}");
    crate::support::shellcheck(&script);
    assert!(!drill.has("h001", "installed"));

    for host in ["h001", "h002"] {
        drill.put(host, "late", "31.93");
    }
    let run = drill.spawn("--verbose interactive");
    wait_until("it has its answers", || sleepers("31.93") == 2);
    assert_eq!(carriers(), Vec::<String>::new());
    wait_until("the keyboards have no names", || keyboards().is_subset(&others));
    processes("sleep 31.93").into_iter().for_each(|pid| signal("-KILL", pid.into()));
    let failed = run.ends();
    assert_eq!(failed.code, 1);
    assert!(failed.stderr.contains("exit 137"), "{}", failed.stderr);

    for host in ["h001", "h002"] {
        drill.put(host, "late", "0");
    }
    let ran = drill.ends(0, "--verbose interactive");
    let line = "h001|  mode 5, ^[[1mword ****^[[0m\n";
    assert!(ran.stderr.contains(line) && !ran.stderr.contains(SECRET), "{}", ran.stderr);
    let name = drill.journal("result")[0]["outputs"][0].as_str().expect("a name").to_owned();
    let kept = std::fs::read_to_string(format!("{}/outputs/{name}.out", drill.record()));
    let asked = "Mode [1-5]: 5\nNew password: \nmode 5, \x1b[1mword ****\x1b[0m\n";
    assert_eq!(kept.expect("an output"), asked);
    assert_eq!(drill.ends(0, "interactive").code, 0);
    assert_eq!(holders(drill.dir.path()), ["word"]);
}

#[test]
fn an_unknown_question_is_shown_with_the_way_on() {
    let drill = drill("h001");
    let asks = "echo 'Disk sda holds data.'\nprintf 'Erase it? (yes/no) '\nread -r answer\n";
    drill.put("h001", "install", asks);
    let failed = drill.ends(1, "interactive");
    let shown = failed.shown(&[(drill.dir.path(), "DIR")]);
    let (_, error) = shown.split_once("\nerror: ").expect("an error");
    expect![[r#"
        drill: 1 of 1 host failed
          h001: install with a program that asks: the program asks something without a known answer
            asked  Disk sda holds data.
                   Erase it? (yes/no)
            known  Mode [1-5]: (given 0)
                   New password: (given 0)
        hint: it was ended; add the answer to the step, or look what is different on this host
        hint: then rerun only these:  cargo xtask -i DIR/hosts.toml --root DIR/hosts interactive --only h001
        record: RUN
    "#]]
    .assert_eq(error);
    assert!(processes(drill.path("h001", "install").to_str().expect("a path")).is_empty());
}

/// Ends the work in one way after the other: the runner is killed, it is interrupted, its connection is cut.
#[test]
fn however_it_is_ended_nothing_is_left_and_the_next_run_finishes() {
    let (drill, others) = (drill("h001"), keyboards());
    let install = drill.path("h001", "install").display().to_string();
    for (place, seconds) in [("early", "31.94"), ("late", "31.95")] {
        for way in ["killed", "stopped", "cut"] {
            drill.put("h001", place, seconds);
            let mut run = drill.spawn("interactive");
            wait_until("it works", || sleepers(seconds) == 1);
            let runner = run.child.id();
            let clients = || {
                let parent = |pid: &i32| {
                    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
                    let stat = stat.unwrap_or_default();
                    stat.rsplit(')')
                        .next()
                        .unwrap_or_default()
                        .split_whitespace()
                        .nth(1)
                        .map(str::to_owned)
                };
                let ours = processes("-- 127.0.1.1").into_iter();
                ours.filter(|pid| parent(pid) == Some(runner.to_string())).collect::<Vec<_>>()
            };
            match way {
                "killed" => run.child.kill().expect("a kill"),
                "stopped" => {
                    signal("-INT", runner.into());
                    run.says("Ctrl-C");
                    signal("-INT", runner.into());
                }
                _ => clients().into_iter().for_each(|pid| signal("-KILL", pid.into())),
            }
            let code = if way == "killed" {
                run.child.wait().expect("an end").code()
            } else {
                Some(run.ends().code)
            };
            let want = match way {
                "killed" => None,
                "stopped" => Some(130),
                _ => Some(4),
            };
            assert_eq!(code, want, "{way}");
            wait_until("nothing is left", || {
                sleepers(seconds) == 0 && processes(&install).is_empty()
            });
            wait_until("the keyboards have no names", || keyboards().is_subset(&others));
            assert!(!drill.has("h001", "installed"));
            std::fs::remove_file(drill.path("h001", place)).expect("a file");
        }
    }
    drill.ends(0, "--wait 60 interactive");
    assert!(drill.has("h001", "installed"));
    assert_eq!(holders(drill.dir.path()), ["word"]);
}
