//! The forms in which `pcmd` shows the output of many hosts.

use std::path::Path;

use expect_test::expect;

use super::Site;
use crate::support::{fleet, scratch};

#[test]
fn outputs_are_grouped_in_the_order_of_the_inventory() {
    let state = scratch();
    let outcome = fleet()
        .xtask(
            state.path(),
            &[
                "pcmd",
                "-w",
                "h[001-003]",
                "echo \"${SSH_CONNECTION##127.0.1.1 }\" >/dev/null; echo out",
            ],
        )
        .run();
    assert_eq!(outcome.stdout, "h001: out\nh002: out\nh003: out\n");
    assert_eq!(outcome.stderr, "3 hosts: 3 ok\n");
    assert_eq!(outcome.code, 0);
}

/// h002 answers something else and fails.
const ODD: &str =
    "case $SSH_CONNECTION in *' 127.0.1.2 '*) echo odd; echo why >&2; exit 3 ;; esac; echo same";

#[test]
fn outputs_of_many_hosts_are_grouped_or_folded_or_prefixed() {
    let site = Site::new();
    expect![[r#"
        exit 1
        -- stdout
        h001: same
        h002: odd
        h003: same
        h004: same
        -- stderr
        h002: why
        h002: exit 3
        4 hosts: 3 ok, 1 exit 3 (h002)
        hint: to rerun only these:  cargo xtask pcmd 'case $SSH_CONNECTION in *'\'' 127.0.1.2 '\''*) echo odd; echo why >&2; exit 3 ;; esac; echo same' --only h002
        record: RUN
    "#]]
    .assert_eq(&site.shown(&["-w", "h[001-004]", ODD]));
    expect![[r#"
        exit 1
        -- stdout
        h001:
        same
        h002: exit 3
        odd
        -- stderr
        h002: (stderr)
        why
        2 hosts: 1 ok, 1 exit 3 (h002)
        hint: to rerun only these:  cargo xtask pcmd --no-prefix 'case $SSH_CONNECTION in *'\'' 127.0.1.2 '\''*) echo odd; echo why >&2; exit 3 ;; esac; echo same' --only h002
        record: RUN
    "#]]
    .assert_eq(&site.shown(&["-w", "h[001-002]", "--no-prefix", ODD]));
    expect![[r#"
        exit 1
        -- stdout
        h[001,003-004] (3):
        same
        h002:
        @@ -1 +1,3 @@
        -same
        +odd
        +why
        +(exit 3)
        -- stderr
        4 hosts: 3 ok, 1 exit 3 (h002)
        hint: to rerun only these:  cargo xtask pcmd -b 'case $SSH_CONNECTION in *'\'' 127.0.1.2 '\''*) echo odd; echo why >&2; exit 3 ;; esac; echo same' --only h002
        record: RUN
    "#]]
    .assert_eq(&site.shown(&["-w", "h[001-004]", "-b", ODD]));
    expect![[r#"
        exit 3
        -- stdout
        h002: odd
        -- stderr
        h002: why
    "#]]
    .assert_eq(&site.shown(&["-w", "h002", "-L", ODD]));
    expect![[r#"
        exit 0
        -- stdout
        \e[1mh[001-002] (2):\e[0m
        x
        -- stderr
        2 hosts: 2 ok
    "#]]
    .assert_eq(&site.shown(&["-w", "h[001-002]", "-b", "--color", "always", "echo x"]));
}

/// A host leaves a line without a newline: the next begins a line of its own.
#[test]
fn the_half_line_at_the_end_of_a_host_is_ended() {
    let site = Site::new();
    let half = "printf out; printf err >&2; exit 3";
    let grouped = site.pcmd(&["-w", "h[001-002]", half]);
    assert_eq!(grouped.stdout, "h001: out\nh002: out\n");
    let told = "h001: err\nh001: exit 3\nh002: err\nh002: exit 3\n2 hosts: 2 exit 3 (h[001-002])\n";
    assert!(grouped.stderr.starts_with(told), "{}", grouped.stderr);
    let grouped = site.pcmd(&["-w", "h[001-002]", "--no-prefix", half]);
    assert_eq!(grouped.stdout, "h001: exit 3\nout\nh002: exit 3\nout\n");
    let told = "h001: (stderr)\nerr\nh002: (stderr)\nerr\n2 hosts: 2 exit 3 (h[001-002])\n";
    assert!(grouped.stderr.starts_with(told), "{}", grouped.stderr);
    let folded = site.pcmd(&["-w", "h[001-002]", "-b", half]);
    assert_eq!(folded.stdout, "h[001-002] (2):\nout\nerr\n(exit 3)\n");
}

/// A host that runs out of time has printed something: it is shown in every form, and kept. About five seconds.
#[test]
fn what_a_host_printed_before_its_time_limit_is_shown() {
    let site = Site::new();
    let slow =
        "echo first; case $SSH_CONNECTION in *' 127.0.1.2 '*) exec sleep 30 ;; esac; echo last";
    let call = |form: &[&str]| {
        site.pcmd(&[&["-w", "h[001-002]", "--no-env", "--timeout", "2"], form, &[slow]].concat())
    };
    let prefixed = call(&[]);
    assert_eq!(prefixed.stdout, "h001: first\nh001: last\nh002: first\n");
    let folded = call(&["-b", "-v"]);
    assert_eq!(folded.stdout, "h001:\nfirst\nlast\nh002:\nfirst\n(timed out)\n");
    assert_eq!((prefixed.code, folded.code), (124, 124));
    let times: Vec<&str> = folded.stderr.lines().filter(|line| line.contains("   ")).collect();
    assert!(times[0].starts_with("h001: ok   ") && times[1].starts_with("h002: timed out   "));
}

/// A progress line at the bottom of a terminal takes nothing away that a command has said.
#[test]
fn half_a_line_stays_on_a_terminal() {
    let site = Site::new();
    let command = "printf half; sleep 1.3; echo ' and whole'; sleep 2.3";
    let seen = site.on_a_terminal(&["-w", "h001", command]);
    assert!(seen.contains("half and whole\r\n"), "{seen:?}");
    let drawn = seen.split("h001  ").skip(1);
    let times: Vec<&str> = drawn
        .filter_map(|rest| rest.split_once(" s of 2 h 00 m  printf half").map(|(time, _)| time))
        .collect();
    assert!(times.first() != times.last(), "the time passes: {seen:?}");
}

#[test]
fn programs_read_json() {
    let site = Site::new();
    let outcome = site.pcmd(&["-w", "h[001-002]", "--json", "-L", ODD]);
    let mut document: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    for host in document["hosts"].as_array_mut().expect("hosts") {
        assert!(host["seconds"].take().as_f64().expect("seconds") > 0.0);
    }
    let host = |host: &str, exit: u8, stdout: &str, stderr: &str| {
        serde_json::json!({ "event": "host", "schema": 1, "host": host, "exit": exit, "seconds": null,
            "stdout": stdout, "stderr": stderr })
    };
    let (good, odd) = (host("h001", 0, "same\n", ""), host("h002", 3, "odd\n", "why\n"));
    let record = document["record"].take();
    assert!(Path::new(record.as_str().expect("a path")).join("journal.jsonl").is_file());
    let whole = serde_json::json!({ "schema": 1, "step": "pcmd", "exit": 1, "hosts": [good, odd], "record": null });
    assert_eq!(document, whole);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""));

    let outcome = site.pcmd(&["-w", "h[001-002]", "--output", "jsonl", ODD]);
    let mut lines: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    // Hosts come as they answer, the end is last.
    lines[..2].sort_by_key(|line| line["host"].to_string());
    let seen: Vec<_> =
        lines.iter().map(|line| (line["host"].as_str(), line["exit"].as_u64())).collect();
    assert_eq!(seen, [(Some("h001"), Some(0)), (Some("h002"), Some(3)), (None, Some(1))]);
    assert_eq!((&lines[0]["event"], &lines[2]["event"]), (&"host".into(), &"end".into()));
    assert!(lines[2]["record"].as_str().expect("a path").contains("-pcmd"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""));
}
