//! `pcmd` on the hosts of a real sshd.

mod endless;
mod environment;
mod output;

use std::path::{Path, PathBuf};

use expect_test::expect;
use tempfile::TempDir;

use crate::support::{Outcome, Xtask, fleet, scratch, write};

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
pub(crate) struct Site {
    dir: TempDir,
    inventory: PathBuf,
}

impl Site {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn pcmd(&self, args: &[&str]) -> Outcome {
        let args = [&["pcmd"], args].concat();
        Xtask::new(self.dir.path(), &args).env("XTASK_INVENTORY", &self.inventory).run()
    }

    /// All that reaches a terminal of 80 columns.
    fn on_a_terminal(&self, args: &[&str]) -> String {
        let program = ["exec", env!("CARGO_BIN_EXE_xtask"), "pcmd", "--color", "never"];
        let words = [&program, args].concat();
        let command = engine::text::quote::join(&words).expect("plain words");
        let command = format!("stty cols 80; {command}");
        let args = ["--quiet", "--command", &command, "/dev/null"];
        let call = Xtask::start(Path::new("script"), self.dir.path(), &args);
        call.env("XTASK_INVENTORY", &self.inventory).run().stdout
    }

    pub(crate) fn shown(&self, args: &[&str]) -> String {
        self.pcmd(args).shown(&[(self.dir.path(), "DIR")])
    }

    /// The hosts that a command ran on.
    fn reached(&self, args: &[&str]) -> String {
        let outcome = self.pcmd(&[args, &["-q", "echo x"]].concat());
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        outcome.stdout.replace(": x\n", " ")
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
    expect![[r#"
        exit 2
        -- stderr
        error: no module `pass`
          in  DIR/hosts.toml
        hint: did you mean `paas`?
    "#]]
    .assert_eq(&site.shown(&["-m", "pass", "true"]));
    expect![[r#"
        exit 2
        -- stderr
        error: no module `nope`
          in  DIR/hosts.toml
        hint: list the modules: cargo xtask hosts groups
    "#]]
    .assert_eq(&site.shown(&["-m", "nope", "true"]));
    expect![[r#"
        exit 2
        -- stderr
        error: `-H` takes addresses and names only
          target  @paas
                  ^
        hint: use `-w` for host sets, `-m` for modules
    "#]]
    .assert_eq(&site.shown(&["-H", "@paas", "true"]));
    expect![[r#"
        exit 2
        -- stderr
        error: no hosts `h[006-009]`
          target  h00[1-9]
                  ^^^^^^^^
          in      DIR/hosts.toml
    "#]]
    .assert_eq(&site.shown(&["-w", "h00[1-9]", "true"]));
    expect![[r#"
        exit 2
        -- stderr
        error: no host is left to run on
        hint: see: cargo xtask hosts list
    "#]]
    .assert_eq(&site.shown(&["-w", "h001", "-x", "h001", "true"]));
    expect![[r#"
        exit 2
        -- stderr
        error: no hosts: give -m MODULE, -H IP,IP or -w HOSTSET
        hint: all hosts: cargo xtask pcmd -m all 'uptime'
    "#]]
    .assert_eq(&site.shown(&["true"]));
    assert_eq!(site.runs(), 0);
}

#[test]
fn mistakes_about_the_command_touch_nothing() {
    let site = Site::new();
    expect![[r#"
        exit 2
        -- stderr
        error: no command
        hint: cargo xtask pcmd -m all 'uptime'
    "#]]
    .assert_eq(&site.shown(&["-w", "h001"]));
    expect![[r#"
        exit 2
        -- stderr
        error: the command is empty
    "#]]
    .assert_eq(&site.shown(&["-w", "h001", " "]));
    expect![[r#"
        exit 2
        -- stderr
        error: give the command before or after `--`, not both
    "#]]
    .assert_eq(&site.shown(&["-w", "h001", "echo", "--", "x"]));
    expect![[r#"
        exit 2
        -- stderr
        error: pcmd has no dry run
    "#]]
    .assert_eq(&site.shown(&["-w", "h001", "-n", "true"]));
    expect![[r#"
        exit 2
        -- stderr
        error: the command must be one argument, or follow `--`
        hint: quote it: 'systemctl status sshd'
    "#]]
    .assert_eq(&site.shown(&["-w", "h001", "systemctl", "status", "sshd"]));
    for flag in [&["--batch", "1"][..], &["--max-fail", "1"], &["--gate"]] {
        expect![[r#"
            exit 2
            -- stderr
            error: pcmd has no batches: no --batch, --gate or --max-fail
            hint: one host after the other, to the last: -p 1
        "#]]
        .assert_eq(&site.shown(&[&["-m", "paas", "true"], flag].concat()));
    }
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
