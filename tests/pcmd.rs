//! `pcmd` on the hosts of a real sshd.

use std::path::PathBuf;

use expect_test::expect;
use tempfile::TempDir;

use crate::support::{Outcome, Xtask, fleet, scratch, write};

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
    assert_eq!(outcome.stdout, "h001:\nout\nh002:\nout\nh003:\nout\n");
    assert_eq!(outcome.stderr, "3 hosts: 3 ok\n");
    assert_eq!(outcome.code, 0);
}

#[test]
fn a_single_host_passes_its_output_and_exit_code_through() {
    let state = scratch();
    let outcome = fleet()
        .xtask(state.path(), &["pcmd", "-w", "h001", "printf 'a\\0b'; echo e >&2; exit 255"])
        .run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (255, "a\0b", "e\n")
    );
}

/// The fleet by the addresses of an `install.config`: paas on h002 and h001, two modules of a project.
struct Site {
    dir: TempDir,
    inventory: PathBuf,
}

impl Site {
    fn new() -> Self {
        let (dir, fleet) = (scratch(), &fleet().dir);
        let modules = "127.0.1.2 paas,nginx(web)\n127.0.1.1 paas\n127.0.1.3 monitorv3(monitor)\n127.0.1.4 monitorv3(grafana)\n";
        write(&dir.path().join("install.config"), modules);
        let hosts = std::fs::read_to_string(fleet.join("hosts.toml")).expect("an inventory");
        let hosts = hosts
            .replace("\"ssh_config\"", &format!("\"{}/ssh_config\"", fleet.display()))
            .replace("001-016", "001-005")
            .replace("1-16", "1-5");
        let inventory = dir.path().join("hosts.toml");
        write(&inventory, &format!("{hosts}[import]\ninstall_config = \"install.config\"\n"));
        Self { dir, inventory }
    }

    fn pcmd(&self, args: &[&str]) -> Outcome {
        let args = [&["pcmd"], args].concat();
        Xtask::new(self.dir.path(), &args).env("XTASK_INVENTORY", &self.inventory).run()
    }

    fn shown(&self, args: &[&str]) -> String {
        self.pcmd(args).shown(&[(self.dir.path(), "DIR")])
    }

    /// The hosts that a command ran on.
    fn reached(&self, args: &[&str]) -> String {
        let outcome = self.pcmd(&[args, &["-q", "echo x"]].concat());
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        outcome.stdout.replace(":\nx\n", " ")
    }

    fn runs(&self) -> usize {
        std::fs::read_dir(self.dir.path().join("xtask/runs")).map_or(0, Iterator::count)
    }
}

#[test]
fn modules_addresses_and_host_sets_name_hosts() {
    let site = Site::new();
    let table: &[(&[&str], &str)] = &[
        (&["-m", "paas"], "h001 h002 "),
        (&["-m", "all"], "h001 h002 h003 h004 "),
        (&["-m", "monitorv3"], "h003 h004 "),
        (&["-m", "paas", "-x", "h001", "-w", "@all"], "x\n"),
        (&["-H", "127.0.1.5,h003,127.0.1.3"], "h003 h005 "),
        (&["-w", "@monitorv3,h001,!h004", "-p", "1"], "h001 h003 "),
    ];
    for (args, hosts) in table {
        assert_eq!(site.reached(args), *hosts, "{args:?}");
    }
    let project = site.pcmd(&["-m", "monitorv3_monitor", "echo ${SSH_CONNECTION#* * }"]);
    assert!(project.stdout.starts_with("127.0.1.3 "), "{project:?}");
}

#[test]
fn mistakes_about_targets_touch_nothing() {
    let site = Site::new();
    expect![[]].assert_eq(&site.shown(&["-m", "pass", "true"]));
    expect![[]].assert_eq(&site.shown(&["-m", "nope", "true"]));
    expect![[]].assert_eq(&site.shown(&["-H", "@paas", "true"]));
    expect![[]].assert_eq(&site.shown(&["-w", "h00[1-9]", "true"]));
    expect![[]].assert_eq(&site.shown(&["-w", "h001", "-x", "h001", "true"]));
    expect![[]].assert_eq(&site.shown(&["true"]));
    assert_eq!(site.runs(), 0);
}

#[test]
fn mistakes_about_the_command_touch_nothing() {
    let site = Site::new();
    expect![[]].assert_eq(&site.shown(&["-w", "h001"]));
    expect![[]].assert_eq(&site.shown(&["-w", "h001", " "]));
    expect![[]].assert_eq(&site.shown(&["-w", "h001", "echo", "--", "x"]));
    expect![[]].assert_eq(&site.shown(&["-w", "h001", "-n", "true"]));
    for args in [["-m", "paas", "-H", "h001", "true"], ["-w", "h001", "-L", "-b", "true"]] {
        let refused = site.pcmd(&args);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
        assert!(refused.stderr.contains("cannot be used with"), "{}", refused.stderr);
    }
    assert_eq!(site.runs(), 0);
}

#[test]
fn words_keep_their_quoting_and_text_is_shell() {
    let site = Site::new();
    let words = site.pcmd(&["-w", "h001", "--", "printf", "%s|", "a  b", "$HOME", "it's", "", "*"]);
    assert_eq!(
        words,
        Outcome { code: 0, stdout: "a  b|$HOME|it's||*|".into(), stderr: String::new() }
    );
    let text = site.pcmd(&["-w", "h001", "x='a  b'; cat <<E\n\"$x\"\nE\necho end # of it"]);
    assert_eq!(text, Outcome { code: 0, stdout: "\"a  b\"\nend\n".into(), stderr: String::new() });
}

#[test]
fn a_failing_command_of_a_list_is_not_hidden() {
    let site = Site::new();
    for (command, code) in [
        ("false; true", 1),
        ("(exit 7); true", 7),
        ("true; exit 9", 9),
        ("false || true", 0),
        ("if false; then :; fi", 0),
        ("no-such-command-here", 127),
    ] {
        assert_eq!(site.pcmd(&["-w", "h001", command]).code, code, "{command}");
    }
    assert_eq!(site.pcmd(&["-w", "h001", "echo ${"]).code, 2, "not even shell");
}

/// h002 answers something else and fails.
const ODD: &str =
    "case $SSH_CONNECTION in *' 127.0.1.2 '*) echo odd; echo why >&2; exit 3 ;; esac; echo same";

#[test]
fn outputs_of_many_hosts_are_grouped_or_folded_or_prefixed() {
    let site = Site::new();
    expect![[]].assert_eq(&site.shown(&["-w", "h[001-004]", ODD]));
    expect![[]].assert_eq(&site.shown(&["-w", "h[001-004]", "-b", ODD]));
    expect![[]].assert_eq(&site.shown(&["-w", "h002", "-L", ODD]));
    expect![[]].assert_eq(&site.shown(&["-w", "h[001-002]", "-b", "--color", "always", "echo x"]));
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
    let whole = serde_json::json!({ "schema": 1, "step": "pcmd", "exit": 1, "hosts": [good, odd] });
    assert_eq!(document, whole);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""));

    let outcome = site.pcmd(&["-w", "h[001-002]", "--output", "jsonl", ODD]);
    let lines: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let seen: Vec<_> =
        lines.iter().map(|line| (line["host"].as_str(), line["exit"].as_u64())).collect();
    assert_eq!(seen, [(Some("h001"), Some(0)), (Some("h002"), Some(3))]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""));
}
