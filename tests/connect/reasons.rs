//! Why there is no shell, as the installed ssh says it; each command of a hint is run as it stands.

use super::Site;
use crate::support::{Fleet, Outcome, Xtask, fleet};

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

/// The command behind `HINT: ` in the hints.
fn command(outcome: &Outcome, hint: &str) -> String {
    let start = format!("hint: {hint}: ");
    let found = outcome.stderr.lines().find_map(|line| line.strip_prefix(&start));
    found.unwrap_or_else(|| panic!("no `{hint}` in {}", outcome.stderr)).to_owned()
}

/// Standard error of a command line, and whether it succeeded.
fn by_hand(line: &str) -> (bool, String) {
    let output =
        Xtask::program("sh").args(["-c", line]).stdin(std::process::Stdio::null()).output();
    let output = output.expect("sh starts");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The site, with these known hosts instead of the fleet's.
fn knowing(before: &str, hosts: &str, known: &dyn Fn(&str) -> String) -> Site {
    let site = Site::new("old web inner gate", before, hosts);
    let old = fleet().dir.join("known_hosts");
    let config = read(&site.path("config"));
    let own = site.path("known").display().to_string();
    site.put("config", &config.replace(&old.display().to_string(), &own));
    site.put("known", &known(&read(&old)));
    site
}

fn check(site: &Site) -> Outcome {
    site.call(&["hosts", "check"]).run()
}

/// Fault S8: the hint removes a changed key of another port, under another name, from another file.
#[test]
fn the_command_for_a_changed_key_works_as_it_stands() {
    let before = "Host web\n  HostName 127.0.1.2\n  HostKeyAlias web.example\n";
    let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    let changed = |known: &str| format!("web.example {other}\n{known}");
    let site = knowing(before, "[hosts.web]\n", &changed);
    let outcome = check(&site);
    assert!(
        outcome.stdout.starts_with("web  wrong host key: it has changed  "),
        "{}",
        outcome.stdout
    );
    let remove = command(&outcome, "if the host was rebuilt on purpose, remove its old key");
    let (done, said) = by_hand(&remove);
    assert!(done, "{remove}: {said}");
    let outcome = check(&site);
    assert!(
        outcome.stdout.starts_with("web  wrong host key: it is not known  "),
        "{}",
        outcome.stdout
    );
    // Without a terminal ssh cannot ask, and says so.
    let connect = command(&outcome, "connect once by hand and compare the fingerprint");
    let (_, said) =
        by_hand(&connect.replace("StrictHostKeyChecking=ask", "StrictHostKeyChecking=accept-new"));
    assert!(
        said.is_empty() || said.contains("Permanently added 'web.example'"),
        "{connect}: {said}"
    );
    assert!(check(&site).stdout.contains("reachable"));
}

/// Fault S8: a key that somebody has withdrawn is not a key to accept.
#[test]
fn a_revoked_key_is_called_revoked() {
    let key = read(&fleet().dir.join("host_key.pub"));
    let site = knowing("", "[hosts.h001]\n", &|known| format!("@revoked * {key}{known}"));
    let outcome = check(&site);
    assert!(
        outcome
            .stdout
            .starts_with("h001  wrong host key: it is revoked  The ED25519 host key for "),
        "{}",
        outcome.stdout
    );
    assert_eq!(
        outcome.stderr,
        "hint: do not log in: somebody has withdrawn the key that the host shows\n"
    );
}

/// Fault S8: the jump host fails, or the host behind it: each is named, with a command that goes to it.
#[test]
fn a_jump_host_that_fails_is_told_from_the_host_behind_it() {
    let before = "Host inner\n  HostName 127.0.1.2\n  ProxyJump gate\nHost old\n  HostName 127.0.1.2\n  Port 1\n  \
                  ProxyJump h001\nHost gate\n  HostName 127.0.1.3\n  User ops\n  HostKeyAlias gate\n";
    let site = knowing(before, "[hosts.inner]\n[hosts.old]\n", &str::to_owned);
    let outcome = check(&site);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert!(lines[0].starts_with("inner  jump host: wrong host key: it is not known  No ED25519 host key is known for gate"), "{lines:?}");
    assert!(lines[1].starts_with("old    the jump host cannot reach it"), "{lines:?}");
    let connect = command(&outcome, "connect once by hand and compare the fingerprint");
    assert!(connect.ends_with(" gate true"), "{connect}");
    let (_, said) =
        by_hand(&connect.replace("StrictHostKeyChecking=ask", "StrictHostKeyChecking=accept-new"));
    assert!(said.contains("ops@127.0.1.3: Permission denied"), "{said}");
    let outcome = check(&site);
    assert!(outcome.stdout.starts_with("inner  jump host: login refused"), "{}", outcome.stdout);
}

/// Fault S8: a configuration that ssh refuses is named by file and line.
#[test]
fn a_wrong_line_of_the_configuration_is_named() {
    let site = Site::new("", "Host h001\n  Prot 22", "[hosts.h001]\n");
    let outcome = check(&site);
    let line =
        format!("{}: line 2: Bad configuration option: prot\n", site.path("config").display());
    assert_eq!(outcome.stdout, format!("h001  wrong ssh configuration  {line}"));
}

/// Fault S8: a login shell that answers late is not a host that is down.
#[test]
fn a_shell_that_is_late_has_let_us_in() {
    let slow = Fleet::start_with(&[("SSHD_HOSTS", "1")]);
    crate::support::write(&slow.dir.join("session"), "echo welcome; exec sleep 31.93\n");
    let state = crate::support::scratch();
    let outcome =
        slow.xtask(state.path(), &["pcmd", "-w", "h001", "--connect-timeout", "3", "true"]).run();
    // On a loaded machine even the login may need longer.
    let reason = outcome.stderr.lines().next().unwrap_or_default();
    assert_eq!(reason, "h001: unreachable: logged in, no shell after 3 s");
    assert!(
        outcome
            .stderr
            .contains("hint: a start-up file or the login shell is slow: raise --connect-timeout"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("    stderr  welcome\n") || !outcome.stderr.contains("stderr"),
        "{}",
        outcome.stderr
    );
}
